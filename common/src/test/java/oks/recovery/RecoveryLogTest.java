package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.testing.FaultyDisk;
import oks.testing.FaultyDisk.Crash;
import oks.testing.FaultyDisk.Fault;
import oks.testing.FaultyDisk.Kind;
import oks.testing.RecoveryFiles;
import org.junit.jupiter.api.Test;

final class RecoveryLogTest {
    private final FaultyDisk disk = new FaultyDisk(1);
    private final InstantSource clock = RecoveryFixtures.clock();

    private RecoveryLog begin(Disk on, LogPosition after) throws IOException {
        return RecoveryLog.begin(
                new RecoveryDirectory(on, RecoveryFixtures.DIRECTORY),
                RecoveryFixtures.IDENTITY,
                after,
                clock,
                RecoveryFixtures.salts(),
                "test");
    }

    private static Group point(RecoveryLog log, String name) throws IOException {
        return log.append(
                List.of(new Change.Point(log.position().last().next(), log.now(), name)),
                log.position().digest());
    }

    /** Makes the operation fail that is {@code ahead} operations after the next one. */
    private void failOn(Kind kind, int ahead) {
        disk.plan(new Fault(kind, disk.operations() + ahead, false));
    }

    /** How many operations a rotation has before the one whose description ends with this. */
    private static int operationsOfRotationBefore(String what) throws IOException {
        FaultyDisk healthy = new FaultyDisk(1);
        RecoveryLog log = RecoveryLog.begin(
                new RecoveryDirectory(healthy, RecoveryFixtures.DIRECTORY),
                RecoveryFixtures.IDENTITY,
                LogPosition.START,
                RecoveryFixtures.clock(),
                RecoveryFixtures.salts(),
                "test");
        point(log, "first");
        int before = healthy.operations();
        log.rotate(Seal.Reason.ROTATED);
        List<String> rotation = healthy.trace().subList(before, healthy.operations());
        for (int i = 0; i < rotation.size(); i++) {
            if (rotation.get(i).contains(what)) {
                return i;
            }
        }
        throw new AssertionError(what + " is not in " + rotation);
    }

    private static List<String> pointsIn(Disk disk) throws IOException {
        List<String> names = new ArrayList<>();
        RecoveryChain.of(
                        RecoveryFiles.read(disk, RecoveryFixtures.files(disk)),
                        RecoveryFixtures.IDENTITY.database(),
                        Lsn.NONE)
                .read(
                        LogPosition.START,
                        group -> group.changes().forEach(change -> names.add(((Change.Point) change).name())));
        return names;
    }

