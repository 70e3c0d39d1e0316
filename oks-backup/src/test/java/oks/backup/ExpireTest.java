package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import oks.backup.output.OutputLock;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExpireTest {
    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
    }

    private CommandRun run(String... args) {
        List<String> line = new ArrayList<>(List.of(args));
        line.addAll(List.of("--conf", conf.toString(), "-q"));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private CommandRun expire(String... more) {
        return run(Stream.concat(Stream.of("expire", out.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private List<String> names(String suffix) throws IOException {
        return new RealDisk()
                .list(out).stream()
                        .map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(suffix))
                        .toList();
    }

    /** An archive after LSN 1, 2 and 3; recovery files 1 to 5. */
    private FakeOksd threeArchives(SampleDatabase database) throws IOException {
        FakeOksd oksd = FakeOksd.in(scratch, database);
        for (int i = 1; i <= 3; i++) {
            database.put(i);
            assertThat(run("full", "--out", out.toString()).status()).isZero();
            oksd.removeSnapshot();
        }
        database.put(4);
        assertThat(run("recovery", "--out", out.toString(), "--rotate").status())
                .isZero();
        return oksd;
    }

    @Test
    void theDryRunChangesNothingAndConfirmRemovesExactlyWhatItSaid() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
                FakeOksd oksd = threeArchives(database)) {
            assertThat(oksd).isNotNull();
            List<String> before = names("");
            CommandRun dry = expire("--keep-full", "1");
            assertThat(dry.status()).as(dry.stderr()).isZero();
            assertThat(dry.stdout())
                    .contains(
                            "would remove 4 of 7 files",
                            "nothing was changed; --confirm removes them",
                            "begins before the oldest kept archive",
                            "before every kept archive",
                            "the newest");
            assertThat(names("")).isEqualTo(before);
            assertThat(expire("--keep-full", "1", "--keep-days", "1", "--json")
                            .json()
                            .path("decisions"))
                    .noneMatch(file -> file.path("remove").asBoolean());
            assertThat(expire("--keep-full", "1", "--confirm").stdout()).contains("removing 4 of 7 files");
            assertThat(names(".tar.gz")).hasSize(1).allMatch(name -> name.contains("-3.full"));
            assertThat(names(".sha256")).hasSize(1);
            assertThat(names(".recovery")).hasSize(2);
            CommandRun left = CommandRun.of("oks-backup", OksBackup::new, "list", out.toString());
            assertThat(left.stdout()).contains("restores LSN 3 to 4");
            assertThat(CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q")
                            .status())
                    .isZero();
            assertThat(expire("--keep-full", "1", "--confirm").stdout()).contains("removing 0 of 3 files");
        }
    }

    @Test
    void aDamagedArchiveDoesNotCountAndWithoutASoundOneNothingGoes() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
                FakeOksd oksd = threeArchives(database)) {
            assertThat(oksd).isNotNull();
            List<String> archives = names(".tar.gz");
            Files.write(out.resolve(archives.get(2)), new byte[100]);
            List<String> before = names("");
            CommandRun newest = expire("--keep-full", "1", "--confirm");
            assertThat(newest.status()).isEqualTo(5);
            assertThat(newest.stdout())
                    .contains(
                            "does not count: it is damaged",
                            archives.get(2) + " is newer and damaged",
                            "removing 0 of");
            assertThat(newest.stderr()).contains("has no newer sound one", "nothing of the database is removed");
            assertThat(names("")).isEqualTo(before);
            Files.write(out.resolve(archives.get(0)), new byte[100]);
            Files.write(out.resolve(archives.get(1)), new byte[100]);
            CommandRun none = expire("--keep-full", "1", "--confirm");
            assertThat(none.status()).isEqualTo(5);
            assertThat(none.stderr()).contains("has no newer sound one");
            assertThat(names("")).isEqualTo(before);
        }
    }

    @Test
    void oksdsOwnFilesGoOnlyWhenCopiedAndFlushed() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
                FakeOksd oksd = threeArchives(database)) {
            int before = database.recoveryFiles().size();
            oksd.flushedTo(0);
            expire("--keep-full", "3", "--prune-source", "--confirm");
            assertThat(database.recoveryFiles()).as("nothing is flushed").hasSize(before);
            oksd.flushedTo(2);
            expire("--keep-full", "3", "--prune-source");
            assertThat(database.recoveryFiles()).as("a dry run").hasSize(before);
            expire("--keep-full", "3", "--prune-source", "--confirm");
            assertThat(database.recoveryFiles())
                    .as("two files hold LSN 1 and 2")
                    .hasSize(before - 2);
            oksd.flushedTo(4);
            Files.delete(out.resolve(database.recoveryFiles().get(0).getFileName()));
            CommandRun gap = expire("--keep-full", "1", "--prune-source", "--confirm");
            assertThat(gap.stdout()).contains("not copied");
            assertThat(database.recoveryFiles()).hasSize(before - 2);
        }
    }

    /** Between a full and the next recovery, the newest archive is ahead of every recovery file that was copied. */
    @Test
    void anArchiveNewerThanEveryRecoveryFileIsSoundByItself() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
                FakeOksd oksd = threeArchives(database)) {
            assertThat(oksd).isNotNull();
            database.put(5, 6).rotate().put(7);
            assertThat(run("full", "--out", out.toString()).status()).isZero();
            CommandRun verify = CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q");
            assertThat(verify.status()).as(verify.stdout()).isZero();
            assertThat(verify.stdout()).contains("LSN 7, 7 certificates, restores up to LSN 7");
            assertThat(expire("--keep-full", "1").stdout()).contains("the newest");
        }
    }

    @Test
    void aRunningBackupIsLeftAlone() throws IOException {
        Files.createFile(out.resolve("sample-20261122104902-1.full.tar.gz"));
        try (OutputLock running =
                OutputLock.take(new RealDisk(), out, OutputLock.Part.ARCHIVES, "full", InstantSource.system())) {
            assertThat(running.directory()).isEqualTo(out);
            assertThat(expire("--keep-full", "1").status()).isEqualTo(4);
        }
        assertThat(expire("--keep-full", "0").status()).isEqualTo(2);
        assertThat(expire().status()).isEqualTo(2);
    }
}
