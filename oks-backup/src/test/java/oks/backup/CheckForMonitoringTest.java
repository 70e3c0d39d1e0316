package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import oks.archive.ArchiveName;
import oks.backup.check.NagiosReport;
import oks.backup.check.NagiosReport.State;
import oks.backup.output.OutputLock;
import oks.control.ControlStatus;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code check --max-age}, {@code --read-archive} and {@code --nagios}: what a monitoring system sees of each thing
 * that breaks.
 */
final class CheckForMonitoringTest {
    private static final Instant BEGUN = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;
    private SampleDatabase database;
    private FakeOksd oksd;
    private Instant now = BEGUN;
    private boolean stopped;

    /** An archive at LSN 1, and a change since. */
    @BeforeEach
    void archive() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        database = SampleDatabase.create(scratch.resolve("db"), 1).put(1);
        oksd = FakeOksd.in(scratch, database);
        assertThat(run("full").status()).isZero();
        database.put(2);
    }

    @AfterEach
    void close() throws IOException {
        oksd.close();
        if (!stopped) {
            database.close();
        }
    }

    private CommandRun run(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command, "--out", out.toString(), "--conf", conf.toString(), "-q"));
        line.addAll(List.of(more));
        InstantSource clock = () -> now;
        return CommandRun.of("oks-backup", () -> new OksBackup(new RealDisk(), clock), line.toArray(String[]::new));
    }

    private CommandRun nagios(State state, String... more) {
        List<String> words = new ArrayList<>(List.of("--nagios"));
        words.addAll(List.of(more));
        CommandRun run = run("check", words.toArray(String[]::new));
        assertThat(run.stdout()).startsWith("OKS BACKUP " + state + " - ").doesNotContain("\t");
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).as(run.stdout()).isEqualTo(state.status());
        return run;
    }

    private Path archiveFile(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file ->
                            ArchiveName.of(file).isPresent() && file.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void goodIsZeroWithFiguresThatMonitoringReads() {
        now = BEGUN.plus(Duration.ofHours(1));
        assertThat(nagios(State.OK, "--max-age", "26h").stdout())
                .startsWith(
                        "OKS BACKUP OK - every change up to LSN 2 can be restored from sample-20261122100000-1.full.tar.gz; ")
                .matches(
                        "[^|\n]+ \\| archive_age=3600s;93600 archive_size=\\d+B lsn=2 recovery_files=2 time=\\d+\\.\\d{3}s\n");
    }

    @Test
    void anOldArchiveIsAWarningForMonitoringAndAFailureOtherwise() {
        now = BEGUN.plus(Duration.ofHours(26));
        assertThat(run("check", "--max-age", "26h").status())
                .as("just not too old")
                .isZero();
        now = BEGUN.plus(Duration.ofHours(27));
        CommandRun old = run("check", "--max-age", "26h");
        assertThat(old.status()).isEqualTo(1);
        assertThat(old.stderr())
                .contains(
                        "error: archive \"sample-20261122100000-1.full.tar.gz\" was begun 27 hours ago, but at most 26 hours are allowed",
                        "kept: every change up to now can be restored",
                        "next: make an archive: \"oks-backup full --out " + out + "\"");
        assertThat(nagios(State.WARNING, "--max-age", "26h").stdout().lines().toList())
                .hasSize(3)
                .first()
                .asString()
                .contains(" was begun 27 hours ago", "| archive_age=97200s;93600 ");
        assertThat(run("check", "--max-age", "26h", "--json")
                        .json()
                        .at("/error/what")
                        .asText())
                .contains("27 hours ago");
        assertThat(run("check").status()).as("without an age, none is too old").isZero();
        assertThat(run("check", "--json").json().path("archive_age_seconds").asLong())
                .isEqualTo(97_200);
    }

    @Test
    void anArchiveOfTheFutureIsAClockThatIsWrong() {
        now = BEGUN.minus(Duration.ofDays(4));
        assertThat(run("check", "--max-age", "26h").stderr())
                .contains(
                        "was begun 4 days from now: a clock was or is wrong",
                        "next: compare this machine's clock, 2026-11-18T10:00:00Z,");
        nagios(State.WARNING, "--max-age", "26h");
        now = BEGUN.minus(Duration.ofMinutes(4));
        nagios(State.OK, "--max-age", "26h");
    }

    @Test
    void anOksdThatTakesNoUploadsIsToldEvenIfEverythingCanBeRestored() {
        oksd.come(ControlStatus.State.PAUSED, "directory \"/db\" is full");
        assertThat(nagios(State.CRITICAL).stdout())
                .contains(
                        "oksd takes no uploads: directory \"/db\" is full | archive_age=",
                        "\nnext: make room on the disk");
        assertThat(run("check").status()).isEqualTo(4);
        oksd.come(ControlStatus.State.DEGRADED, "fdatasync failed");
        assertThat(nagios(State.WARNING).stdout())
                .contains(
                        "oksd is degraded: fdatasync failed | ",
                        "\nnext: look at the disk, then run \"oksctl resume\"");
        assertThat(run("check").status()).isEqualTo(1);
    }

    @Test
    void theNewestOfTwoArchivesOfTheSameChangeCounts() {
        now = BEGUN.plus(Duration.ofHours(30));
        assertThat(run("full").status()).isZero();
        now = now.plus(Duration.ofHours(24));
        assertThat(run("full").status()).isZero();
        nagios(State.OK, "--max-age", "1h");
    }

    @Test
    void aMissingDirectoryAndOneThatIsNoneAreCritical() throws IOException {
        out = scratch.resolve("gone");
        assertThat(nagios(State.CRITICAL).stdout())
                .contains("gone\" does not exist", "\nnext: make it, or mount the disk that has it\n");
        Files.createFile(out);
        assertThat(nagios(State.CRITICAL).stdout()).contains("gone\" is not a directory");
    }

    @Test
    void anEmptyDirectoryAsOfADiskThatIsNotMountedIsCritical() throws IOException {
        out = Files.createDirectory(scratch.resolve("empty"));
        assertThat(nagios(State.CRITICAL).stdout())
                .contains(
                        "there is no archive in \"" + out + "\"", "next: if archives were made before, mount the disk");
    }

    @Test
    void aRottenArchiveIsCriticalWhenItIsRead() throws IOException {
        now = now.plusSeconds(1);
        assertThat(run("full", "--compress", "none").status()).isZero();
        Path archive = archiveFile(".full.tar");
        byte[] bytes = Files.readAllBytes(archive);
        int inTable = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("rocksdb.");
        bytes[inTable] ^= 1;
        Files.write(archive, bytes);
        assertThat(nagios(State.CRITICAL, "--read-archive").stdout())
                .contains(archive.getFileName().toString());
        assertThat(run("check", "--read-archive").status()).isEqualTo(5);
        nagios(State.OK); // it is not read
        bytes[inTable] ^= 1;
        Files.write(archive, bytes);
        nagios(State.OK, "--read-archive");
    }

    @Test
    void anArchiveThatDoesNotSayWhatItIsDoesNotCount() throws IOException {
        Path archive = archiveFile(".full.tar.gz");
        byte[] bytes = Files.readAllBytes(archive);
        bytes[bytes.length / 2] ^= 1;
        Files.write(archive, bytes);
        assertThat(nagios(State.CRITICAL).stdout())
                .contains("; " + archive.getFileName() + " is damaged, or was made by hand");
        assertThat(run("check").status()).isEqualTo(6);
    }

    @Test
    void aGapIsCritical() throws IOException {
        database.rotate().put(3).rotate();
        Files.delete(database.recoveryFiles().get(1));
        database.put(4);
        assertThat(nagios(State.CRITICAL).stdout()).contains(" is missing", "\nnext: put what is missing there");
    }

    @Test
    void anOksdThatDoesNotAnswerIsCritical() throws IOException {
        oksd.close();
        database.close();
        stopped = true;
        assertThat(nagios(State.CRITICAL).stdout()).contains("oksd is stopped", "\nnext: start oksd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--max-age=26", "--max-age=0s", "--max-age=", "--json", "--no-such-option", "--conf=nowhere.conf"
            })
    void aQuestionThatCouldNotBePutIsUnknown(String wrong) {
        assertThat(nagios(State.UNKNOWN, wrong).stdout()).contains("\nnext: ");
        if (!wrong.equals("--json")) {
            assertThat(run("check", wrong).status())
                    .as("for people it is a wrong command line")
                    .isEqualTo(2);
        }
    }

    @Test
    void whoHasNotTheRightKnowsNothing() {
        assertThat(State.of(OperatorFault.of(ExitCode.FAILED, "x").because(new AccessDeniedException("/backup"))))
                .isEqualTo(State.UNKNOWN);
        assertThat(State.of(OperatorFault.of(ExitCode.FAILED, "x"))).isEqualTo(State.CRITICAL);
        for (ExitCode code : ExitCode.values()) {
            assertThat(State.of(OperatorFault.of(code, "x")))
                    .isEqualTo(code == ExitCode.USAGE ? State.UNKNOWN : State.CRITICAL);
        }
    }

    @Test
    void anotherRunIsWaitedFor() throws Exception {
        OutputLock other =
                OutputLock.take(new RealDisk(), out, OutputLock.Part.RECOVERY, "recovery", InstantSource.system());
        Thread check = Thread.currentThread();
        Thread ending = new Thread(() -> {
            try {
                while (!waits(check)) {
                    LockSupport.parkNanos(1_000_000);
                }
                other.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        ending.start();
        nagios(State.OK);
        ending.join();
    }

    /** Whether the check was refused the lock and sleeps before it tries again. */
    private static boolean waits(Thread check) {
        List<String> calls = Arrays.stream(check.getStackTrace())
                .map(call -> call.getClassName() + "." + call.getMethodName())
                .toList();
        return calls.contains("java.lang.Thread.sleep") && calls.contains("oks.backup.check.CheckCommand.lock");
    }

    @Test
    void nothingSaidCanBeTakenForFigures() {
        assertThat(NagiosReport.of(State.OK, "a|b\nc", List.of("lsn=1"), List.of("d|e")))
                .isEqualTo("OKS BACKUP OK - a/b c | lsn=1\nd/e");
    }
}
