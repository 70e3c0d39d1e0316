package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import oks.archive.ArchiveSource;
import oks.archive.ArchiveWriter;
import oks.archive.ArchivedState;
import oks.archive.Compression;
import oks.durable.DirectoryLock;
import oks.durable.RealDisk;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.LogPosition;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Restores of databases that were made without an oksd. */
final class RestoreTest {
    @TempDir
    private Path scratch;

    private Path target;
    private Path copies;

    @BeforeEach
    void directories() throws IOException {
        target = scratch.resolve("restored");
        copies = Files.createDirectory(scratch.resolve("copies"));
    }

    private static CommandRun restore(Object... args) {
        String[] line = Stream.concat(Stream.of("from"), Stream.of(args).map(Object::toString)).toArray(String[]::new);
        return CommandRun.of("oks-restore", OksRestore::new, line);
    }

    /** An archive as oks-backup makes it. */
    private Path archive(SampleDatabase database, Compression compression) throws IOException {
        Path snapshot = Files.createTempDirectory(scratch, "snapshot");
        LogPosition position = database.position();
        database.snapshot(snapshot);
        Path file = scratch.resolve("archive-" + position.last() + compression.suffix());
        try (OutputStream out = Files.newOutputStream(file)) {
            ArchiveWriter.write(
                    ArchiveSource.of(snapshot.resolve("IDENTITY"), snapshot.resolve("store")),
                    new ArchivedState(database.identity(), position.last(), position.digest(), position.chain(),
                            database.certificates(), Math.max(1, position.ordinal())),
                    out, compression, "oks-backup of a test", Instant.EPOCH, bytes -> { });
        }
        return file;
    }

    private void assertRestored(Digest digest, long certificates) throws IOException {
        assertThat(scratch.resolve("restored.restoring")).doesNotExist();
        assertThat(target.resolve("RESTORING")).doesNotExist();
        assertThat(new RealDisk().list(target)).extracting(path -> path.getFileName().toString())
                .containsExactly("IDENTITY", "LOCK", "store");
        try (CertificateStore store = CertificateStore.open(target.resolve("store"), StoreOptions.standard())) {
            assertThat(store.position().digest()).isEqualTo(digest);
            assertThat(store.certificates()).isEqualTo(certificates);
            assertThat(store.check(read -> { }).differences()).isEmpty();
        }
    }

