package oks.oksd;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import oks.config.OksdSettings;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.oksd.start.OpenDatabase;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFileName;
import oks.recovery.Seal;
import oks.recovery.Timeline;
import oks.testing.DirectoryState;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

/** Starts of oksd, with real files. A killed oksd is a copy of its directory, taken while it had it open. */
final class OpenDatabaseTest {
    private static final Disk DISK = new RealDisk();

    @TempDir
    private Path temporary;

    private Path prefix;
    private int kills;

    @BeforeEach
    void prefix() {
        prefix = temporary.resolve("prefix");
    }

    private Path directory() {
        return prefix.resolve("var/db");
    }

    private OpenDatabase open() throws IOException {
        return Opened.database(OksdSettings.standard(prefix), DISK);
    }

    private OperatorFault refusal() {
        return catchThrowableOfType(OperatorFault.class, () -> open().close());
    }

    private static void put(OpenDatabase database, long seed) throws IOException {
        Certificate certificate = Certificate.ofStored(certificate(seed));
        LogPosition end = database.log().position();
        Change change = new Change.Put(
                end.last().next(),
                database.log().now(),
                certificate.fingerprint().bytes(),
                certificate.bytes(),
                "test",
                Change.Replaced.NOTHING);
        database.store().apply(List.of(database.log().append(List.of(change), change.appliedTo(end.digest()))));
    }

    private void assertHolds(OpenDatabase database, long... seeds) {
        for (long seed : seeds) {
            assertThat(database.store().get(Fingerprint.parse(fingerprint(seed))))
                    .isPresent();
        }
        assertThat(database.store().certificates()).isEqualTo(seeds.length);
        assertThat(database.store().position()).isEqualTo(database.log().position());
        assertThat(database.store().check(read -> {}).differences()).isEmpty();
    }

    /** Goes on with a copy, as if the process had been killed now. */
    private void kill(OpenDatabase database) throws IOException {
        Path killed = temporary.resolve("killed" + ++kills);
        DirectoryState.copy(directory(), killed.resolve("var/db"));
        database.close();
        prefix = killed;
    }

    private List<Path> recoveryFiles() throws IOException {
        return new RecoveryDirectory(DISK, directory()).paths();
    }

    private static long ordinal(OpenDatabase database) {
        return database.log().file().ordinal();
    }

    private void flip(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= 1;
        Files.delete(file); // sealed files cannot be written
        Files.write(file, bytes);
    }

    @Test
    void indexesOfAnOlderVersionAreToldAtEveryStart() throws Exception {
        try (OpenDatabase database = open();
                LoggedLines log = new LoggedLines(OpenDatabase.class)) {
            put(database, 1);
            assertThat(log.lines()).noneMatch(line -> line.startsWith("the indexes"));
        }
        try (RocksDB db = RocksDB.open(directory().resolve("store").toString())) {
            db.delete(new byte[] {'I'}); // which older versions did not write
        }
        for (int start = 1; start <= 2; start++) {
            try (LoggedLines log = new LoggedLines(OpenDatabase.class);
                    OpenDatabase database = open()) {
                assertHolds(database, 1);
                assertThat(log.lines())
                        .anyMatch(line -> line.startsWith("the indexes are those of an older version")
                                && line.contains("oksctl check --repair"));
            }
        }
    }

