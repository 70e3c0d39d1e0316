package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.archive.ArchiveName;
import oks.backup.recovery.Follower;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFileName;
import oks.recovery.Timeline;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.DirectoryState;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One backup directory, several timelines: one answer of all commands, and nobody writes to it whose timeline is not
 * the newest.
 */
final class TimelinesTest {
    private static final RealDisk DISK = new RealDisk();

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;
    private Path first;
    private RecoveryFileName highest;

    /**
     * Timeline 1 has LSN 1 to 6: archives at 3 and 5, all copied. The database as it was at LSN 3 is set aside, too.
     */
    @BeforeEach
    void firstTimeline() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        first = scratch.resolve("db");
        SampleDatabase.create(first, 1).put(1, 2, 3).close();
        DirectoryState.copy(first, scratch.resolve("at3"));
        try (SampleDatabase database = SampleDatabase.open(first, 2);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(oksd).isNotNull();
            succeed(run("full"));
            database.put(4, 5);
            succeed(run("full"));
            database.put(6);
            succeed(run("recovery", "--rotate"));
            database.put(7); // not copied
            highest = database.recoveryFileNames()
                    .get(database.recoveryFileNames().size() - 1);
        }
    }

    /** A database that was restored to LSN 3: timeline 2. */
    private SampleDatabase restored(String directory, long seed) throws IOException {
        Path restored = scratch.resolve(directory);
        DirectoryState.copy(scratch.resolve("at3"), restored);
        for (Path file : new RecoveryDirectory(DISK, restored).paths()) {
            Files.delete(file);
        }
        DatabaseIdentity old = new DatabaseDirectory(DISK, restored).identity();
        try (CertificateStore store = CertificateStore.open(restored.resolve("store"), StoreOptions.standard())) {
            Timeline next = old.timeline()
                    .fork(
                            new UUID(seed, seed),
                            store.position().last(),
                            store.position().digest());
            new DatabaseDirectory(DISK, restored)
                    .write(new DatabaseIdentity(old.name(), old.database(), next, Optional.of(highest)));
        }
        return SampleDatabase.open(restored, seed);
    }

    private CommandRun run(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command, "--conf", conf.toString(), "-q"));
        line.addAll(command.equals("expire") ? List.of(out.toString()) : List.of("--out", out.toString()));
        line.addAll(List.of(more));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private CommandRun of(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command, out.toString()));
        line.addAll(List.of(more));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private static void succeed(CommandRun run) {
        assertThat(run.status()).as(run.stdout() + run.stderr()).isZero();
    }

    private List<String> names() throws IOException {
        return DISK.list(out).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.endsWith(".lock"))
                .toList();
    }

    private Path archiveAt(long lsn) throws IOException {
        return DISK.list(out).stream()
                .filter(file -> ArchiveName.of(file)
                        .filter(name -> name.lsn().number() == lsn)
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void allCommandsGiveOneAnswerAfterARestoreToAnEarlierChange() throws IOException {
        Path left = archiveAt(5);
        Path good = archiveAt(3);
        try (SampleDatabase database = restored("second", 3);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(oksd).isNotNull();
            database.put(10, 11, 12, 13); // to LSN 7: beyond what was left behind
            assertThat(run("check").stdout())
                    .startsWith("ok: every change up to LSN 7 can be restored from " + good.getFileName());
            CommandRun verify = of("verify", "-q");
            succeed(verify);
            assertThat(verify.stdout())
                    .contains(
                            "ok   " + good + ": LSN 3, 3 certificates, restores up to LSN 7",
                            "ok   " + left
                                    + ": LSN 5, 5 certificates, of timeline 1, which was left at LSN 3; restores up to LSN 6 of it with "
                                    + "--timeline ");
            CommandRun list = of("list");
            assertThat(list.stdout())
                    .contains(
                            "restores LSN 3 to 7, timeline 1, proven ",
                            "restores LSN 5 to 6, of timeline 1, which was left at LSN 3: only with --timeline ");
            JsonNode archives = of("list", "--json").json().path("archives");
            assertThat(archives.get(0).path("left_at_lsn").isNull()).isTrue();
            assertThat(archives.get(1).path("left_at_lsn").asLong()).isEqualTo(3);
            CommandRun expire = run("expire", "--keep-full", "1");
            succeed(expire);
            assertThat(expire.stdout())
                    .contains("does not count: its timeline was left before its last change")
                    .containsPattern("keep +" + good.getFileName());
        }
    }

    @Test
    void anArchiveThatWasLeftBehindIsNoneThatCheckCounts() throws IOException {
        Files.delete(archiveAt(3));
        try (SampleDatabase database = restored("second", 3);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(oksd).isNotNull();
            database.put(10, 11, 12, 13);
            CommandRun check = run("check");
            assertThat(check.status()).isEqualTo(6);
            assertThat(check.stderr())
                    .contains(
                            "no proven archive of database \"sample\"",
                            archiveAt(5).getFileName() + " is of timeline 1, which was left at LSN 3");
            assertThat(run("expire", "--keep-full", "1").status())
                    .as("nothing counts")
                    .isEqualTo(5);
            succeed(run("full"));
            assertThat(run("check").stdout())
                    .contains("restored from " + archiveAt(7).getFileName());
        }
    }

    @Test
    void aReturnedOldPrimaryWritesNothing() throws IOException {
        try (SampleDatabase standby = restored("second", 3);
                FakeOksd oksd = FakeOksd.in(scratch, standby)) {
            assertThat(oksd).isNotNull();
            standby.put(10, 11);
            succeed(run("full"));
            succeed(run("recovery", "--rotate"));
        }
        List<String> before = names();
        try (SampleDatabase old = SampleDatabase.open(first, 9);
                FakeOksd oksd = FakeOksd.in(scratch, old)) {
            assertThat(oksd).isNotNull();
            old.put(20, 21, 22).rotate().put(23);
            for (CommandRun refused : List.of(
                    run("full"),
                    run("recovery", "--rotate"),
                    run("follow", "--once"),
                    run("check"),
                    run("expire", "--keep-full", "1", "--prune-source", "--confirm"))) {
                assertThat(refused.status())
                        .as(refused.stdout() + refused.stderr())
                        .isEqualTo(6);
                assertThat(refused.stderr())
                        .contains(
                                "the database is on timeline 1 (",
                                "holds timeline 2 of it, which is newer",
                                "in the directory are timeline 2 (",
                                archiveAt(5).getFileName().toString(),
                                "oks-restore from " + out);
                assertThat(names()).isEqualTo(before);
            }
        }
        succeed(of("verify", "-q"));
    }

    @Test
    void twoHistoriesThatDoNotKnowOfEachOtherAreNamedWithTheirFiles() throws IOException {
        try (SampleDatabase one = restored("second", 3);
                FakeOksd oksd = FakeOksd.in(scratch, one)) {
            assertThat(oksd).isNotNull();
            one.put(10);
            succeed(run("recovery", "--rotate"));
        }
        try (SampleDatabase other = restored("third", 4);
                FakeOksd oksd = FakeOksd.in(scratch, other)) {
            assertThat(oksd).isNotNull();
            other.put(11).rotate();
            CommandRun refused = run("recovery", "--rotate");
            assertThat(refused.status()).isEqualTo(6);
            assertThat(refused.stderr()).contains("holds timeline 2 of it, neither of which knows of the other");
            Files.copy(
                    other.recoveryFiles().get(0),
                    out.resolve(other.recoveryFileNames().get(0).toString()));
            CommandRun verify = of("verify", "-q");
            assertThat(verify.status()).isEqualTo(6);
            assertThat(verify.stdout())
                    .contains(
                            "BAD  histories of database ",
                            "timeline 2 (" + new UUID(3, 3) + "): sample-",
                            "timeline 2 (" + new UUID(4, 4) + "): "
                                    + other.recoveryFileNames().get(0));
            assertThat(of("list").stdout()).contains("two histories, neither of which knows of the other: ");
        }
    }

    /** Its number is higher then, but its history is not that of the directory. */
    @Test
    void anOldPrimaryThatWasRestoredTwiceByItselfWritesNothing() throws IOException {
        try (SampleDatabase standby = restored("second", 3);
                FakeOksd oksd = FakeOksd.in(scratch, standby)) {
            assertThat(oksd).isNotNull();
            standby.put(10, 11);
            succeed(run("full"));
            succeed(run("recovery", "--rotate"));
        }
        List<String> before = names();
        SampleDatabase once = restored("third", 4);
        once.close();
        Path twice = scratch.resolve("third");
        DatabaseIdentity old = new DatabaseDirectory(DISK, twice).identity();
        Timeline next = old.timeline()
                .fork(
                        new UUID(5, 5),
                        new Lsn(3),
                        old.timeline().fork().orElseThrow().digest());
        for (Path file : new RecoveryDirectory(DISK, twice).paths()) {
            Files.delete(file);
        }
        new DatabaseDirectory(DISK, twice)
                .write(new DatabaseIdentity(old.name(), old.database(), next, Optional.of(highest)));
        try (SampleDatabase database = SampleDatabase.open(twice, 5);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(oksd).isNotNull();
            database.put(20).rotate();
            for (CommandRun refused :
                    List.of(run("full"), run("recovery", "--rotate"), run("follow", "--once"), run("check"))) {
                assertThat(refused.status())
                        .as(refused.stdout() + refused.stderr())
                        .isEqualTo(6);
                assertThat(refused.stderr())
                        .contains(
                                "the database is on timeline 3 (" + next.id(),
                                "holds timeline 2 of it, "
                                        + "which the restore of this one did not know: it began after timeline "
                                        + new UUID(4, 4));
                assertThat(names()).isEqualTo(before);
            }
        }
        succeed(of("verify", "-q"));
    }

    @Test
    void aFollowerStopsWhenAnotherTimelineGoesOnThere() throws IOException {
        try (SampleDatabase old = SampleDatabase.open(first, 9);
                Follower follower = new Follower(
                        new RecoveryDirectory(DISK, first),
                        "sample",
                        new RecoveryDirectory(DISK, out),
                        old::now,
                        ordinal -> {})) {
            old.put(20);
            long newest = old.recoveryFileNames()
                    .get(old.recoveryFileNames().size() - 1)
                    .ordinal();
            follower.round(newest);
            assertThat(follower.following()).isPresent();
            try (SampleDatabase standby = restored("second", 3)) {
                standby.put(10).rotate();
                Files.copy(
                        standby.recoveryFiles().get(0),
                        out.resolve(standby.recoveryFileNames().get(0).toString()));
            }
            List<String> before = names();
            old.put(21);
            Path partial = out.resolve(follower.following().orElseThrow() + RecoveryFileName.PARTIAL);
            long length = Files.size(partial);
            OperatorFault refused = catchThrowableOfType(OperatorFault.class, () -> follower.round(newest));
            assertThat(refused.code()).isEqualTo(ExitCode.GAP_OR_FORK);
            assertThat(refused.what()).contains("holds timeline 2 of it, which is newer");
            assertThat(names()).isEqualTo(before);
            assertThat(partial).hasSize(length);
        }
    }

    @Test
    void aChildOfWhatIsThereGoesOn() throws IOException {
        try (SampleDatabase database = restored("second", 3);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(oksd).isNotNull();
            database.put(10);
            succeed(run("follow", "--once"));
            succeed(run("full"));
            succeed(run("recovery", "--rotate"));
            succeed(run("check"));
        }
    }
}
