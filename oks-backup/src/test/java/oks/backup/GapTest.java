package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.archive.ArchiveName;
import oks.archive.SidecarFile;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recovery file is lost for ever: an alarm until an archive begins after it, a remark from then on. */
final class GapTest {
    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;
    private SampleDatabase database;
    private FakeOksd oksd;

    /** An archive at LSN 1, files with LSN 1, 2, 3 and 4, the one with LSN 3 lost before it was copied. */
    @BeforeEach
    void loseAFile() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        database = SampleDatabase.create(scratch.resolve("db"), 1).put(1);
        oksd = FakeOksd.in(scratch, database);
        full();
        database.put(2).rotate().put(3).rotate();
        Files.delete(database.recoveryFiles().get(2));
        database.put(4);
    }

    @AfterEach
    void close() throws IOException {
        oksd.close();
        database.close();
    }

    private CommandRun run(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command, "--out", out.toString(), "--conf", conf.toString(), "-q"));
        line.addAll(List.of(more));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private CommandRun recovery(String... more) {
        List<String> line = new ArrayList<>(List.of("--rotate"));
        line.addAll(List.of(more));
        return run("recovery", line.toArray(String[]::new));
    }

    private CommandRun inOut(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command, out.toString()));
        line.addAll(List.of(more));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private void full() {
        CommandRun run = run("full");
        assertThat(run.status()).as(run.stderr()).isZero();
    }

    private List<Path> archives() throws IOException {
        return new RealDisk()
                .list(out).stream()
                        .filter(file -> ArchiveName.of(file).isPresent())
                        .toList();
    }

    private void damage(Path archive) throws IOException {
        byte[] bytes = Files.readAllBytes(archive);
        bytes[bytes.length / 2] ^= 1;
        Files.write(archive, bytes);
    }

    @Test
    void withoutAnArchiveAfterTheGapEveryCommandThatProvesSomethingRaisesTheAlarm() throws IOException {
        for (int i = 0; i < 2; i++) {
            CommandRun recovery = recovery();
            assertThat(recovery.status()).isEqualTo(6);
            assertThat(recovery.stderr())
                    .contains(
                            "recovery file 0000000003 is missing: ",
                            "no sound archive begins after the gap",
                            archives().get(0).getFileName() + " cannot be restored beyond the gap",
                            "or make a new archive: \"oks-backup full --out " + out + "\"");
        }
        assertThat(run("check").status()).isEqualTo(6);
        CommandRun verify = inOut("verify", "-q");
        assertThat(verify.status()).isEqualTo(6);
        assertThat(verify.stdout()).contains("BAD  " + archives().get(0), "BAD  recovery files of database");
        assertThat(inOut("list").stdout())
                .contains(
                        "restores LSN 1 to 2",
                        "gap: recovery file 0000000003 is missing",
                        "no archive from before LSN 3 can be restored beyond it");
    }

    @Test
    void anArchiveAfterTheGapEndsTheAlarmAndTheOlderOneIsNamed() throws IOException {
        assertThat(recovery().status()).isEqualTo(6);
        full(); // at LSN 4
        Path older = archives().get(0);
        Path newer = archives().get(1);
        for (long more : List.of(5, 6)) {
            CommandRun recovery = recovery();
            assertThat(recovery.status()).as(recovery.stderr()).isZero();
            assertThat(recovery.stdout())
                    .contains(
                            "  gap             recovery file 0000000003 is missing",
                            older.getFileName() + " cannot be restored beyond the gap; " + newer.getFileName()
                                    + ", verified just now, needs no");
            database.put(more);
        }
        assertThat(recovery("--json").json().path("archive_beyond_gap").asText())
                .isEqualTo(newer.getFileName().toString());
        assertThat(run("check").stdout())
                .startsWith("ok: every change up to LSN 6 can be restored from " + newer.getFileName())
                .contains("recovery file 0000000003 is missing");
        CommandRun verify = inOut("verify", "-q");
        assertThat(verify.status()).as(verify.stdout()).isZero();
        assertThat(verify.stdout())
                .contains(
                        "ok   " + older + ": LSN 1, restores up to LSN 2, not beyond the gap",
                        "ok   " + newer + ": LSN 4, 4 certificates, restores up to LSN 6",
                        "ok   recovery files of database ");
        assertThat(inOut("list").stdout()).contains("restores LSN 1 to 2", "restores LSN 4 to 6");
    }

    @Test
    void aDamagedArchiveAfterTheGapDoesNotCount() throws IOException {
        full();
        damage(archives().get(1));
        database.put(5);
        assertThat(recovery().status()).isEqualTo(6);
        assertThat(run("check").status()).isEqualTo(6);
        assertThat(inOut("verify", "-q").status()).isEqualTo(5);
        full(); // at LSN 5
        assertThat(recovery().status()).isZero();
        assertThat(run("check").stdout())
                .contains("restored from " + archives().get(2).getFileName());
    }

    @Test
    void anArchiveAfterTheGapCountsOnlyWhenItIsProven() throws IOException {
        full();
        Files.delete(SidecarFile.PROOF.of(archives().get(1)));
        assertThat(recovery().status()).isEqualTo(6);
        assertThat(run("check").status()).isEqualTo(6);
        assertThat(inOut("verify", "-q").status()).as("this proves it").isZero();
        assertThat(recovery().status()).isZero();
        assertThat(run("check").status()).isZero();
    }

    @Test
    void anArchiveBetweenTwoGapsDoesNotCount() throws IOException {
        full(); // at LSN 4
        database.put(5).rotate().put(6).rotate();
        Files.delete(database.recoveryFiles().stream()
                .filter(file -> file.toString().endsWith("0000000006.recovery"))
                .findFirst()
                .orElseThrow());
        database.put(7);
        CommandRun recovery = recovery();
        assertThat(recovery.status()).isEqualTo(6);
        assertThat(recovery.stderr())
                .contains("recovery file 0000000003 is missing", "recovery file 0000000006 is missing");
        assertThat(run("check").status()).isEqualTo(6);
        assertThat(inOut("verify", "-q").status()).isEqualTo(6);
    }

    @Test
    void anArchiveOfAnotherDatabaseOfThisNameDoesNotCount() throws IOException {
        assertThat(recovery().status()).isEqualTo(6);
        Path elsewhere = Files.createDirectory(scratch.resolve("elsewhere"));
        Path others = Files.createDirectory(elsewhere.resolve("out"));
        try (SampleDatabase other =
                SampleDatabase.create(elsewhere.resolve("db"), 2).put(1, 2, 3, 4, 5, 6)) {
            other.flush();
        }
        Path otherConf = FakeOksd.configuration(elsewhere);
        CommandRun made = CommandRun.of(
                "oks-backup", OksBackup::new, "full", "--out", others.toString(), "--conf", otherConf.toString(), "-q");
        assertThat(made.status()).as(made.stderr()).isZero();
        for (Path file : new RealDisk().list(others)) {
            if (file.getFileName().toString().startsWith("sample-")) {
                Files.copy(file, out.resolve(file.getFileName()));
            }
        }
        assertThat(recovery().status()).isEqualTo(6);
        assertThat(run("check").status()).isEqualTo(6);
        assertThat(inOut("verify", "-q").status()).isEqualTo(6);
    }
}
