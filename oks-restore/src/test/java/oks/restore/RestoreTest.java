package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import oks.archive.Compression;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.RecoveryDirectory;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDB;

/** Restores of databases that were made without an oksd. */
final class RestoreTest extends RestoreScene {
    @ParameterizedTest
    @EnumSource(Compression.class)
    void anArchiveAndTheRecoveryFilesAfterItGiveEverythingBack(Compression compression) throws IOException {
        Path archive;
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1, 2, 3).rotate().put(4), compression);
            database.update(1, 1)
                    .put(5)
                    .rotate()
                    .point("here")
                    .put(6)
                    .update(1, 2)
                    .rotate();
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
        assertThat(proof.path("torn").isNull()).isTrue();
    }

    /** At three in the morning nobody should have to choose between names. */
    @Test
    void aDirectoryStandsForItsNewestArchiveAndTheRecoveryFilesInIt() throws IOException {
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            Files.move(archive(database.put(1), Compression.NONE), copies.resolve("sample-20261123000000-1.full.tar"));
            Files.move(
                    archive(database.put(2).rotate(), Compression.ZSTD),
                    copies.resolve("sample-20261124000000-2.full.tar.zst"));
            Files.writeString(copies.resolve("sample-20261124000000-2.full.tar.zst.sha256"), "");
            Files.writeString(copies.resolve("sample-20261125000000-9.full.tar.zst.partial"), "");
            database.put(3).rotate().copyRecoveryFiles(copies);
            digest = database.digest();
        }
        CommandRun run = restore(copies, "--db", target, "-q", "--json");
        assertThat(run.stderr()).isEmpty();
        assertThat(run.json().path("archive").toString()).contains("sample-20261124000000-2.full.tar.zst");
        assertRestored(digest, 3);
    }

    @Test
    void whereTheNewestArchiveIsDamagedTheOneBeforeItIsNamed() throws IOException {
        Path older = copies.resolve("sample-20261123000000-1.full.tar");
        Path newest = copies.resolve("sample-20261124000000-2.full.tar");
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            Files.move(archive(database.put(1), Compression.NONE), older);
            Files.move(archive(database.put(2).rotate(), Compression.NONE), newest);
            database.put(3).rotate().copyRecoveryFiles(copies);
            digest = database.digest();
        }
        flip(newest, 3000); // beyond IDENTITY
        String next = "oks-restore from " + older + " --db " + target + " --recovery " + copies;
        for (String how : new String[] {"-q", "--plan"}) {
            CommandRun run = restore(copies, "--db", target, how);
            assertThat(run.status()).as(run.stderr()).isEqualTo(5);
            assertThat(run.stderr()).contains(next);
            assertNothingLeft();
        }
        flip(newest, 0); // so that it does not even say of which database it is
        CommandRun run = restore(copies, "--db", target, "-q");
        assertThat(run.status()).as(run.stderr()).isZero();
        assertThat(run.stderr())
                .contains("warning: archive \"" + newest
                        + "\" is newer, but damaged at its beginning: it was passed over");
        assertRestored(digest, 3);
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void aDirectoryOfSeveralDatabasesOfEncryptedArchivesOrOfNoneIsRefused() throws IOException {
        CommandRun none = restore(copies, "--db", target, "-q");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.stderr()).contains("directory \"" + copies + "\" holds no archive of oks-backup");
        Files.writeString(copies.resolve("sample-20261123000000-1.full.tar.pgp"), "");
        assertThat(restore(copies, "--db", target, "-q").stderr())
                .contains("is encrypted", "gpg --decrypt " + copies.resolve("sample-"));
        Files.writeString(copies.resolve("other-20261123000000-1.full.tar"), "");
        CommandRun several = restore(copies, "--db", target, "-q");
        assertThat(several.status()).isEqualTo(2);
        assertThat(several.stderr()).contains("holds archives of databases \"other\", \"sample\"");
        assertNothingLeft();
    }

    /** Between a full and the next copy of recovery files: the newest archive is ahead of all of them. */
    @Test
    void anArchiveThatIsNewerThanEveryRecoveryFileIsRestoredByItself() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1).rotate().copyRecoveryFiles(copies);
            database.put(2).rotate().put(3);
            archive = archive(database, Compression.NONE);
        }
        try (var files = Files.list(copies)) {
            Path written =
                    files.max(java.util.Comparator.naturalOrder()).orElseThrow(); // the file that oksd had only begun
            Files.delete(written);
        }
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q");
        assertThat(run.status()).as(run.stderr()).isZero();
        assertThat(run.stdout()).contains("  recovery files  none, 0 changes\n", "  last change     LSN 3");
        assertThat(restore(archive, "--db", scratch.resolve("plan"), "--recovery", copies, "--plan", "-q")
                        .status())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void indexesThatAreWrongInTheArchiveAreRebuiltAndThatIsTold(boolean json) throws Exception {
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            digest = database.put(1, 2).flush().digest();
        }
        try (RocksDB db = RocksDB.open(scratch.resolve("db/store").toString())) {
            db.put("Wstray\0........".getBytes(StandardCharsets.US_ASCII), new byte[0]);
        }
        Path archive;
        try (SampleDatabase database = SampleDatabase.open(scratch.resolve("db"), 2)) {
            archive = archive(database, Compression.NONE);
        }
        CommandRun run =
                json ? restore(archive, "--db", target, "-q", "--json") : restore(archive, "--db", target, "-q");
        assertThat(run.status()).as(run.stderr()).isZero();
        assertThat(run.stderr())
                .isEqualTo("oks-restore: warning: the indexes in the archive did not agree with its certificates; "
                        + "they are rebuilt from the certificates: 0 entries added, 1 removed\n");
        if (json) {
            assertThat(run.json().path("indexes").toString())
                    .isEqualTo("{\"rebuilt\":true,\"added\":0,\"removed\":1,\"differences\":[]}");
        } else {
            assertThat(run.stdout())
                    .contains(
                            "  indexes         rebuilt from the certificates: 0 entries added, 1 removed\n",
                            "  left out        nothing\n");
        }
        assertRestored(digest, 2);
    }

    @Test
    void theProofIsABlockForPeople() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1, 2, 3), Compression.GZIP);
        }
        CommandRun run = restore(archive, "--db", target, "-q");
        assertThat(run.stdout())
                .startsWith("restored database \"sample\" to " + target + "\n")
                .contains(
                        "  archive         " + archive + ", LSN 3, ",
                        "  recovery files  none, 0 changes\n",
                        "  last change     LSN 3",
                        "  certificates    3\n",
                        "  indexes         as the certificates say\n",
                        "  left out        nothing\n");
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
        assertThat(restore(archive, "--db", target, "--recovery", copies).status())
                .isZero();
        DatabaseIdentity identity = new DatabaseDirectory(new RealDisk(), target).identity();
        assertThat(identity.timeline().number()).isEqualTo(2);
        assertThat(identity.timeline().fork().orElseThrow().last().number()).isEqualTo(2);
        try (SampleDatabase again = SampleDatabase.open(target, 9)) {
            again.put(3).rotate();
            again.copyRecoveryFiles(copies);
            assertThat(names(again).get(0)).endsWith(String.format(Locale.ROOT, "%010d.recovery", before.size() + 1));
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
        CommandRun run =
                restore(first, "--db", scratch.resolve("third"), "--recovery", scratch.resolve("all"), "--json", "-q");
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
        assertThat(run.stderr())
                .startsWith("oks-restore: warning: ")
                .contains("after LSN 2 that was never acknowledged");
        assertThat(run.status()).isZero();
        assertThat(run.json().path("torn").path("after_lsn").asLong()).isEqualTo(2);
        assertRestored(digest, 2);
    }

    private static Path lastOf(Path directory) throws IOException {
        List<Path> files = new RecoveryDirectory(new RealDisk(), directory).paths();
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
        // The file that was begun before the tar is longer afterwards: the beginning in the archive is no
        // contradiction.
        Digest digest = database.put(4, 5).rotate().digest();
        database.copyRecoveryFiles(copies);
        database.close();
        Path archive = scratch.resolve("oksdb.tar.gz");

        CommandRun alone = restore(archive, "--db", scratch.resolve("alone"), "--json", "-q");
        assertThat(alone.json().path("lsn").asLong())
                .as(alone.stdout() + alone.stderr())
                .isEqualTo(3);
        assertThat(alone.json().path("made_by").isNull()).isTrue();

        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q");
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).isZero();
        assertRestored(digest, 5);
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
            assertThat(restore("-", "--db", target, "--recovery", copies, "-q").status())
                    .isZero();
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
        assertThat(restore(archive, "--db", target, "--recovery", copies, "--plan", "-q")
                        .stdout())
                .contains("  last change     LSN 3, ", "nothing was written");
        assertNothingLeft();
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
            assertThat(run.json().path("digest").asText())
                    .as(archive + run.stderr())
                    .isEqualTo(digest.hex());
        }
    }
}
