package oks.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import oks.durable.Durable;
import oks.durable.DurableFile;
import oks.testing.FaultyDisk.Crash;
import oks.testing.FaultyDisk.Fault;
import oks.testing.FaultyDisk.Kind;
import oks.testing.FaultyDisk.PowerLost;
import org.junit.jupiter.api.Test;

/** The disk that other tests believe in: what it loses, what it keeps. */
final class FaultyDiskTest {
    private static final Path DIRECTORY = Path.of("/d");
    private static final Path FILE = DIRECTORY.resolve("file");

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(FaultyDisk disk) {
        return new String(disk.bytes(FILE), StandardCharsets.US_ASCII);
    }

    @Test
    void aNameIsLostUntilItsDirectoryWasForcedAndBytesUntilTheFileWas() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        DurableFile file = disk.create(FILE);
        file.write(0, bytes("safe"));
        file.sync();
        assertThat(disk.after(Crash.KILL, 1).exists(FILE)).isTrue();
        assertThat(disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1).exists(FILE)).isFalse();
        disk.syncDirectory(DIRECTORY);
        file.write(4, bytes(" and not"));
        assertThat(text(disk.after(Crash.KILL, 1))).isEqualTo("safe and not");
        assertThat(text(disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1))).isEqualTo("safe");
        Set<String> kept = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            kept.add(text(disk.after(Crash.POWER_LOSS_KEEPS_SOME, seed)));
        }
        assertThat(kept).contains("safe", "safe and not", "safe an").hasSizeGreaterThan(8);
    }

    @Test
    void aDeletedAndARenamedFileComeBackUntilTheDirectoryWasForced() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        disk.put(FILE, new byte[] {1});
        disk.rename(FILE, DIRECTORY.resolve("other"));
        FaultyDisk lost = disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1);
        assertThat(lost.list(DIRECTORY)).containsExactly(FILE);
        disk.syncDirectory(DIRECTORY);
        disk.delete(DIRECTORY.resolve("other"));
        assertThat(disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1).exists(DIRECTORY.resolve("other")))
                .isTrue();
        disk.syncDirectory(DIRECTORY);
        assertThat(disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1).list(DIRECTORY))
                .isEmpty();
    }

    @Test
    void aForceThatLiesFailsOnceAndThenLosesWhatItTookForWritten() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        disk.put(FILE, new byte[0]);
        DurableFile file = disk.open(FILE);
        file.write(0, bytes("lost"));
        disk.plan(new Fault(Kind.LYING_SYNC, disk.operations(), false));
        assertThatExceptionOfType(IOException.class).isThrownBy(file::sync);
        file.sync();
        assertThat(text(disk)).isEqualTo("lost");
        assertThat(text(disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1))).isEmpty();
    }

    @Test
    void eachKindConcernsItsOperations() throws IOException {
        FaultyDisk disk = FaultyDisk.with(new Fault(Kind.ENOSPC, 0, true), 1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> disk.create(FILE))
                .withMessage("No space left on device");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> disk.create(FILE));
        disk.delete(FILE);
        disk.repair();
        DurableFile file = disk.create(FILE);
        disk.plan(new Fault(Kind.SHORT_WRITE, disk.operations(), false));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> file.write(0, bytes("half of this")));
        assertThat("half of this").startsWith(text(disk));
        file.write(0, bytes("half of this"));
        disk.plan(new Fault(Kind.POWER_LOSS, disk.operations(), false));
        assertThatExceptionOfType(PowerLost.class).isThrownBy(file::sync);
        assertThatExceptionOfType(PowerLost.class).isThrownBy(() -> disk.list(DIRECTORY));
    }

    @Test
    void aSmallFileIsTheOldOneOrTheNewOneWhateverHappens() throws IOException {
        FaultyDisk counting = new FaultyDisk(1);
        Durable.replace(counting, FILE, new byte[9]);
        for (int operation = 0; operation < counting.operations(); operation++) {
            for (int seed = 0; seed < 20; seed++) {
                FaultyDisk disk = FaultyDisk.with(new Fault(Kind.POWER_LOSS, operation, false), seed);
                disk.put(FILE, "old".getBytes(StandardCharsets.US_ASCII));
                assertThatExceptionOfType(PowerLost.class)
                        .isThrownBy(
                                () -> Durable.replace(disk, FILE, "the new one".getBytes(StandardCharsets.US_ASCII)));
                for (Crash crash : Crash.values()) {
                    assertThat(text(disk.after(crash, seed))).isIn("old", "the new one");
                }
            }
        }
    }
}
