package oks.oksd.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import oks.config.OksdSettings;
import oks.oksd.Bench;
import oks.recovery.Lsn;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** When the store is brought to disk, and when it must not be. By age: CommitterTest. */
final class StoreFlusherTest {
    @TempDir
    private Path temporary;

    private Bench bench;
    private long flushSize;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        bench.put(1);
        flushSize = OksdSettings.standard(temporary).store().flushSize();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void theStoreIsFlushedOnceEnoughWasApplied() {
        bench.flusher.applied(flushSize);
        bench.flusher.flushWhenDue();
        bench.flusher.close(); // waits for the flusher
        assertThat(bench.flusher.flushed()).isEqualTo(new Lsn(1));
    }

    @Test
    void aFlushThatFailsIsToldAtOnce() throws IOException {
        FileUtils.deleteDirectory(bench.directory.toFile());
        bench.flusher.applied(flushSize);
        bench.flusher.flushWhenDue();
        assertThat(Bench.answer(bench.fatal).what()).contains("could not flush");
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // nothing else ends a wait inside RocksDB
    void aFlushDuringAPauseDoesNothingInsteadOfWaitingForItsEnd() {
        bench.flusher.hold();
        bench.flusher.flush();
        assertThat(bench.flusher.flushed()).as("the pause began with a flush").isEqualTo(new Lsn(1));
        bench.flusher.release();
        bench.put(2);
        bench.flusher.flush();
        assertThat(bench.flusher.flushed()).isEqualTo(new Lsn(2));
    }

    /** Whoever waits for the flusher closes the store next. */
    @Test
    void afterItsEndTheStoreIsNotTouched() {
        bench.flusher.close();
        bench.flusher.flush();
        assertThat(bench.flusher.flushed()).isEqualTo(Lsn.NONE);
    }

    @Test
    void whatACopyOfTheStoreHoldsIsInTheStoreToo() {
        bench.flusher.checkpoint(temporary.resolve("copy"));
        assertThat(bench.flusher.flushed()).isEqualTo(new Lsn(1));
    }
}