    @Test
    void theFirstStartMakesTheDatabase() throws IOException {
        try (OpenDatabase database = open()) {
            assertHolds(database);
            assertThat(database.identity().name()).isEqualTo("keyserver");
            assertThat(new DatabaseDirectory(DISK, directory()).identity()).isEqualTo(database.identity());
            assertThat(ordinal(database)).isEqualTo(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                    .doesNotContain("w-r-x");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(recoveryFiles().get(0))))
                    .isEqualTo("rw-r-----");
            assertThat(refusal().code()).as("open already").isEqualTo(ExitCode.BUSY);
            assertThat(directory().resolve("store"))
                    .as("RocksDB writes its own log elsewhere, so that a held directory stays still")
                    .isDirectoryNotContaining("glob:**/LOG*");
            assertThat(prefix.resolve("var/log")).isDirectoryContaining("glob:**LOG");
        }
    }

    @Test
    void aCleanStopLeavesNothingToReplay() throws IOException {
        DatabaseIdentity identity;
        try (OpenDatabase database = open()) {
            identity = database.identity();
            put(database, 1);
        }
        assertThat(Files.isWritable(recoveryFiles().get(0)) && !"root".equals(System.getProperty("user.name")))
                .isFalse();
        try (OpenDatabase database = open()) {
            assertHolds(database, 1);
            assertThat(database.identity()).isEqualTo(identity);
            assertThat(ordinal(database)).isEqualTo(2);
        }
    }

    @Test
    void aKilledOksdReplaysWhatItsStoreLacks() throws IOException {
        OpenDatabase database = open();
        put(database, 1);
        database.store().flush();
        put(database, 2);
        database.log().rotate(Seal.Reason.ROTATED);
        put(database, 3);
        kill(database);

        try (OpenDatabase again = open()) {
            assertHolds(again, 1, 2, 3);
            assertThat(again.store().position().last()).isEqualTo(new Lsn(3));
            assertThat(ordinal(again)).isEqualTo(3);
            put(again, 4);
            kill(again); // twice in a row
        }
        try (OpenDatabase again = open()) {
            assertHolds(again, 1, 2, 3, 4);
        }
    }

    @Test
    void aTornTailIsSetAsideNeverDropped() throws IOException {
        OpenDatabase database = open();
        put(database, 1);
        kill(database);
        Path file = recoveryFiles().get(0);
        byte[] tail = "half a group".getBytes(StandardCharsets.US_ASCII);
        Files.write(file, tail, StandardOpenOption.APPEND);

        try (OpenDatabase again = open()) {
            assertHolds(again, 1);
            assertThat(file.resolveSibling(file.getFileName() + ".torn")).hasBinaryContent(tail);
        }
        open().close();
    }

    @Test
    void aMissingRecoveryFileIsAGap() throws IOException {
        OpenDatabase database = open();
        put(database, 1);
        database.log().rotate(Seal.Reason.ROTATED);
        put(database, 2);
        kill(database);
        Files.delete(recoveryFiles().get(0));

        OperatorFault fault = refusal();
        assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK);
        assertThat(fault.next()).isNotEmpty();
    }

    @Test
    void lostRecoveryFilesAreAGapAlsoWhenTheStoreIsComplete() throws IOException {
        try (OpenDatabase database = open()) {
            put(database, 1);
        }
        String name = recoveryFiles().get(0).getFileName().toString();
        Files.delete(recoveryFiles().get(0));

        OperatorFault fault = refusal();
        assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK);
        assertThat(fault.what()).contains(name);
        assertThat(fault.kept()).contains("LSN 1");
    }

    @Test
    void theNewestFileIsMissedAlsoBeforeTheStoreWasFlushed() throws IOException {
        try (OpenDatabase database = open()) {
            put(database, 1);
        }
        OpenDatabase started = open();
        String begunAtStart = started.log().file().toString();
        put(started, 2);
        kill(started);
        Files.delete(directory().resolve(begunAtStart));
        OperatorFault fault = refusal();
        assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK);
        assertThat(fault.what()).contains(begunAtStart);
    }

    @Test
    void theNewestFileIsMissedAlsoWhenItsPredecessorWasRotated() throws IOException {
        OpenDatabase database = open();
        put(database, 1);
        String rotated = database.log().file().toString();
        database.log().rotate(Seal.Reason.AGE);
        put(database, 2);
        kill(database);
        Files.delete(recoveryFiles().get(1));
        OperatorFault fault = refusal();
        assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK);
        assertThat(fault.what()).contains("the recovery file after ", rotated, "after LSN 1");
        assertThat(fault.next()).contains("--db " + directory() + " --recovery " + directory() + " --move-aside");
        assertThat(refusal().what()).as("again").isEqualTo(fault.what());
    }

    @Test
    void aFileThatWasPreparedButNotNamedIsNotMissed() throws IOException {
        OpenDatabase database = open();
        put(database, 1);
        database.log().rotate(Seal.Reason.SIZE);
        kill(database);
        Path prepared = recoveryFiles().get(1);
        Files.move(prepared, prepared.resolveSibling("." + prepared.getFileName() + ".new"));
        try (OpenDatabase again = open()) {
            assertHolds(again, 1);
            assertThat(ordinal(again)).isEqualTo(2);
        }
        try (OpenDatabase again = open()) {
            assertHolds(again, 1);
        }
    }

    @Test
    void aFlippedByteInAFileThatIsNeededIsDamage() throws IOException {
        OpenDatabase database = open();
        put(database, 1);
        database.log().rotate(Seal.Reason.ROTATED);
        put(database, 2);
        kill(database);
        Path needed = recoveryFiles().get(0);
        flip(needed, 4200);

        OperatorFault fault = refusal();
        assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
        assertThat(fault.what()).contains(needed.getFileName().toString()).contains("offset 4096");
    }

    @Test
    void aFlippedByteInAFileThatNobodyNeedsStopsNoStart() throws IOException {
        try (OpenDatabase database = open()) {
            put(database, 1);
        }
        open().close();
        flip(recoveryFiles().get(0), 100); // in its header

        try (OpenDatabase again = open()) {
            assertHolds(again, 1);
        }
    }

    @Test
    void aDatabaseOfAnotherNameIsRefused() throws IOException {
        open().close();
        Path file = prefix.resolve("etc/oksd.conf");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "[database]\nname = \"other\"\n");

        OperatorFault fault =
                catchThrowableOfType(OperatorFault.class, () -> Opened.database(OksdSettings.read(file), DISK));
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fault.what()).contains("\"keyserver\"").contains("\"other\"");
        open().close(); // nothing is left open
    }

    @Test
    void aFormatThatIsTooNewNamesBothFormats() throws IOException {
        open().close();
        Path file = directory().resolve(DatabaseDirectory.IDENTITY);
        Files.writeString(file, Files.readString(file).replace("format 1", "format 7"));

        OperatorFault fault = refusal();
        assertThat(fault.code()).isEqualTo(ExitCode.FAILED);
        assertThat(fault.what()).contains("format 7").contains("up to 1");
    }

    @Test
    void whatIsLeftOfADatabaseIsNotTakenForAnEmptyDirectory() throws IOException {
        try (OpenDatabase database = open()) {
            put(database, 1);
        }
        Files.delete(directory().resolve(DatabaseDirectory.IDENTITY));
        assertThat(refusal().code()).isEqualTo(ExitCode.DAMAGED);
        assertThat(refusal().what()).contains("recovery files are there");

        for (Path file : recoveryFiles()) {
            Files.delete(file);
        }
        assertThat(refusal().what()).contains("a store is there");
        assertThat(directory().resolve(DatabaseDirectory.IDENTITY)).doesNotExist();
    }

    @Test
    void snapshotsThatACrashLeftAreRemoved() throws IOException {
        open().close();
        Path left = directory().resolve("snapshots").resolve("20261122104902-1/store");
        Files.createDirectories(left);
        Files.writeString(left.resolve("000001.sst"), "");
        open().close();

        assertThat(directory().resolve("snapshots")).doesNotExist();
    }

    @Test
    void filesOfAnAbandonedTimelineStayButDoNotCountExceptForTheirOrdinals() throws IOException {
        Path archive = temporary.resolve("archive");
        DatabaseIdentity identity;
        LogPosition forkedAt;
        try (OpenDatabase database = open()) {
            put(database, 1);
            identity = database.identity();
            forkedAt = database.store().position();
        }
        FileUtils.copyDirectory(directory().resolve("store").toFile(), archive.toFile());
        try (OpenDatabase database = open()) {
            put(database, 2); // what the restore leaves behind
        }
        FileUtils.deleteDirectory(directory().resolve("store").toFile());
        FileUtils.copyDirectory(archive.toFile(), directory().resolve("store").toFile());
        Timeline fork = identity.timeline().fork(UUID.randomUUID(), forkedAt.last(), forkedAt.digest());
        new DatabaseDirectory(DISK, directory())
                .write(new DatabaseIdentity(identity.name(), identity.database(), fork));

        try (OpenDatabase restored = open()) {
            assertHolds(restored, 1);
            assertThat(ordinal(restored)).isEqualTo(3);
            put(restored, 3);
        }
        try (OpenDatabase restored = open()) {
            assertHolds(restored, 1, 3);
            assertThat(recoveryFiles().stream()
                            .map(file -> RecoveryFileName.of(file).orElseThrow().ordinal()))
                    .containsExactly(1L, 2L, 3L, 4L);
        }
    }

    @Test
    void theFirstFileOfATimelineThatARestoreWroteComesToTheRecoveryDirectory() throws IOException {
        try (OpenDatabase database = open()) {
            put(database, 1);
        }
        Path conf = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
        Files.writeString(conf, "[recovery]\ndirectory = \"var/elsewhere\"\n");
        OksdSettings elsewhere = OksdSettings.read(conf);
        Path recovery = Files.createDirectories(elsewhere.recovery().directory());
        String head = recoveryFiles().get(0).getFileName().toString();
        try (OpenDatabase database = Opened.database(elsewhere, DISK)) {
            assertHolds(database, 1);
            assertThat(new RecoveryDirectory(DISK, recovery).paths())
                    .hasSize(2)
                    .first()
                    .asString()
                    .endsWith(head);
            put(database, 2);
        }
        assertThat(recovery.resolve(head)).hasSameBinaryContentAs(directory().resolve(head));
        try (OpenDatabase database = Opened.database(elsewhere, DISK)) {
            assertHolds(database, 1, 2);
        }
    }

    @Test
    void theDirectoryMayBeALink() throws IOException {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Files.createDirectories(prefix.resolve("var"));
        Files.createSymbolicLink(directory(), elsewhere);
        open().close();
        assertThat(elsewhere.resolve("LOCK")).exists();
    }
}
