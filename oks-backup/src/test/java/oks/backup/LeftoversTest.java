package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import oks.archive.SidecarFile;
import oks.backup.output.OutputLock;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed runs leave in a backup directory: it is never taken for a backup, and the next run removes it. */
final class LeftoversTest {
    private static final RealDisk DISK = new RealDisk();

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;
    private List<Path> recovery;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1).rotate().put(2);
            recovery = database.recoveryFiles();
        }
    }

    private CommandRun run(String... line) {
        CommandRun run = CommandRun.of(
                "oks-backup",
                OksBackup::new,
                Stream.concat(Stream.of(line), Stream.of("--conf", conf.toString(), "-q"))
                        .toArray(String[]::new));
        assertThat(run.status()).as(run.stderr()).isZero();
        return run;
    }

    private List<String> names() throws IOException {
        return DISK.list(out).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.endsWith(".lock"))
                .toList();
    }

    @Test
    void archivesOfOneChangeWithinASecondAreDifferentArchives() throws IOException {
        for (int i = 0; i < 4; i++) {
            run("full", "--out", out.toString(), "--compress", "none");
        }
        assertThat(names())
                .hasSize(12)
                .filteredOn(name -> name.endsWith(".tar"))
                .hasSize(4);
        assertThat(CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q")
                        .stdout()
                        .lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith("ok "));
    }

    @Test
    void theNextFullRemovesUnfinishedArchivesAndWhatStandsBesideNone() throws IOException {
        String gone = "sample-20261122104902-1.full.tar.gz";
        Files.writeString(out.resolve("." + gone + ".partial"), "half");
        for (SidecarFile companion : SidecarFile.values()) {
            Files.writeString(companion.of(out.resolve(gone)), "left");
            Files.writeString(companion.of(out.resolve("other-20261122104902-1.full.tar.gz")), "of another database");
        }
        Files.writeString(out.resolve("notes.sha256"), "of the operator");
        run("full", "--out", out.toString());
        assertThat(names()).hasSize(8).noneMatch(name -> name.contains(gone)).contains("notes.sha256");
    }

    @Test
    void theNextRecoveryRemovesUnfinishedCopiesAndWhatFollowHadBegun() throws IOException {
        String first = recovery.get(0).getFileName().toString();
        Files.writeString(out.resolve("." + first + ".partial"), "half");
        Files.writeString(out.resolve(".sample-202001010000000000000009.recovery.partial"), "of a file that is gone");
        Files.writeString(out.resolve("." + first + ".partial.new"), "hea");
        Files.writeString(out.resolve(".sample-2-202001010000000000000009.recovery.partial"), "of another database");
        byte[] whole = Files.readAllBytes(recovery.get(0));
        Files.write(out.resolve(first + ".partial"), java.util.Arrays.copyOf(whole, whole.length - 200));
        run("recovery", "--out", out.toString());
        assertThat(names())
                .containsExactly(
                        ".sample-2-202001010000000000000009.recovery.partial",
                        first,
                        recovery.get(1).getFileName().toString());
    }

    /** As after a power cut of oksd's machine: follow had copied a group that was never acknowledged. */
    @Test
    void whatTheWholeFileDoesNotHaveIsSetAside() throws IOException {
        byte[] more = Files.readAllBytes(recovery.get(0));
        more[more.length - 100] ^= 1;
        Path partial = Files.write(out.resolve(recovery.get(0).getFileName() + ".partial"), more);
        run("recovery", "--out", out.toString());
        assertThat(partial).doesNotExist();
        assertThat(Files.readAllBytes(partial.resolveSibling(partial.getFileName() + ".torn")))
                .isEqualTo(more);
        assertThat(CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q")
                        .status())
                .isZero();
    }

    @Test
    void whatARunningFollowIsWritingIsLeftAlone() throws IOException {
        byte[] whole = Files.readAllBytes(recovery.get(0));
        Path partial = Files.write(
                out.resolve(recovery.get(0).getFileName() + ".partial"),
                java.util.Arrays.copyOf(whole, whole.length - 200));
        try (OutputLock follow = OutputLock.take(DISK, out, OutputLock.Part.FOLLOW, "follow", InstantSource.system())) {
            assertThat(follow.directory()).isEqualTo(out);
            run("recovery", "--out", out.toString());
        }
        assertThat(partial).exists();
        run("recovery", "--out", out.toString());
        assertThat(partial).doesNotExist();
    }

    @Test
    void followBeginsAgainWhereItWasKilledBeforeTheHeaderWasThere() throws IOException {
        Path begun = Files.writeString(out.resolve("." + recovery.get(0).getFileName() + ".partial.new"), "hea");
        assertThat(CommandRun.of("oks-backup", OksBackup::new, "list", out.toString())
                        .status())
                .isZero();
        run("follow", "--once", "--out", out.toString());
        assertThat(begun).doesNotExist();
        assertThat(names()).hasSize(2);
        assertThat(CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q")
                        .status())
                .isZero();
    }
}
