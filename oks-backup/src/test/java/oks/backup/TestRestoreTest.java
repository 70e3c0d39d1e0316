package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.stream.Stream;
import oks.backup.verify.LastRestore;
import oks.cli.Installation;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify --restore} with a program in place of oks-restore; with the real one in BackupUnderLoadIT. */
final class TestRestoreTest {
    @TempDir
    private Path scratch;

    private Path out;
    private Path restored;
    private String digest;

    @BeforeEach
    void archive() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        restored = Files.createDirectory(scratch.resolve("restored"));
        Path conf = FakeOksd.configuration(scratch);
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            digest = database.put(1, 2).digest().hex();
        }
        assertThat(run("full", "--out", out.toString(), "--conf", conf.toString(), "-q")
                        .status())
                .isZero();
        System.setProperty(Installation.PREFIX, scratch.toString());
    }

    @AfterEach
    void forgetTheInstallation() {
        System.clearProperty(Installation.PREFIX);
    }

    private static CommandRun run(String... args) {
        return CommandRun.of("oks-backup", OksBackup::new, args);
    }

    private void oksRestoreSays(String json, int status) throws IOException {
        Path program = Files.createDirectories(scratch.resolve("bin")).resolve("oks-restore");
        Files.writeString(
                program,
                "#!/bin/sh\necho \"$*\" > " + scratch.resolve("heard") + "\nmkdir \"$4\"\n" + "echo '" + json
                        + "'\nexit " + status + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private CommandRun testRestore() throws IOException {
        CommandRun run = run("verify", "--restore", "--scratch", restored.toString(), out.toString(), "-q", "--json");
        try (Stream<Path> left = Files.list(restored)) {
            assertThat(left).isEmpty();
        }
        return run;
    }

    private String proof(long lsn, String restored, long certificates) {
        return String.format(
                Locale.ROOT,
                "{\"lsn\":%d,\"digest\":\"%s\",\"certificates\":%d,\"changes\":0,\"seconds\":0.5}",
                lsn,
                restored,
                certificates);
    }

    @Test
    void aRestoreThatGivesTheSameDatabaseIsRecordedAndListed() throws IOException {
        assertThat(run("list", out.toString()).stdout()).doesNotContain("last verified restore");
        oksRestoreSays(proof(2, digest, 2), 0);
        CommandRun run = testRestore();
        assertThat(run.status()).as(run.stdout()).isZero();
        assertThat(Files.readString(scratch.resolve("heard"))).contains("from " + out, "--json", "--quiet");
        assertThat(run("list", out.toString()).stdout())
                .contains("last verified restore of \"sample\": ", ".full.tar.gz to LSN 2, 2 certificates");
        assertThat(run("list", out.toString(), "--json")
                        .json()
                        .at("/last_restores/0/digest")
                        .asText())
                .isEqualTo(digest);
    }

    @Test
    void aRestoreThatGivesAnotherDatabaseIsDamageAndNotRecorded() throws IOException {
        oksRestoreSays(proof(2, "0".repeat(64), 2), 0);
        assertThat(testRestore().status()).isEqualTo(5);
        oksRestoreSays(proof(1, digest, 2), 0);
        assertThat(testRestore().status()).isEqualTo(5);
        oksRestoreSays(proof(2, digest, 3), 0);
        assertThat(testRestore().stdout()).contains("was restored with 3 certificates, but its manifest says 2");
        assertThat(out.resolve(LastRestore.FILE)).doesNotExist();
    }

    @Test
    void theFaultOfOksRestoreIsTold() throws IOException {
        oksRestoreSays(
                "{\"ok\":false,\"error\":{\"what\":\"no space\",\"kept\":\"\",\"next\":\"make room\",\"exit\":6}}", 6);
        CommandRun run = testRestore();
        assertThat(run.status()).isEqualTo(6);
        assertThat(run.stdout()).contains("could not be restored: no space", "make room");
        oksRestoreSays("", 137);
        assertThat(testRestore().status()).isEqualTo(1);
        Files.delete(scratch.resolve("bin/oks-restore"));
        assertThat(testRestore().stdout()).contains("is not there, and it is what restores");
    }
}
