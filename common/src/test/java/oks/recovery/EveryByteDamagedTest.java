package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.testing.FaultyDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Damage of every kind to a small set of recovery files, and what reading them must call it. */
final class EveryByteDamagedTest {
    private enum Class {
        INTACT,
        TORN_TAIL,
        DAMAGE,
        GAP_OR_FORK
    }

    private final Map<String, Integer> cases = new TreeMap<>();
    private List<Path> files;
    private List<byte[]> contents;
    private List<LogPosition> positions;
    private List<String> changes;

    @BeforeEach
    void writeTheLog() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        positions = RecoveryFixtures.write(disk);
        files = RecoveryFixtures.files(disk);
        contents = files.stream().map(disk::bytes).toList();
        changes = RecoveryFixtures.read(disk).changes();
        assertThat(files).hasSize(3);
        assertThat(changes).hasSize(7);
    }

    private FaultyDisk diskWithout(int file) {
        FaultyDisk disk = new FaultyDisk(1);
        for (int i = 0; i < files.size(); i++) {
            if (i != file) {
                disk.put(files.get(i), contents.get(i));
            }
        }
        return disk;
    }

    private FaultyDisk diskWith(int file, byte[] content) {
        FaultyDisk disk = diskWithout(file);
        disk.put(files.get(file), content);
        return disk;
    }

    /** What reading says; what it reads before it stops is always a beginning of what was written. */
    private Class classify(FaultyDisk disk, LogPosition from) throws IOException {
        return classify(disk, RecoveryFixtures.files(disk), from);
    }

    private Class classify(FaultyDisk disk, List<Path> read, LogPosition from) throws IOException {
        Class found;
        try {
            RecoveryFixtures.Read result = RecoveryFixtures.read(disk, read, from);
            List<String> expected = changes.subList((int) from.last().number(), changes.size());
            assertThat(result.changes())
                    .isEqualTo(expected.subList(0, result.changes().size()));
            found = result.end().torn() ? Class.TORN_TAIL : Class.INTACT;
        } catch (OperatorFault fault) {
            assertThat(fault.what()).contains("recovery file");
            assertThat(fault.kept()).isNotEmpty();
            assertThat(fault.next()).isNotEmpty();
            found = fault.code() == ExitCode.DAMAGED ? Class.DAMAGE : Class.GAP_OR_FORK;
            assertThat(fault.code()).isIn(ExitCode.DAMAGED, ExitCode.GAP_OR_FORK);
        }
        return found;
    }

    private void count(String what, Class found) {
        cases.merge(what + ": " + found, 1, Integer::sum);
    }

    @Test
    void everyFlippedByteIsDetected(TestReporter reporter) throws IOException {
        long lastGroup = positions.get(4).length();
        for (int file = 0; file < files.size(); file++) {
            for (int at = 0; at < contents.get(file).length; at++) {
                byte[] flipped = contents.get(file).clone();
                flipped[at] ^= (byte) (1 << at % 8);
                Class found = classify(diskWith(file, flipped), LogPosition.START);
                // Only the last group of the file in use may have been written without having been forced.
                Class expected = file == 2 && at >= lastGroup ? Class.TORN_TAIL : Class.DAMAGE;
                assertThat(found).as("file %d, byte %d", file, at).isEqualTo(expected);
                count("flipped byte", found);
            }
        }
        publish(reporter);
    }

    @Test
    void everyByteFlippedUnderADatabaseThatHoldsAllChangesIsDamage() throws IOException {
        byte[] last = contents.get(2);
        for (int at = 0; at < last.length; at++) {
            byte[] flipped = last.clone();
            flipped[at] ^= 0x40;
            assertThat(classify(diskWith(2, flipped), positions.get(5)))
                    .as("byte %d", at)
                    .isEqualTo(Class.DAMAGE);
        }
    }

    @Test
    void everyLengthIsDetected(TestReporter reporter) throws IOException {
        long fifth = positions.get(4).length();
        for (int file = 0; file < files.size(); file++) {
            for (int length = 0; length < contents.get(file).length; length++) {
                FaultyDisk disk = diskWith(file, Arrays.copyOf(contents.get(file), length));
                Class found = classify(disk, LogPosition.START);
                Class expected;
                if (file < 2 || length < RecoveryFormat.HEADER) {
                    expected = Class.DAMAGE; // the next file says more was durable; or the file never had its name so
                    // short
                } else if (length == RecoveryFormat.HEADER || length == fifth) {
                    expected = Class.INTACT; // ends between two groups, as after a crash
                } else {
                    expected = Class.TORN_TAIL;
                }
                assertThat(found).as("file %d, length %d", file, length).isEqualTo(expected);
                count("truncated", found);
                if (file == 2) {
                    assertThat(classify(disk, positions.get(5)))
                            .as("length %d", length)
                            .isEqualTo(Class.DAMAGE);
                    count("truncated below the database", Class.DAMAGE);
                }
            }
        }
        publish(reporter);
    }

    @Test
    void zerosAfterTheLastGroupAreNotAChangeAndNotDamage() throws IOException {
        for (int zeros : new int[] {8, 31, 32, 40, 4096, 1 << 20}) {
            byte[] longer = Arrays.copyOf(contents.get(2), contents.get(2).length + zeros);
            RecoveryFixtures.Read read = RecoveryFixtures.read(diskWith(2, longer));
            assertThat(read.changes()).isEqualTo(changes);
            assertThat(read.end().torn()).isFalse();
        }
    }

    @Test
    void bytesAfterASealAreDamageWhetherTheNextFileIsThereOrNot() throws IOException {
        for (int more : new int[] {1, 8, 4096}) {
            FaultyDisk disk = diskWithout(2);
            disk.put(files.get(1), Arrays.copyOf(contents.get(1), contents.get(1).length + more));
            assertThat(classify(disk, LogPosition.START)).isEqualTo(Class.DAMAGE);
            for (int file = 0; file < 2; file++) {
                byte[] longer = Arrays.copyOf(contents.get(file), contents.get(file).length + more);
                assertThat(classify(diskWith(file, longer), LogPosition.START)).isEqualTo(Class.DAMAGE);
            }
        }
    }

    @Test
    void missingFilesAreAGap() throws IOException {
        assertThat(classify(diskWithout(0), LogPosition.START)).isEqualTo(Class.GAP_OR_FORK);
        assertThat(classify(diskWithout(1), LogPosition.START)).isEqualTo(Class.GAP_OR_FORK);
        // What the last file held is not known to the others: only a database or an archive can miss it.
        assertThat(classify(diskWithout(2), LogPosition.START)).isEqualTo(Class.INTACT);
        RecoveryFixtures.Read read = RecoveryFixtures.read(diskWithout(2), files.subList(0, 2), positions.get(5));
        assertThat(read.end().position()).isEqualTo(positions.get(5)); // not a place where LSNs could be used again
    }

    @Test
    void aDatabaseThatIsBeyondTheFirstFileDoesNotNeedIt() throws IOException {
        assertThat(classify(diskWithout(0), positions.get(1))).isEqualTo(Class.INTACT);
        assertThat(classify(diskWithout(0), positions.get(0))).isEqualTo(Class.GAP_OR_FORK);
    }

    @Test
    void aDatabaseOfAnotherHistoryIsAFork() throws IOException {
        for (LogPosition position : positions) {
            LogPosition other = new LogPosition(
                    position.file(),
                    position.length(),
                    position.last(),
                    position.chain(),
                    position.digest().plus(new Hash(0, 0, 0, 1)));
            assertThat(classify(diskWithout(-1), other)).isEqualTo(Class.GAP_OR_FORK);
            assertThat(classify(diskWithout(-1), position)).isEqualTo(Class.INTACT);
        }
        LogPosition insideAGroup = new LogPosition(files(0), 0, new Lsn(1), Hash.ZERO, Digest.EMPTY);
        assertThat(classify(diskWithout(-1), insideAGroup)).isEqualTo(Class.GAP_OR_FORK);
        LogPosition beyondASeal = new LogPosition(files(1), 0, new Lsn(9), Hash.ZERO, Digest.EMPTY);
        assertThat(classify(diskWithout(2), beyondASeal)).isEqualTo(Class.GAP_OR_FORK);
    }

    private RecoveryFileName files(int number) {
        return RecoveryFileName.of(files.get(number)).orElseThrow();
    }

    @Test
    void swappedAndRenamedFilesAreRefused() throws IOException {
        for (int one = 0; one < 3; one++) {
            for (int other = 0; other < 3; other++) {
                if (one != other) {
                    FaultyDisk disk = diskWith(one, contents.get(other));
                    assertThat(classify(disk, LogPosition.START)).isEqualTo(Class.GAP_OR_FORK);
                }
            }
        }
        FaultyDisk disk = diskWithout(1);
        Path renamed = Path.of(files.get(1).toString().replace("20261122", "20261123"));
        disk.put(renamed, contents.get(1));
        assertThat(classify(disk, LogPosition.START)).isEqualTo(Class.GAP_OR_FORK);
    }

    @Test
    void duplicatedFilesAreHarmlessUnlessTheyDiffer() throws IOException {
        for (int file = 0; file < 3; file++) {
            Path copy = Path.of("/archive").resolve(files.get(file).getFileName());
            FaultyDisk disk = diskWithout(-1);
            byte[] content = contents.get(file);
            for (int length = RecoveryFormat.HEADER; length <= content.length; length += 8) {
                disk.put(copy, Arrays.copyOf(content, length)); // copied before the file was complete
                assertThat(classify(disk, with(copy, true), LogPosition.START)).isEqualTo(Class.INTACT);
                assertThat(classify(disk, with(copy, false), LogPosition.START)).isEqualTo(Class.INTACT);
            }
            byte[] flipped = content.clone();
            flipped[RecoveryFormat.HEADER + 7] ^= 1;
            disk.put(copy, flipped);
            assertThat(classify(disk, with(copy, true), LogPosition.START)).isEqualTo(Class.DAMAGE);
        }
    }

    @Test
    void anotherFileWithTheSameOrdinalIsAFork() throws IOException {
        FaultyDisk elsewhere = diskWithout(2);
        LogPosition end = RecoveryFixtures.read(elsewhere).end().position();
        RecoveryLog.begin(
                new RecoveryDirectory(elsewhere, RecoveryFixtures.DIRECTORY),
                RecoveryFixtures.IDENTITY,
                end,
                RecoveryFixtures.clock(),
                () -> 4711,
                "oks test");
        Path other = RecoveryFixtures.files(elsewhere).get(2);
        Path copy = Path.of("/archive").resolve(other.getFileName());
        FaultyDisk disk = diskWithout(-1);
        disk.put(copy, elsewhere.bytes(other));
        assertThat(classify(disk, with(copy, true), LogPosition.START)).isEqualTo(Class.GAP_OR_FORK);
    }

    private List<Path> with(Path copy, boolean first) {
        List<Path> all = new java.util.ArrayList<>(files);
        all.add(first ? 0 : all.size(), copy);
        return all;
    }

    private void publish(TestReporter reporter) {
        cases.forEach((what, number) -> {
            reporter.publishEntry(what, String.valueOf(number));
            System.out.println("EveryByteDamagedTest: " + what + ": " + number + " cases");
        });
    }
}
