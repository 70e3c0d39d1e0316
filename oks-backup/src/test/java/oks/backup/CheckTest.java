package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import oks.archive.ArchiveName;
import oks.archive.SidecarFile;
import oks.recovery.RecoveryFileName;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check}, {@code recovery --since} and {@code --exec-after}. */
final class CheckTest {
    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
    }

    private CommandRun run(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command, "--out", out.toString(), "--conf", conf.toString(), "-q"));
        line.addAll(List.of(more));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private FakeOksd oksd(SampleDatabase database) {
        return FakeOksd.in(scratch, database);
    }

    private List<Long> ordinals() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.flatMap(file -> RecoveryFileName.of(file).stream())
                    .map(RecoveryFileName::ordinal)
                    .sorted()
                    .toList();
        }
    }

    @Test
    void checkIsContentOnlyWhenAnArchiveIsContinuedUpToTheLastChange() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = oksd(database)) {
            CommandRun none = run("check");
            assertThat(none.status()).isEqualTo(6);
            assertThat(none.stderr()).contains("there is no archive in \"" + out + "\"");
            assertThat(run("full").status()).isZero();
            database.put(2, 3);
            CommandRun good = run("check", "--json");
            assertThat(good.status()).as(good.stdout()).isZero();
            assertThat(good.json().path("lsn").asLong()).isEqualTo(3);
            assertThat(oksd.heard()).contains("rotate", "archived");
            assertThat(run("check").stdout()).startsWith("ok: every change up to LSN 3 can be restored from sample-");
            assertUnprovenIsNotEnough();
            database.put(4).rotate().put(5);
            Files.delete(database.recoveryFiles().get(database.recoveryFiles().size() - 2));
            assertThat(run("check").status()).as("a file is lost").isEqualTo(6);
        }
        assertThat(run("check").status()).as("oksd is stopped").isEqualTo(3);
    }

    private void assertUnprovenIsNotEnough() throws IOException {
        Path archive = archive();
        Path proof = SidecarFile.PROOF.of(archive);
        byte[] contents = Files.readAllBytes(proof);
        Files.delete(proof);
        CommandRun unproven = run("check");
        assertThat(unproven.status()).isEqualTo(6);
        assertThat(unproven.stderr()).contains("; " + archive.getFileName() + " is not proven", "oks-backup verify");
        Files.write(proof, contents);
    }

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> ArchiveName.of(file).isPresent())
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void filesBeforeTheWantedOneAreLeftOut() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1).rotate().put(2).rotate().put(3);
        }
        CommandRun run = run("recovery", "--since", "2", "--json");
        assertThat(run.status()).as(run.stdout()).isZero();
        assertThat(ordinals()).containsExactly(2L, 3L);
    }

    @Test
    void whatWasExpiredIsNotCopiedAgain() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1).rotate().put(2).rotate().put(3).rotate().put(4);
        }
        assertThat(run("full").status()).isZero(); // at LSN 4: the files 3 and 4 are what expire would leave
        assertThat(run("recovery").status()).isZero();
        assertThat(ordinals()).containsExactly(3L, 4L);
        assertThat(run("recovery", "--since", "2").status()).isZero();
        assertThat(ordinals()).as("unless it is asked for").containsExactly(2L, 3L, 4L);
    }

    @Test
    void theCommandIsRunForEachNewFileAndItsFailureIsTold() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1).rotate().put(2);
        }
        Path heard = scratch.resolve("heard");
        String command = "test -s \"$OKS_FILE\" && echo \"$OKS_KIND $OKS_FILE\" >> " + heard + "; echo said";
        CommandRun recovery = run("recovery", "--exec-after", command, "--json");
        assertThat(recovery.json().path("copied")).hasSize(2);
        assertThat(recovery.stderr()).isEqualTo("said\nsaid\n");
        assertThat(run("full", "--exec-after", command).status()).isZero();
        assertThat(Files.readAllLines(heard))
                .hasSize(3)
                .allMatch(line -> line.startsWith("recovery " + out)
                        || line.startsWith("full " + out) && line.endsWith(".tar.gz"));
        CommandRun failed = run("full", "--compress", "none", "--exec-after", "exit 9");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.stderr()).contains("ended with status 9", "the file is complete and verified");
    }
}
