package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import oks.durable.Disk;
import oks.durable.DurableFile;
import oks.durable.RealDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a salvage reads of a recovery file that is damaged anywhere. */
final class ReadableFramesTest {
    private static final int SALT = 136;

    @TempDir
    private Path scratch;

    private Path file;
    private byte[] whole;
    private List<String> changes;

    @BeforeEach
    void write() throws IOException {
        Disk made = RecoveryFixtures.disk();
        Path first = RecoveryFixtures.files(made).get(0);
        file = scratch.resolve(first.getFileName());
        try (DurableFile reading = made.openForReading(first)) {
            whole = new byte[(int) reading.size()];
            reading.read(ByteBuffer.wrap(whole), 0);
        }
        changes = read(whole).changes;
        assertThat(changes).hasSize(3);
    }

    private static final class Read implements ReadableFrames.Visitor {
        final List<String> changes = new ArrayList<>();
        final List<ReadableFrames.Unreadable> unreadable = new ArrayList<>();
        ReadableFrames.Findings outcome;

        @Override
        public void change(Change change, boolean committed) {
            changes.add(LoggedDatabase.text(change));
        }

        @Override
        public void unreadable(ReadableFrames.Unreadable change, boolean committed) {
            unreadable.add(change);
        }
    }

    private Read read(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        Read read = new Read();
        read.outcome = ReadableFrames.read(RecoveryFile.of(new RealDisk(), file).orElseThrow(), Long.MAX_VALUE, read);
        return read;
    }

    @Test
    void aFlippedByteCostsTheChangeInWhichItIsAndNoOther() throws IOException {
        for (int at = 0; at < whole.length; at += at < RecoveryFormat.HEADER ? 12 : 1) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x40;
            Read read = read(damaged);
            boolean inSalt = at >= SALT && at < SALT + Long.BYTES;
            assertThat(changes).as("byte %d", at).containsAll(read.changes);
            assertThat(read.changes.size()).as("byte %d", at).isGreaterThanOrEqualTo(inSalt ? 0 : 2);
            boolean inHeader = at < RecoveryFormat.HEADER && !inSalt; // frames do not depend on it
            assertThat(read.outcome.damages()).as("byte %d", at).hasSizeBetween(inSalt ? 1 : 0, inHeader ? 0 : 1);
            assertThat(read.outcome.damages().isEmpty() && !read.changes.equals(changes))
                    .as("byte %d", at)
                    .isFalse();
            read.unreadable.forEach(change -> assertThat(change.lsn().number()).isBetween(1L, 3L));
        }
    }

    @Test
    void aHoleIsSteppedOver() throws IOException {
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, RecoveryFormat.HEADER, RecoveryFormat.HEADER + 50, (byte) 0);
        Read read = read(damaged);
        assertThat(read.changes).isEqualTo(changes.subList(1, 3));
        assertThat(read.outcome.sealed()).contains(Seal.Reason.ROTATED);
        assertThat(read.outcome.mayBeLast()).isFalse();
    }

    @Test
    void zerosAtTheEndAreNoDamage() throws IOException {
        Read read = read(Arrays.copyOf(whole, whole.length + 5000));
        assertThat(read.outcome.damages()).isEmpty();
        assertThat(read.changes).isEqualTo(changes);
    }

    @Test
    void ofAFileShorterThanAHeaderNothingIsRead() throws IOException {
        assertThat(read(Arrays.copyOf(whole, 100)).outcome.damages()).hasSize(1);
    }
}
