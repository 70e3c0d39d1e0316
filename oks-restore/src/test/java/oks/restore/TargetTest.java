package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import oks.archive.Compression;
import oks.durable.RealDisk;
import oks.recovery.Digest;
import oks.recovery.RecoveryDirectory;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores to a state before the last one. */
final class TargetTest extends RestoreScene {
    private Path archive;
    private final List<Digest> digests = new ArrayList<>();

    /** LSN 1 and 2 in the archive; 3 to 6 single; 7 to 10 in one group; 11 a point; 12 replaces 3's certificate. */
    @BeforeEach
    void make() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            digests.add(database.digest());
            put(database, 1, 2);
            archive = archive(database, Compression.ZSTD);
            put(database, 3, 4);
            database.rotate();
            put(database, 5, 6);
            database.putTogether(7, 8, 9, 10)
                    .rotate()
                    .point("before the import")
                    .update(3, 1)
                    .rotate();
            database.copyRecoveryFiles(copies);
        }
    }

    private void put(SampleDatabase database, long... seeds) throws IOException {
        for (long seed : seeds) {
            database.put(seed);
            digests.add(database.digest());
        }
    }

    private CommandRun until(Object... target) {
        List<Object> args =
                new ArrayList<>(List.of(archive, "--db", this.target, "--recovery", copies, "-q", "--json"));
        args.addAll(List.of(target));
        return restore(args.toArray());
    }

    private String timeOf(int lsn) {
        List<Object> files = new ArrayList<>();
        files.add("show");
        files.add("--json");
        try {
            files.addAll(new RecoveryDirectory(new RealDisk(), copies).paths());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        JsonNode shown = CommandRun.of(
                        "oks-restore",
                        OksRestore::new,
                        files.stream().map(Object::toString).toArray(String[]::new))
                .json();
        for (JsonNode file : shown.path("shown")) {
            for (JsonNode change : file.path("entries")) {
                if (change.path("lsn").asInt() == lsn) {
                    return change.path("time").asText();
                }
            }
        }
        throw new AssertionError("no LSN " + lsn);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void anLsnIsTheStateAfterThatChange(int lsn) throws IOException {
        CommandRun run = until("--until-lsn", lsn);
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.json().path("lsn").asInt()).isEqualTo(lsn);
        assertRestored(digests.get(lsn), lsn);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8, 9, 10})
    void anLsnInsideAGroupBringsBackTheGroupUpToIt(int lsn) throws IOException {
        CommandRun run = until("--until-lsn", lsn);
        assertThat(run.stderr()).isEmpty();
        assertThat(run.json().path("lsn").asInt()).isEqualTo(lsn);
        try (CertificateStore store = CertificateStore.open(target.resolve("store"), StoreOptions.standard())) {
            assertThat(store.certificates()).isEqualTo(lsn);
            assertThat(store.check(read -> {}).differences()).isEmpty();
            assertThat(store.position().last().number()).isEqualTo(lsn);
        }
        // What is in no whole group of the old files begins the new timeline, so that it can be restored again.
        try (SampleDatabase again = SampleDatabase.open(target, 9)) {
            Digest digest = again.put(30).rotate().digest();
            Path all = Files.createDirectory(scratch.resolve("all"));
            again.copyRecoveryFiles(all);
            CommandRun second = restore(
                    archive,
                    "--db",
                    scratch.resolve("second"),
                    "--recovery",
                    copies,
                    "--recovery",
                    all,
                    "-q",
                    "--json");
            assertThat(second.json().path("digest").asText())
                    .as(second.stdout())
                    .isEqualTo(digest.hex());
            assertThat(second.json().path("lsn").asInt()).isEqualTo(lsn == 10 ? 11 : lsn + 1);
        }
    }

    @Test
    void aTimeIsTheLastChangeMadeUntilThen() throws IOException {
        CommandRun run = until("--until", timeOf(4));
        assertThat(run.json().path("lsn").asInt()).as(run.stdout()).isEqualTo(4);
        assertThat(run.json().path("target").asText()).isEqualTo("time " + Instant.parse(timeOf(4)));
        assertRestored(digests.get(4), 4);
    }

    @Test
    void aTimeWithAZoneIsTheSameInstant() throws IOException {
        String utc = timeOf(5).replace("Z", "");
        String zone = java.time.Instant.parse(timeOf(5))
                .atOffset(java.time.ZoneOffset.ofHours(3))
                .toString();
        assertThat(until("--plan", "--until", utc).json().path("lsn").asInt()).isEqualTo(5);
        assertThat(until("--plan", "--until", zone).json().path("lsn").asInt()).isEqualTo(5);
        assertNothingLeft();
    }

    @Test
    void aPointIsTheStateWhereItWasSet() throws IOException {
        CommandRun run = until("--until-point", "before the import");
        assertThat(run.json().path("lsn").asInt()).as(run.stdout()).isEqualTo(11);
        assertThat(run.json().path("certificates").asInt()).isEqualTo(10);
    }

    @Test
    void beforeACertificateIsTheChangeBeforeItsLastOne() throws IOException {
        CommandRun run = until("--before", SampleCertificates.fingerprint(3));
        assertThat(run.json().path("lsn").asInt()).as(run.stdout()).isEqualTo(11);
        CommandRun first = restore(
                archive,
                "--db",
                scratch.resolve("x"),
                "--recovery",
                copies,
                "-q",
                "--json",
                "--before",
                SampleCertificates.fingerprint(6));
        assertThat(first.json().path("lsn").asInt()).as(first.stdout()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "--until-lsn, 1",
        "--until-lsn, 13",
        "--until-point, nowhere",
        "--until, 2026-11-21",
        "--until, 2027-01-01T00:00:00+01:00",
        "--before, 0123456789012345678901234567890123456789"
    })
    void whatIsOutOfReachHasStatusSevenAndTheRange(String option, String value) throws IOException {
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q", option, value);
        assertThat(run.status()).isEqualTo(7);
        assertThat(run.stderr())
                .contains(
                        "cannot be reached: the archive and the recovery files reach from LSN 2, 2026-11-22T10:",
                        ", to LSN 12, 2026-11-22T10:",
                        "oks-restore: kept: nothing was changed");
        assertNothingLeft();
        CommandRun plan = until("--plan", option, value);
        assertThat(plan.status()).isEqualTo(7);
        assertThat(plan.json().path("error").path("exit").asInt()).isEqualTo(7);
        assertThat(plan.json().path("reachable").path("last_lsn").asInt()).isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({"--until, yesterday", "--until-lsn, -1", "--until-lsn, x", "--before, xyz"})
    void whatIsNoTargetIsAUsageError(String option, String value) {
        CommandRun run = restore(archive, "--db", target, option, value);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.stderr()).contains(value).contains("oks-restore: next: ");
        assertThat(restore(archive, "--db", target, "--until-lsn", 3, "--until-point", "x")
                        .status())
                .isEqualTo(2);
    }

    @Test
    void aPointThatWasSetTwiceIsNotGuessed() throws IOException {
        Path twice;
        Path files = Files.createDirectory(scratch.resolve("files"));
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("other"), 2)) {
            twice = archive(database, Compression.NONE);
            database.point("p").put(1).point("p").rotate();
            database.copyRecoveryFiles(files);
        }
        CommandRun run = restore(twice, "--db", target, "--recovery", files, "-q", "--until-point", "p");
        assertThat(run.status()).isEqualTo(7);
        assertThat(run.stderr()).contains("was set more than once: LSN 1, ", "; LSN 3, ", "--until-lsn");
    }

    @Test
    void thePlanNamesFilesRangeGapsAndTheTargetsLsn() throws IOException {
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q", "--plan", "--until", timeOf(8));
        assertThat(run.status()).isZero();
        assertThat(run.stdout())
                .contains(
                        "  recovery files  ",
                        "    " + copies,
                        "  gaps            none\n",
                        "  reachable       LSN 2, ",
                        ", to LSN 12, ",
                        "  target          time " + Instant.parse(timeOf(8)) + ": LSN 8, " + Instant.parse(timeOf(8)),
                        " bytes needed, ",
                        "nothing was written");
        List<Path> files = new RecoveryDirectory(new RealDisk(), copies).paths();
        Files.delete(files.get(2));
        CommandRun gap = restore(archive, "--db", target, "--recovery", copies, "-q", "--plan");
        assertThat(gap.status()).isEqualTo(6);
        assertThat(gap.stdout()).contains("  gaps            recovery file 0000000003 is missing: ");
        assertNothingLeft();
    }

    @Test
    void damageAfterTheTargetNeedsTheOperatorsWord() throws IOException {
        Path last = new RecoveryDirectory(new RealDisk(), copies).paths().get(3);
        Files.setPosixFilePermissions(last, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        byte[] bytes = Files.readAllBytes(last);
        bytes[4200] ^= 1;
        Files.write(last, bytes);
        CommandRun refused = restore(archive, "--db", target, "--recovery", copies, "-q", "--until-lsn", 5);
        assertThat(refused.status()).isEqualTo(5);
        assertThat(refused.stderr()).contains("is damaged at offset 4", "--without-later-deletions");
        CommandRun run = restore(
                archive, "--db", target, "--recovery", copies, "-q", "--until-lsn", 5, "--without-later-deletions");
        assertThat(run.status()).isZero();
        assertThat(run.stderr()).startsWith("oks-restore: warning: after the target: recovery file ");
        assertRestored(digests.get(5), 5);
    }
}
