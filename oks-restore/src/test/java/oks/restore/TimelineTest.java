package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.archive.Compression;
import oks.durable.RealDisk;
import oks.openpgp.Fingerprint;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFileName;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;

/** Histories that end and begin with restores, and what holds across them. */
final class TimelineTest extends RestoreScene {
    private Path archive;

    /** LSN 1 to 6 in files 1 to 4; the archive holds LSN 1. */
    private Digest history() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
            database.put(2, 3).rotate().put(4, 5).rotate().put(6).rotate();
            database.copyRecoveryFiles(copies);
            return database.digest();
        }
    }

    private static void copyNew(SampleDatabase from, Path to) throws IOException {
        for (Path file : from.recoveryFiles()) {
            if (!Files.exists(to.resolve(file.getFileName()))) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void ordinalsGoOnAfterTheHighestOneThatTheRestoreKnewOf() throws IOException {
        history();
        assertThat(restore(archive, "--db", target, "--recovery", copies, "-q", "--until-lsn", 2)
                        .status())
                .isZero();
        DatabaseIdentity identity = new DatabaseDirectory(new RealDisk(), target).identity();
        long highest = highest(copies);
        assertThat(identity.lastFile().orElseThrow().ordinal()).isEqualTo(highest);
        try (SampleDatabase again = SampleDatabase.open(target, 9)) {
            assertThat(again.put(20).recoveryFileNames().get(0).ordinal()).isEqualTo(highest + 1);
            // The next archive knows it too, without any recovery file.
            Path next = archive(again, Compression.GZIP);
            assertThat(restore(next, "--db", scratch.resolve("next"), "-q").status())
                    .isZero();
            assertThat(new DatabaseDirectory(new RealDisk(), scratch.resolve("next"))
                            .identity()
                            .lastFile()
                            .orElseThrow()
                            .ordinal())
                    .isGreaterThanOrEqualTo(highest + 1);
        }
    }

    private static long highest(Path directory) throws IOException {
        return new RecoveryDirectory(new RealDisk(), directory)
                .paths().stream()
                        .mapToLong(
                                file -> RecoveryFileName.of(file).orElseThrow().ordinal())
                        .max()
                        .orElseThrow();
    }

    @Test
    void eitherHistoryCanBeRestoredFromOneDirectory() throws IOException {
        Digest old = history();
        assertThat(restore(archive, "--db", target, "--recovery", copies, "-q", "--until-lsn", 4)
                        .status())
                .isZero();
        Digest fresh;
        try (SampleDatabase again = SampleDatabase.open(target, 9)) {
            fresh = again.put(20, 21).rotate().digest();
            copyNew(again, copies);
        }
        JsonNode newest = fromCopies("newest").json();
        assertThat(newest.path("digest").asText()).as(newest.toString()).isEqualTo(fresh.hex());
        assertThat(newest.path("abandoned_files")).hasSize(2);
        JsonNode first = fromCopies("first", "--timeline", "1").json();
        assertThat(first.path("digest").asText()).as(first.toString()).isEqualTo(old.hex());
        assertThat(first.path("timeline").asInt()).isEqualTo(3);
        JsonNode second = fromCopies("second", "--timeline", newestTimeline(), "--until-lsn", "5")
                .json();
        assertThat(second.path("lsn").asInt()).as(second.toString()).isEqualTo(5);
        CommandRun none = fromCopies("none", "--timeline", "7");
        assertThat(none.status()).isEqualTo(7);
        assertThat(none.json().path("error").path("what").asText())
                .contains("no recovery file is of timeline 7: there are 1 (");
    }

    private String newestTimeline() throws IOException {
        return new DatabaseDirectory(new RealDisk(), target)
                .identity()
                .timeline()
                .id()
                .toString();
    }

    private CommandRun fromCopies(String directory, String... more) {
        Object[] args = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                archive, "--db", scratch.resolve(directory), "--recovery", copies, "-q", "--json"),
                        java.util.stream.Stream.of(more))
                .toArray();
        return restore(args);
    }

    @Test
    void twoRestoresThatDidNotKnowOfEachOtherAreToldApartByTheirTimelines() throws IOException {
        history();
        for (int i = 0; i < 2; i++) {
            Path directory = scratch.resolve("branch" + i);
            assertThat(restore(archive, "--db", directory, "-q").status()).isZero();
            try (SampleDatabase branch = SampleDatabase.open(directory, 100 + i)) {
                branch.put(200 + i).rotate();
                copyNew(branch, copies);
            }
        }
        assertThat(fromCopies("ambiguous", "--timeline", "2").status()).isEqualTo(7);
        for (int i = 0; i < 2; i++) {
            String id = new DatabaseDirectory(new RealDisk(), scratch.resolve("branch" + i))
                    .identity()
                    .timeline()
                    .id()
                    .toString();
            JsonNode restored = fromCopies("restored" + i, "--timeline", id).json();
            assertThat(restored.path("lsn").asInt()).as(restored.toString()).isEqualTo(2);
            assertThat(restored.path("certificates").asInt()).isEqualTo(2);
        }
    }

    @Test
    void deletionsAfterTheTargetStillHold() throws IOException {
        deletions();
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q", "--until-lsn", 4);
        assertThat(run.status()).as(run.stderr()).isZero();
        assertThat(run.stdout())
                .contains(
                        "  deletions       3 carried forward, to LSN 7\n",
                        "    " + SampleCertificates.fingerprint(2) + "  LSN 5  by uid 0: asked by the owner\n",
                        "    " + SampleCertificates.fingerprint(3)
                                + "  LSN 7  by uid 0: asked by the owner, blocked\n");
        try (CertificateStore store = CertificateStore.open(target.resolve("store"), StoreOptions.standard())) {
            assertThat(store.certificates()).isEqualTo(2);
            assertThat(store.tombstones()).isEqualTo(3);
            assertThat(store.get(fingerprint(2))).isEmpty();
            assertThat(store.get(fingerprint(3))).isEmpty();
            assertThat(store.get(fingerprint(4))).isPresent();
            assertThat(store.tombstone(fingerprint(3)).orElseThrow().blocked()).isTrue();
            assertThat(store.check(read -> {}).differences()).isEmpty();
        }
        // They are recorded in the new timeline, so that they hold after its next restore too.
        try (SampleDatabase again = SampleDatabase.open(target, 9)) {
            Digest digest = again.put(30).rotate().digest();
            copyNew(again, copies);
            JsonNode next = fromCopies("next").json();
            assertThat(next.path("digest").asText()).as(next.toString()).isEqualTo(digest.hex());
        }
    }

    @Test
    void withoutLaterDeletionsTheStateIsAsItWas() throws IOException {
        Digest digest = deletions();
        CommandRun run = restore(
                archive,
                "--db",
                target,
                "--recovery",
                copies,
                "-q",
                "--json",
                "--until-lsn",
                4,
                "--without-later-deletions");
        assertThat(run.json().path("deletions")).isEmpty();
        assertRestored(digest, 4);
    }

    @Test
    void whatAMistakenDeletionRemovedComesBackWithBefore() throws IOException {
        deletions();
        CommandRun run = restore(
                archive,
                "--db",
                target,
                "--recovery",
                copies,
                "-q",
                "--json",
                "--before",
                SampleCertificates.fingerprint(99));
        assertThat(run.json().path("lsn").asInt()).as(run.stdout()).isEqualTo(8);
        CommandRun own = restore(
                archive,
                "--db",
                scratch.resolve("own"),
                "--recovery",
                copies,
                "-q",
                "--json",
                "--before",
                SampleCertificates.fingerprint(3));
        assertThat(own.json().path("lsn").asInt()).isEqualTo(6);
        assertThat(own.json().path("deletions")).hasSize(1);
    }

    /** 5: delete 2. 6: upload 2 again. 7: delete and block 3. 8: upload 5. 9: delete what never was there. */
    private Digest deletions() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
            Digest wanted = database.put(2, 3, 4).digest();
            database.delete(2, false)
                    .rotate()
                    .put(2)
                    .delete(3, true)
                    .put(5)
                    .delete(99, false)
                    .rotate();
            database.copyRecoveryFiles(copies);
            return wanted;
        }
    }

    private static Fingerprint fingerprint(long seed) {
        return Fingerprint.parse(SampleCertificates.fingerprint(seed));
    }
}