    private void assertNothingLeft() {
        assertThat(target).doesNotExist();
        assertThat(scratch.resolve("restored.restoring")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void anArchiveAndTheRecoveryFilesAfterItGiveEverythingBack(Compression compression) throws IOException {
        Path archive;
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1, 2, 3).rotate().put(4), compression);
            database.update(1, 1).put(5).rotate().point("here").put(6).update(1, 2).rotate();
            database.copyRecoveryFiles(copies);
            digest = database.digest();
        }
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "--json", "-q");
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).isZero();
        assertRestored(digest, 6);
        JsonNode proof = run.json();
        assertThat(proof.path("lsn").asLong()).isEqualTo(9);
        assertThat(proof.path("digest").asText()).isEqualTo(digest.hex());
        assertThat(proof.path("certificates").asLong()).isEqualTo(6);
        assertThat(proof.path("changes").asLong()).isEqualTo(5);
        assertThat(proof.path("timeline").asInt()).isEqualTo(2);
        assertThat(proof.path("left_out").isNull()).isTrue();
    }

    @Test
    void theProofIsABlockForPeople() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1, 2, 3), Compression.GZIP);
        }
        CommandRun run = restore(archive, "--db", target, "-q");
        assertThat(run.stdout()).startsWith("restored database \"sample\" to " + target + "\n")
                .contains("  archive         " + archive + ", LSN 3, ", "  recovery files  none, 0 changes\n",
                        "  last change     LSN 3", "  certificates    3\n", "  left out        nothing\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void theRestoredDatabaseGoesOnWithTheNextOrdinalOnItsOwnTimeline() throws IOException {
        Path archive;
        List<String> before;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
            database.rotate().put(2).rotate();
            database.copyRecoveryFiles(copies);
            before = names(database);
        }
        assertThat(restore(archive, "--db", target, "--recovery", copies).status()).isZero();
        DatabaseIdentity identity = DatabaseIdentity.read(new RealDisk(), target);
        assertThat(identity.timeline().number()).isEqualTo(2);
        assertThat(identity.timeline().fork().orElseThrow().last().number()).isEqualTo(2);
        try (SampleDatabase again = SampleDatabase.open(target, 9)) {
            again.put(3).rotate();
            again.copyRecoveryFiles(copies);
            assertThat(names(again).get(0)).endsWith("%010d.recovery".formatted(before.size() + 1));
        }
        // The archive from before, with the files of both timelines.
        Path second = scratch.resolve("second");
        CommandRun run = restore(archive, "--db", second, "--recovery", copies, "--json", "-q");
        assertThat(run.json().path("lsn").asLong()).as(run.stdout()).isEqualTo(3);
    }

    @Test
    void theNewestHistoryIsFollowedWhereARestoreWentBack() throws IOException {
        Path first;
        Path second;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            first = archive(database, Compression.NONE);
            second = archive(database.put(1), Compression.GZIP);
            database.put(2).rotate().put(3).rotate();
            database.copyRecoveryFiles(copies);
        }
        assertThat(restore(second, "--db", target, "-q").status()).isZero();
        for (Path file : new RealDisk().list(copies)) { // as in a recovery directory on another disk
            Files.copy(file, target.resolve(file.getFileName()));
        }
        Digest digest;
        try (SampleDatabase again = SampleDatabase.open(target, 9)) {
            digest = again.put(77).rotate().digest();
            Path all = Files.createDirectory(scratch.resolve("all"));
            again.copyRecoveryFiles(all);
        }
        CommandRun run = restore(
                first, "--db", scratch.resolve("third"), "--recovery", scratch.resolve("all"), "--json", "-q");
        assertThat(run.json().path("digest").asText()).as(run.stdout()).isEqualTo(digest.hex());
        assertThat(run.json().path("lsn").asLong()).isEqualTo(2);
        assertThat(run.json().path("abandoned_files")).isNotEmpty();
    }

    private static List<String> names(SampleDatabase database) throws IOException {
        return database.recoveryFileNames().stream().map(Object::toString).toList();
    }

    @Test
    void theRecoveryFilesOfAKilledOksdAreEnough() throws IOException {
        SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
        Path archive = archive(database.put(1), Compression.GZIP);
        Digest digest = database.put(2).rotate().put(3, 4).digest();
        database.kill();
        CommandRun run = restore(archive, "--db", target, "--recovery", database.directory(), "-q");
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).isZero();
        assertRestored(digest, 4);
    }

    @Test
    void aTornTailIsLeftOutWithAWarningAndItsLsn() throws IOException {
        SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
        Path archive = archive(database.put(1), Compression.GZIP);
        Digest digest = database.put(2).digest();
        database.put(3);
        database.kill();
        Path last = lastOf(database.directory());
        Files.write(last, java.util.Arrays.copyOf(Files.readAllBytes(last), (int) Files.size(last) - 20));
        CommandRun run = restore(archive, "--db", target, "--recovery", database.directory(), "--json", "-q");
        assertThat(run.stderr()).startsWith("oks-restore: warning: the last ").contains("after LSN 2 that was never acknowledged");
        assertThat(run.status()).isZero();
        assertThat(run.json().path("left_out").path("after_lsn").asLong()).isEqualTo(2);
        assertRestored(digest, 2);
    }

    private static Path lastOf(Path directory) throws IOException {
        List<Path> files = oks.recovery.RecoveryChain.list(new RealDisk(), directory);
        return files.get(files.size() - 1);
    }

    @Test
    void anArchiveMadeByHandBringsItsOwnRecoveryFiles() throws Exception {
        Path directory = scratch.resolve("usr/local/oks/var/db");
        SampleDatabase database = SampleDatabase.create(directory, 1);
        database.put(1, 2).rotate().flush().put(3).rotate();
        Path tar = scratch.resolve("oksdb.tar");
        run("tar", "cf", tar.toString(), "-C", scratch.toString(), "usr/local/oks/var/db");
        run("gzip", tar.toString());
        // The file that was begun before the tar is longer afterwards: the beginning in the archive is no contradiction.
        Digest digest = database.put(4, 5).rotate().digest();
        database.copyRecoveryFiles(copies);
        database.close();
        Path archive = scratch.resolve("oksdb.tar.gz");

        CommandRun alone = restore(archive, "--db", scratch.resolve("alone"), "--json", "-q");
        assertThat(alone.json().path("lsn").asLong()).as(alone.stdout() + alone.stderr()).isEqualTo(3);
        assertThat(alone.json().path("archive").path("made_by").asText()).isEqualTo("hand");

        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q");
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).isZero();
        assertRestored(digest, 5);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void anArchiveComesThroughStandardInput() throws IOException {
        Path archive;
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.ZSTD);
            digest = database.put(2).rotate().digest();
            database.copyRecoveryFiles(copies);
        }
        InputStream before = System.in;
        try (InputStream in = Files.newInputStream(archive)) {
            System.setIn(in);
            assertThat(restore("-", "--db", target, "--recovery", copies, "-q").status()).isZero();
            assertRestored(digest, 2);
            System.setIn(new java.io.ByteArrayInputStream(new byte[5000]));
            CommandRun run = restore("-", "--db", scratch.resolve("other"), "-q");
            assertThat(run.status()).isEqualTo(5);
            assertThat(scratch.resolve("other.restoring")).doesNotExist();
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aDatabaseThatWasArchivedByHandWhileItWasWrittenIsNotSound() throws Exception {
        Path directory = scratch.resolve("db");
        try (SampleDatabase database = SampleDatabase.create(directory, 1)) {
            database.put(1, 2).flush();
        }
        for (Path file : new RealDisk().list(directory.resolve("store"))) {
            if (file.toString().endsWith(".sst")) {
                byte[] bytes = Files.readAllBytes(file);
                Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
            }
        }
        run("tar", "cf", scratch.resolve("oksdb.tar").toString(), "-C", scratch.toString(), "db");
        CommandRun run = restore(scratch.resolve("oksdb.tar"), "--db", target, "-q");
        assertThat(run.status()).as(run.stderr()).isEqualTo(5);
        assertNothingLeft();
    }

    @Test
    void thePlanSaysWhatWouldHappenAndWritesNothing() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.GZIP);
            database.put(2, 3).rotate();
            database.copyRecoveryFiles(copies);
        }
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "--plan", "--json", "-q");
        assertThat(run.status()).isZero();
        assertThat(run.json().path("restored").asBoolean(true)).isFalse();
        assertThat(run.json().path("lsn").asLong()).isEqualTo(3);
        assertThat(restore(archive, "--db", target, "--recovery", copies, "--plan", "-q").stdout())
                .contains("  last change     LSN 3, ", "nothing was written");
        assertNothingLeft();
    }

    /** What can be wrong with what a restore is given, and its exit status. */
    enum Damage {
        ARCHIVE_CUT_SHORT(5, "cut short"),
        ARCHIVE_FLIPPED_BYTE(5, "archive"),
        RECOVERY_FLIPPED_BYTE(5, "is damaged at offset"),
        RECOVERY_HEADER_FLIPPED(5, "header that does not match its checksum"),
        RECOVERY_SHORTENED_IN_THE_MIDDLE(5, "its successor says"),
        RECOVERY_FILE_MISSING(6, "is missing"),
        FIRST_RECOVERY_FILE_MISSING(6, "are in no recovery file"),
        RECOVERY_OF_ANOTHER_DATABASE(6, "belongs to database"),
        RECOVERY_OF_ANOTHER_HISTORY(6, "same ordinal but different contents");

        private final int status;
        private final String said;

        Damage(int status, String said) {
            this.status = status;
            this.said = said;
        }

        void inflict(Path archive, Path copies, Path scratch) throws IOException {
            List<Path> files = oks.recovery.RecoveryChain.list(new RealDisk(), copies);
            switch (this) {
                case ARCHIVE_CUT_SHORT -> cut(archive, Files.size(archive) / 2);
                case ARCHIVE_FLIPPED_BYTE -> flip(archive, Files.size(archive) / 2);
                case RECOVERY_FLIPPED_BYTE -> flip(files.get(1), 4200);
                case RECOVERY_HEADER_FLIPPED -> flip(files.get(1), 100);
                case RECOVERY_SHORTENED_IN_THE_MIDDLE -> cut(files.get(1), Files.size(files.get(1)) - 100);
                case RECOVERY_FILE_MISSING -> Files.delete(files.get(2));
                case FIRST_RECOVERY_FILE_MISSING -> {
                    Files.delete(files.get(0));
                    Files.delete(files.get(1));
                }
                case RECOVERY_OF_ANOTHER_DATABASE -> other(copies, scratch, 2);
                case RECOVERY_OF_ANOTHER_HISTORY -> other(copies, scratch, 1);
            }
        }

        private static void other(Path copies, Path scratch, long seed) throws IOException {
            Instant earlier = Instant.parse("2026-11-21T00:00:00Z");
            try (SampleDatabase other = SampleDatabase.create(scratch.resolve("other"), seed, earlier)) {
                other.put(77).rotate().put(78).rotate();
                Path file = other.recoveryFiles().get(1);
                Files.copy(file, copies.resolve(file.getFileName()));
            }
        }

        private static void cut(Path file, long length) throws IOException {
            writable(file);
            Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), (int) length));
        }

        private static void flip(Path file, long at) throws IOException {
            writable(file);
            byte[] bytes = Files.readAllBytes(file);
            bytes[(int) at] ^= 4;
            Files.write(file, bytes);
        }

        private static void writable(Path file) throws IOException {
            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void damageIsNamedWithItsStatusAndTheTargetIsNotMade(Damage damage) throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1, 2), Compression.GZIP);
            database.rotate().put(3, 4).rotate().put(5).rotate().put(6).rotate();
            database.copyRecoveryFiles(copies);
        }
        damage.inflict(archive, copies, scratch);
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q");
        assertThat(run.stderr()).startsWith("oks-restore: error: ").contains(damage.said, "oks-restore: kept: ");
        assertThat(run.status()).isEqualTo(damage.status);
        assertThat(run.stdout()).isEmpty();
        assertNothingLeft();
        CommandRun plan = restore(archive, "--db", target, "--recovery", copies, "-q", "--plan");
        assertThat(plan.status()).isEqualTo(damage.status);
    }

    @Test
    void aTargetThatIsNotEmptyIsNotTouched() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
        }
        Files.createDirectory(target);
        Files.writeString(target.resolve("precious"), "data");
        CommandRun run = restore(archive, "--db", target, "-q");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.stderr()).contains("target directory \"" + target + "\" is not empty");
        assertThat(target.resolve("precious")).hasContent("data");
        assertThat(new RealDisk().list(scratch)).noneMatch(path -> path.toString().endsWith(".restoring"));

        try (DirectoryLock lock = DirectoryLock.take(target, "oksd")) {
            assertThat(lock).isNotNull();
            CommandRun open = restore(archive, "--db", target, "-q");
            assertThat(open.status()).isEqualTo(4);
            assertThat(open.stderr()).contains("is open already, by ");
        }
        assertThat(restore(archive, "--db", scratch.resolve("no/such/parent"), "-q").status()).isEqualTo(1);
    }

    @Test
    void anEmptyTargetIsUsed() throws IOException {
        Path archive;
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
            digest = database.digest();
        }
        Files.createDirectory(target);
        assertThat(restore(archive, "--db", target, "-q").status()).isZero();
        assertRestored(digest, 1);
    }

    @Test
    void whatAnInterruptedRestoreLeftIsBegunAgainAndWhatAnybodyElseLeftIsNot() throws IOException {
        Path archive;
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
            digest = database.digest();
        }
        Path staging = Files.createDirectory(scratch.resolve("restored.restoring"));
        Files.createDirectories(staging.resolve("store"));
        Files.writeString(staging.resolve("store/000001.sst"), "half");

        CommandRun refused = restore(archive, "--db", target, "-q");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.stderr()).contains("is in the way, and no restore left it");
        assertThat(staging.resolve("store/000001.sst")).hasContent("half");

        Files.writeString(staging.resolve("RESTORING"), "restore of something\n");
        try (DirectoryLock other = DirectoryLock.take(staging, "oks-restore")) {
            assertThat(other).isNotNull();
            assertThat(restore(archive, "--db", target, "-q").status()).isEqualTo(4);
        }
        assertThat(restore(archive, "--db", target, "-q").status()).isZero();
        assertRestored(digest, 1);
    }

    @Test
    void everyAcknowledgedChangeIsBackWhereverTheArchiveWasMade() throws IOException {
        List<Path> archives = new ArrayList<>();
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            for (int i = 0; i < 12; i++) {
                archives.add(archive(database, Compression.NONE));
                database.put(i);
                if (i % 3 == 1) {
                    database.rotate();
                }
            }
            digest = database.digest();
            database.copyRecoveryFiles(copies);
        }
        for (Path archive : archives) {
            Path directory = scratch.resolve("from-" + archive.getFileName());
            CommandRun run = restore(archive, "--db", directory, "--recovery", copies, "--json", "-q");
            assertThat(run.json().path("digest").asText()).as(archive + run.stderr()).isEqualTo(digest.hex());
        }
    }
}
