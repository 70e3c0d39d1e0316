package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.durable.DirectoryLock;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive of a stopped database while oksd starts, which has precedence. */
final class LetGoTest {
    private static final int CERTIFICATES = 300;
    private static final Duration MOST = Duration.ofSeconds(30);

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;
    private Path database;

    @BeforeEach
    void makeAStoppedDatabase() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        database = scratch.resolve("db");
        try (SampleDatabase sample = SampleDatabase.create(database, 1)) {
            sample.putTogether(LongStream.rangeClosed(1, CERTIFICATES).toArray());
        }
    }

    private static CommandRun run(Object... args) {
        return CommandRun.of(
                "oks-backup",
                OksBackup::new,
                Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    }

    private boolean isBegun() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.anyMatch(file -> file.toString().endsWith(".partial"));
        }
    }

    @Test
    void theLockIsFreeBeforeTheArchiveIsWrittenAndWhatOksdDoesThenDoesNotMatter() throws Exception {
        CompletableFuture<CommandRun> archiving = CompletableFuture.supplyAsync(() ->
                run("full", "--out", out, "--conf", conf, "--compress", "none", "--rate", "64KiB", "-q", "--json"));
        for (long end = System.nanoTime() + MOST.toNanos(); !isBegun(); Thread.onSpinWait()) {
            assertThat(System.nanoTime()).as("the archive is not begun").isLessThan(end);
            assertThat(archiving).isNotDone();
        }
        try (DirectoryLock oksd =
                new DatabaseDirectory(new RealDisk(), database).lockAfter("oksd", "oks-backup", MOST)) {
            assertThat(oksd).isNotNull();
            assertThat(archiving).as("it is still being written").isNotDone();
            new DatabaseDirectory(new RealDisk(), database).removeUnheldSnapshots(); // what a start does
        }
        try (SampleDatabase started = SampleDatabase.open(database, 2)) {
            started.put(CERTIFICATES + 1).flush();
            assertThat(archiving).isNotDone();
        }
        CommandRun archived = archiving.get(1, TimeUnit.MINUTES);
        assertThat(archived.status()).as(archived.stderr()).isZero();
        assertThat(archived.json().path("lsn").longValue()).isEqualTo(CERTIFICATES);
        assertThat(database.resolve("snapshots")).doesNotExist();
        CommandRun verified = run("verify", archived.json().path("path").textValue());
        assertThat(verified.status()).as(verified.stdout()).isZero();
        assertThat(verified.stdout()).contains("LSN " + CERTIFICATES);
    }
}
