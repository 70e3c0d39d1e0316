package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.testing.ExternalProgram;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** oks-backup with a backup directory that is full, cannot be written, or is in use; with the real programs. */
class OutputDirectoryIT {
    @TempDir
    private Path scratch;

    private Keyserver keyserver;

    @BeforeEach
    void makeAStoppedDatabase() throws IOException {
        keyserver = Keyserver.in(Files.createDirectory(scratch.resolve("oks")));
        try (SampleDatabase database = SampleDatabase.create(keyserver.database(), 1)) {
            for (long seed = 1; seed <= 1500; seed += 50) {
                database.putTogether(LongStream.range(seed, seed + 50).toArray());
            }
            database.rotate();
        }
    }

    @AfterEach
    void endWhatRuns() {
        keyserver.close();
    }

    private Finished backup(String command, Path out, String... more) throws IOException, InterruptedException {
        List<String> line =
                new ArrayList<>(List.of(command, "--out", out.toString(), "--conf", keyserver.conf("oksd"), "-q"));
        line.addAll(List.of(more));
        return keyserver.oksBackup(line.toArray(String[]::new));
    }

    private static List<String> names(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFullDiskLeavesNothingThatLooksLikeABackup() throws Exception {
        Mount.requireTmpfs(scratch);
        try (Mount disk = Mount.tmpfs(scratch.resolve("full"), 1 << 20)) {
            Path out = disk.directory();
            Path ballast = Files.write(out.resolve("ballast"), new byte[900 << 10]);
            for (String command : List.of("full", "recovery")) {
                Finished failed = backup(command, out).ended(1);
                assertThat(failed.stderr()).contains("No space left on device");
                assertThat(names(out)).containsExactly("ballast");
            }
            Files.delete(ballast);
            backup("full", out, "--compress", "zstd").done();
            backup("recovery", out).done();
            keyserver.oksBackup("verify", out.toString(), "-q").done();
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        Mount.requireTmpfs(scratch);
        try (Mount disk = Mount.tmpfs(scratch.resolve("read-only"), 4 << 20)) {
            Path out = disk.directory();
            backup("full", out).done();
            List<String> before = names(out);
            Finished.run(scratch, "mount", "-o", "remount,ro", out.toString()).done();
            for (String command : List.of("full", "recovery", "follow")) {
                assertThat(backup(command, out).ended(1).stderr()).contains(out.toString());
            }
            keyserver.oksBackup("list", out.toString()).done();
            keyserver.oksBackup("verify", out.toString(), "-q").done();
            assertThat(names(out)).isEqualTo(before);
        }
    }

    @Test
    void aScratchDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Path out = Files.createDirectory(scratch.resolve("out"));
        backup("full", out).done();
        List<String> before = names(out);
        Path file = Files.createFile(scratch.resolve("file"));
        assertScratchRefused(out, scratch.resolve("none"), "does not exist", "make it");
        assertScratchRefused(out, file, "is not a directory", "make it");
        Mount.requireTmpfs(scratch);
        try (Mount disk = Mount.tmpfs(scratch.resolve("small"), 64 << 10)) {
            assertScratchRefused(
                    out,
                    disk.directory(),
                    "cannot take what has to be unpacked or copied: No space left on device",
                    "make room there");
            assertThat(disk.directory()).isEmptyDirectory();
            Finished.run(scratch, "mount", "-o", "remount,ro", disk.directory().toString())
                    .done();
            assertScratchRefused(out, disk.directory(), "cannot be used: Read-only file system", "look at its rights");
        }
        assertThat(names(out)).isEqualTo(before);
        keyserver.oksBackup("verify", out.toString(), "-q").done();
    }

    private void assertScratchRefused(Path out, Path directory, String why, String next)
            throws IOException, InterruptedException {
        String what = "scratch directory \"" + directory + "\" " + why;
        assertThat(backup("full", out, "--scratch", directory.toString())
                        .ended(1)
                        .stderr())
                .contains("error: " + what, "kept: nothing was made or changed", "next: " + next);
        Finished verify = keyserver
                .oksBackup("verify", out.toString(), "--scratch", directory.toString(), "-q")
                .ended(1);
        assertThat(verify.stdout() + verify.stderr()).contains(what);
    }

    /** At any moment of its work: nothing counts that is not whole, and the next run leaves nothing of it behind. */
    @Test
    void anArchiveWhoseMakerIsKilledLeavesNothingThatLastsOrCounts() throws Exception {
        Path out = Files.createDirectory(scratch.resolve("out"));
        Path copies = Files.createDirectory(scratch.resolve("copies"));
        String[] slow = {"--compress", "none", "--rate", "200KiB", "--scratch", copies.toString()};
        for (int millis : new int[] {0, 300, 1500}) {
            Process first = keyserver.launch(
                    "oks.backup.OksBackup",
                    Stream.concat(
                                    Stream.of("full", "--out", out.toString(), "--conf", keyserver.conf("oksd"), "-q"),
                                    Stream.of(slow))
                            .toArray(String[]::new));
            Await.until(
                    "it has begun",
                    () -> names(out).stream().anyMatch(name -> name.endsWith(".partial")) && !isEmpty(copies));
            Await.pass(Duration.ofMillis(millis));
            first.destroyForcibly();
            assertThat(first.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(names(out)).allMatch(name -> name.startsWith(".") || name.endsWith(".lease"));
            assertThat(copies).isNotEmptyDirectory();
            assertThat(keyserver
                            .oksBackup("verify", out.toString(), "-q")
                            .ended(1)
                            .stdout())
                    .contains("holds no archive");
        }
        backup("full", out, "--scratch", copies.toString()).done();
        assertThat(copies).isEmptyDirectory();
        assertThat(keyserver.database().resolve("snapshots")).doesNotExist();
        assertThat(names(out)).hasSize(3).noneMatch(name -> name.startsWith(".") || name.endsWith(".lease"));
        keyserver.oksBackup("verify", out.toString(), "-q").done();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    @Test
    void theSecondOfTwoAtOnceIsToldWhoIsFirst() throws Exception {
        Path out = Files.createDirectory(scratch.resolve("out"));
        Process first = keyserver.launch(
                "oks.backup.OksBackup",
                "full",
                "--out",
                out.toString(),
                "--conf",
                keyserver.conf("oksd"),
                "--rate",
                "10KiB",
                "-q");
        try {
            Await.until("the first has begun", () -> names(out).stream().anyMatch(name -> name.endsWith(".partial")));
            assertThat(backup("full", out).ended(4).stderr())
                    .contains("is open already, by oks-backup full pid " + first.pid());
            Path elsewhere = Files.createDirectory(scratch.resolve("elsewhere"));
            backup("full", elsewhere).done(); // the first holds nothing of the database any more but links
        } finally {
            first.destroy();
            assertThat(first.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(names(out)).isEmpty();
        backup("full", out).done();
    }

    @Test
    void anOksdThatStartsMeanwhileDoesNotWaitForTheArchive(TestReporter reporter) throws Exception {
        Path out = Files.createDirectory(scratch.resolve("out"));
        Path snapshots = keyserver.database().resolve("snapshots");
        Process slow = keyserver.launch(
                "oks.backup.OksBackup",
                "full",
                "--out",
                out.toString(),
                "--conf",
                keyserver.conf("oksd"),
                "--rate",
                "10KiB",
                "-q");
        try {
            Await.until("it has begun", () -> names(out).stream().anyMatch(name -> name.endsWith(".partial")));
            long begun = System.nanoTime();
            keyserver.startOksd();
            reporter.publishEntry(
                    "oksd was ready while an archive was made, after",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms");
            assertThat(slow.isAlive()).as("the archive is being made").isTrue();
            assertThat(snapshots).isNotEmptyDirectory();
            backup("full", Files.createDirectory(scratch.resolve("elsewhere"))).done();
        } finally {
            slow.destroy();
            assertThat(slow.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(snapshots)
                .satisfiesAnyOf(
                        none -> assertThat(none).doesNotExist(),
                        empty -> assertThat(empty).isEmptyDirectory());
    }

    @Test
    void aClockSetBackByDaysHoldsNothingUp() throws Exception {
        Path library = ExternalProgram.requireFile(DiskFaults.faketime(), "faketime");
        Path out = Files.createDirectory(scratch.resolve("out"));
        backup("full", out).done();
        Map<String, String> back = Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME",
                "-3d",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "OKS_PREFIX",
                keyserver.prefix().toString());
        Finished.run(
                        scratch,
                        back,
                        List.of(
                                "/bin/sh",
                                "-c",
                                Keyserver.shell(
                                        "oks.backup.OksBackup",
                                        "full",
                                        "--compress",
                                        "none",
                                        "--out",
                                        out.toString(),
                                        "--conf",
                                        keyserver.conf("oksd"))))
                .done();
        backup("recovery", out).done();
        keyserver.oksBackup("verify", out.toString(), "-q").done();
        assertThat(names(out))
                .filteredOn(name -> name.endsWith(".tar") || name.endsWith(".tar.gz"))
                .hasSize(2);
    }

    @Test
    void anEncryptedArchiveIsRestoredThroughGpg() throws Exception {
        Path out = Files.createDirectory(scratch.resolve("out"));
        try (Gnupg gnupg = Gnupg.create()) {
            gnupg.gpg("--passphrase", "", "--quick-gen-key", "backup@example.org", "default", "default", "never")
                    .done();
            Path certificate = scratch.resolve("certificate.asc");
            gnupg.gpg("--armor", "--output", certificate.toString(), "--export").done();
            String archive = Keyserver.json(backup("full", out, "--encrypt", certificate.toString(), "--json")
                            .done()
                            .stdout())
                    .path("path")
                    .asText();
            assertThat(keyserver
                            .oksRestore(
                                    "from",
                                    archive,
                                    "--db",
                                    scratch.resolve("none").toString())
                            .ended(2)
                            .stderr())
                    .contains("is encrypted", "gpg --decrypt " + archive + " | oks-restore from -");
            Path target = scratch.resolve("restored");
            String pipe = "gpg --batch --quiet --homedir '" + gnupg.home() + "' --decrypt '" + archive + "' | "
                    + Keyserver.shell(
                            "oks.restore.OksRestore",
                            "from",
                            "-",
                            "--db",
                            target.toString(),
                            "--recovery",
                            keyserver.database().toString(),
                            "--json");
            Finished restored = Finished.run(scratch, "/bin/sh", "-c", pipe).done();
            assertThat(Keyserver.json(restored.stdout()).path("certificates").asInt())
                    .isEqualTo(1500);
        }
    }
}