    @Test
    void aRotationWithoutChangesMakesNoFile() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        log.append(List.of(), Digest.EMPTY); // a heartbeat is no change
        assertThat(log.rotate(Seal.Reason.ROTATED)).isEmpty();
        assertThat(RecoveryFixtures.files(disk)).hasSize(1);
    }

    @Test
    void whenTheNewFileCannotBeMadeTheOldOneStaysInUse() throws IOException {
        for (String step : List.of("create", "write", "sync all", "sync directory", "rename")) {
            FaultyDisk fresh = new FaultyDisk(1);
            RecoveryLog log = begin(fresh, LogPosition.START);
            RecoveryFileName file = log.file();
            point(log, "first");
            fresh.plan(new Fault(Kind.EIO, fresh.operations() + operationsOfRotationBefore(step), false));
            assertThatExceptionOfType(IOException.class)
                    .as(step)
                    .isThrownBy(() -> log.rotate(Seal.Reason.ROTATED))
                    .isNotInstanceOf(PoisonedFileException.class);
            assertThat(log.poisoned()).isFalse();
            assertThat(log.file()).isEqualTo(file);
            point(log, "second");
            assertThat(log.rotate(Seal.Reason.ROTATED)).contains(file);
            assertThat(RecoveryFixtures.read(fresh).changes()).hasSize(2);
        }
    }

    @Test
    void whenTheDirectoryCannotBeForcedOnlyTheSameNewFileIsTriedAgain() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        point(log, "first");
        failOn(Kind.LYING_SYNC, operationsOfRotationBefore("rename") + 1); // the name is there, but not forced
        assertThatExceptionOfType(PoisonedFileException.class).isThrownBy(() -> log.rotate(Seal.Reason.ROTATED));
        assertThat(log.poisoned()).isTrue();
        assertThatExceptionOfType(PoisonedFileException.class).isThrownBy(() -> point(log, "refused"));
        log.moveToFreshFile();
        point(log, "second");
        FaultyDisk found = disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1);
        assertThat(RecoveryFixtures.files(found)).hasSize(2);
        assertThat(RecoveryFixtures.read(found).changes()).hasSize(2);
    }

    @Test
    void aCompleteFileThatCannotBeMadeReadOnlyIsStillComplete() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        point(log, "first");
        failOn(Kind.EIO, operationsOfRotationBefore("make read-only"));
        assertThat(log.rotate(Seal.Reason.ROTATED)).isPresent();
        point(log, "second");
    }

    @Test
    void afterAFailedForceNothingIsWrittenToTheFileAgain() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        point(log, "first");
        failOn(Kind.LYING_SYNC, 1);
        assertThatExceptionOfType(PoisonedFileException.class).isThrownBy(() -> point(log, "lost"));
        byte[] poisoned = disk.bytes(RecoveryFixtures.files(disk).get(0));
        assertThatExceptionOfType(PoisonedFileException.class).isThrownBy(() -> log.rotate(Seal.Reason.ROTATED));
        log.moveToFreshFile();
        point(log, "second");
        log.close();
        assertThat(disk.bytes(RecoveryFixtures.files(disk).get(0))).isEqualTo(poisoned);
        assertThat(pointsIn(disk)).containsExactly("first", "second");
    }

    @Test
    void aTornTailIsSetAsideAndTheFileCompleted() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        LogPosition whole = point(log, "first").end();
        point(log, "torn");
        Path file = RecoveryFixtures.files(disk).get(0);
        byte[] bytes = disk.bytes(file);
        disk.put(file, Arrays.copyOf(bytes, bytes.length - 1));
        RecoveryChain.ChainEnd end = RecoveryFixtures.read(disk).end();
        assertThat(end.torn()).isTrue();
        LogPosition sealed = RecoveryChain.sealUnclean(end, clock.instant());
        assertThat(sealed.length()).isEqualTo(whole.length() + RecoveryFormat.END_FRAME);
        assertThat(disk.isReadOnly(file)).isTrue();
        assertThat(disk.bytes(Path.of(file + ".torn")))
                .isEqualTo(Arrays.copyOfRange(bytes, (int) whole.length(), bytes.length - 1));
        RecoveryChain.ChainEnd again = RecoveryFixtures.read(disk).end();
        assertThat(again.unsealed()).isFalse();
        assertThat(again.position()).isEqualTo(sealed);
        assertThat(again.end().orElseThrow().seal().orElseThrow().reason()).isEqualTo(Seal.Reason.UNCLEAN);
    }

    @Test
    void aCopyInAnotherDirectoryOutlivesAPowerLossUnderItsName() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        point(log, "first");
        log.close();
        Path file = RecoveryFixtures.files(disk).get(0);
        Path elsewhere = Path.of("/elsewhere");
        new RecoveryDirectory(disk, elsewhere).copy(RecoveryFile.of(disk, file).orElseThrow());
        FaultyDisk found = disk.after(Crash.POWER_LOSS_KEEPS_NOTHING, 1);
        assertThat(found.list(elsewhere)).containsExactly(elsewhere.resolve(file.getFileName()));
        assertThat(found.bytes(elsewhere.resolve(file.getFileName()))).isEqualTo(disk.bytes(file));
    }

    @Test
    void timesDoNotGoBackWhenTheClockDoesBetweenTwoStarts() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        Instant last = point(log, "first").time();
        log.close();
        RecoveryLog next = RecoveryLog.begin(
                new RecoveryDirectory(disk, RecoveryFixtures.DIRECTORY),
                RecoveryFixtures.IDENTITY,
                log.position(),
                () -> last.minus(Duration.ofDays(3)),
                RecoveryFixtures.salts(),
                "test");
        assertThat(next.begun()).isAfter(last);
        assertThat(point(next, "second").changes().get(0).time()).isAfterOrEqualTo(last);
    }

    @Test
    void anOrdinalIsNeverUsedTwice() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        LogPosition early = log.position();
        point(log, "first");
        log.rotate(Seal.Reason.ROTATED);
        assertThatExceptionOfType(OperatorFault.class)
                .isThrownBy(() -> begin(disk, early))
                .satisfies(fault -> assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK));
    }

    @Test
    void temporaryFilesOfThisDatabaseAreRemovedAndOthersLeftAlone() throws IOException {
        Path own = RecoveryFixtures.DIRECTORY.resolve(".sample-202611221049020000000001.recovery.new");
        Path torn = RecoveryFixtures.DIRECTORY.resolve(".sample-202611221049020000000001.recovery.torn.new");
        Path other = RecoveryFixtures.DIRECTORY.resolve(".sample-two-202611221049020000000001.recovery.new");
        for (Path file : List.of(own, torn, other)) {
            disk.put(file, new byte[1]);
        }
        begin(disk, LogPosition.START);
        assertThat(disk.exists(own)).isFalse();
        assertThat(disk.exists(torn)).isFalse();
        assertThat(disk.exists(other)).isTrue();
    }

    @Test
    void whatNoReaderWouldTakeIsNotWritten() throws IOException {
        RecoveryLog log = begin(disk, LogPosition.START);
        Instant now = log.now();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> log.append(List.of(new Change.Point(new Lsn(2), now, "x")), Digest.EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Point(Lsn.NONE, now, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Point(new Lsn(1), now, "ü".repeat(128)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Change.Put(
                        new Lsn(1), now, new byte[20], new byte[0], "x".repeat(256), Change.Replaced.NOTHING));
        byte[] tooLong = new byte[RecoveryFormat.MAX_GROUP - 200];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> log.append(
                        List.of(new Change.Put(new Lsn(1), now, new byte[20], tooLong, "", Change.Replaced.NOTHING)),
                        Digest.EMPTY));
        Change change = new Change.Put(new Lsn(1), now, new byte[20], new byte[9], "hkp", Change.Replaced.NOTHING);
        long before = log.position().length();
        log.append(List.of(change), Digest.EMPTY);
        assertThat(log.position().length() - before).isEqualTo(RecoveryLog.bytesOf(change) + RecoveryFormat.END_FRAME);
        assertThat(RecoveryFixtures.read(disk).changes()).hasSize(1);
    }

    @Test
    void aFormatThatIsTooNewNamesBothVersions() throws IOException {
        begin(disk, LogPosition.START);
        Path file = RecoveryFixtures.files(disk).get(0);
        byte[] bytes = disk.bytes(file);
        bytes[8] = 9;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 4092);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4092, (int) crc.getValue());
        disk.put(file, bytes);
        assertThatExceptionOfType(OperatorFault.class)
                .isThrownBy(() -> RecoveryFixtures.read(disk))
                .withMessageContaining("has format 9, but this program reads formats up to 1")
                .satisfies(fault -> assertThat(fault.code()).isEqualTo(ExitCode.FAILED));
    }

    @Test
    void theIdentityOfADatabaseIsReadBack() throws IOException {
        Timeline second = RecoveryFixtures.IDENTITY.timeline().fork(new UUID(1, 2), new Lsn(5), Digest.EMPTY);
        for (Timeline timeline : List.of(RecoveryFixtures.IDENTITY.timeline(), second)) {
            DatabaseIdentity identity = new DatabaseIdentity("sample", RecoveryFixtures.IDENTITY.database(), timeline);
            new DatabaseDirectory(disk, RecoveryFixtures.DIRECTORY).write(identity);
            assertThat(new DatabaseDirectory(disk, RecoveryFixtures.DIRECTORY).identity())
                    .isEqualTo(identity);
        }
        for (String wrong :
                List.of("timeline 0", "timeline two", "name Sample", "fork-lsn -1", "format x", "database 7")) {
            String text = new String(disk.bytes(RecoveryFixtures.DIRECTORY.resolve("IDENTITY")), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^" + wrong.split(" ")[0] + " .*", wrong);
            assertThatExceptionOfType(OperatorFault.class)
                    .as(wrong)
                    .isThrownBy(() -> DatabaseIdentity.parse(text, Path.of("IDENTITY")))
                    .satisfies(fault -> assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED));
        }
    }
}
