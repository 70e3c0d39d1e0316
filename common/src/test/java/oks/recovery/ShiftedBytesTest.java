package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import oks.durable.DurableFile;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.testing.FaultyDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes cut out of a recovery file that is not sealed, or put into it: what was acknowledged is never a torn tail. */
final class ShiftedBytesTest {
    /** Set to try every count from 1 to 64 and more. */
    private static final boolean ALL = Boolean.getBoolean("oks.shifts.all");

    private static final int[] COUNTS = ALL
            ? IntStream.rangeClosed(1, 512)
                    .filter(count -> count <= 64 || count % 8 == 0)
                    .toArray()
            : new int[] {1, 3, 8, 31, 64, 128};

    private Path file;
    private byte[] content;
    private List<LogPosition> ends;

    /** Five groups of one to three changes, as a kill leaves them; with a heartbeat, a moment later. */
    private void write(boolean heartbeat) throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        Instant begun = Instant.parse("2026-11-22T10:49:02Z");
        RecoveryLog log = RecoveryLog.begin(
                new RecoveryDirectory(disk, RecoveryFixtures.DIRECTORY),
                RecoveryFixtures.IDENTITY,
                LogPosition.START,
                () -> begun,
                new Random(1),
                "oksd of a test");
        ends = new ArrayList<>();
        Digest digest = Digest.EMPTY;
        for (int group = 0; group < 5; group++) {
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i <= group % 3; i++) {
                Lsn lsn = new Lsn(log.position().last().number() + i + 1);
                changes.add(new Change.Put(
                        lsn,
                        begun,
                        RecoveryFixtures.fingerprint((int) lsn.number()),
                        RecoveryFixtures.content("certificate " + lsn + " of group " + group),
                        "hkp",
                        Change.Replaced.NOTHING));
                digest = changes.get(i).appliedTo(digest);
            }
            ends.add(log.append(changes, digest).end());
        }
        if (heartbeat) {
            log.append(List.of(), digest);
        }
        file = RecoveryFixtures.files(disk).get(0);
        content = disk.bytes(file);
    }

    private byte[] cut(int at, int count) {
        byte[] shorter = Arrays.copyOf(content, content.length - count);
        System.arraycopy(content, at + count, shorter, at, shorter.length - at);
        return shorter;
    }

    private byte[] inserted(int at, int count) {
        byte[] longer = Arrays.copyOf(content, content.length + count);
        new Random(at).nextBytes(longer);
        System.arraycopy(content, 0, longer, 0, at);
        System.arraycopy(content, at, longer, at + count, content.length - at);
        return longer;
    }

    /** @return changes read before a clean end or a torn tail; -1 for damage */
    private int read(byte[] changed) throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        disk.put(file, changed);
        try {
            return RecoveryFixtures.read(disk).changes().size();
        } catch (OperatorFault fault) {
            assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
            return -1;
        }
    }

    private int changes() {
        return (int) ends.get(4).last().number();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatALaterEndRecordShowsToHaveBeenThereIsDamage(boolean heartbeat) throws IOException {
        write(heartbeat);
        int last = (int) ends.get(4).length(); // the heartbeat begins here, and holds nothing
        // Without one, the last COMMIT is the only end record of its group, and a group without its COMMIT is what a
        // crash
        // leaves.
        int sure = heartbeat ? last : last - RecoveryFormat.END_FRAME;
        for (int count : COUNTS) {
            for (int at = RecoveryFormat.HEADER; at < content.length; at++) {
                if (at + count <= content.length) {
                    boolean harmless = at >= last;
                    boolean lost = at + count > sure && !harmless;
                    int read = read(cut(at, count));
                    if (!lost || at + count <= sure) {
                        assertThat(read).as("%d bytes cut at %d", count, at).isEqualTo(harmless ? changes() : -1);
                    }
                }
                int read = read(inserted(at, count));
                if (at < sure) {
                    assertThat(read).as("%d bytes put in at %d", count, at).isEqualTo(-1);
                } else if (at >= last) {
                    assertThat(read).as("%d bytes put in at %d", count, at).isIn(-1, changes());
                }
            }
        }
    }

    @Test
    void wholeGroupsThatWereCutOutAreDamage() throws IOException {
        write(true);
        for (int from = 0; from < 4; from++) {
            for (int to = from + 1; to <= 4; to++) {
                int at = (int) ends.get(from).length();
                assertThat(read(cut(at, (int) ends.get(to).length() - at)))
                        .as("groups %d to %d", from + 1, to)
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void howeverMuchIsPutInBetween() throws IOException {
        write(false);
        for (int count : new int[] {1_000, 65_536, 3_000_001}) {
            assertThat(read(inserted((int) ends.get(1).length(), count)))
                    .as("%d bytes", count)
                    .isEqualTo(-1);
        }
    }

    @Test
    void endRecordsOfAnotherFileAreNoEvidence() throws IOException {
        write(false);
        byte[] tail = Arrays.copyOfRange(content, RecoveryFormat.HEADER, content.length);
        for (int at = 0; at < 8; at++) {
            write(false);
            for (int i = 0; i < 8; i++) {
                content[136 + i] ^=
                        1; // the salt; what follows is of another file then, as on a disk that used blocks again
            }
            int end = (int) ends.get(1).length();
            byte[] reused = Arrays.copyOf(content, end + at + tail.length);
            System.arraycopy(tail, 0, reused, end + at, tail.length);
            assertThat(DurabilityEvidence.exists(fileOf(reused), salt(content), ends.get(1), end, reused.length))
                    .isFalse();
        }
    }

    private static long salt(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong(136);
    }

    private DurableFile fileOf(byte[] bytes) throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        disk.put(file, bytes);
        return disk.openForReading(file);
    }
}
