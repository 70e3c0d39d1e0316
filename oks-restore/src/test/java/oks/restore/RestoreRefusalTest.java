package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import oks.archive.Compression;
import oks.durable.DirectoryLock;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Digest;
import oks.recovery.RecoveryDirectory;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a restore refuses, and that it leaves everything as it was. */
final class RestoreRefusalTest extends RestoreScene {
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
            List<Path> files = new RecoveryDirectory(new RealDisk(), copies).paths();
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
        assertThat(new RealDisk().list(scratch))
                .noneMatch(path -> path.toString().endsWith(".restoring"));

        try (DirectoryLock lock = new DatabaseDirectory(new RealDisk(), target).lock("oksd")) {
            assertThat(lock).isNotNull();
            assertThat(restore(archive, "--db", target, "-q", "--move-aside").status())
                    .isEqualTo(4);
            CommandRun open = restore(archive, "--db", target, "-q");
            assertThat(open.status()).isEqualTo(4);
            assertThat(open.stderr()).contains("is open already, by ");
        }
        assertThat(restore(archive, "--db", scratch.resolve("no/such/parent"), "-q")
                        .status())
                .isEqualTo(1);
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
        try (DirectoryLock other = new DatabaseDirectory(new RealDisk(), staging).lock("oks-restore")) {
            assertThat(other).isNotNull();
            assertThat(restore(archive, "--db", target, "-q").status()).isEqualTo(4);
        }
        assertThat(restore(archive, "--db", target, "-q").status()).isZero();
        assertRestored(digest, 1);
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
}
