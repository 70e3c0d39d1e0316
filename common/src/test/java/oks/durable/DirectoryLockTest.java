package oks.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryLockTest {
    @TempDir
    private Path directory;

    private Process holder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String said(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private void assertBusy(String by) {
        assertThatThrownBy(() -> new DatabaseDirectory(new RealDisk(), directory).lock("second"))
                .isInstanceOfSatisfying(OperatorFault.class, fault -> {
                    assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
                    assertThat(fault.what()).contains(directory.toString()).contains(by);
                });
    }

    @Test
    void anotherProcessHasTheDirectoryUntilItGoes() throws Exception {
        Process other = holder();
        try {
            assertThat(said(other)).isEqualTo("locked true");
            assertBusy("holder pid " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        try (DirectoryLock mine = new DatabaseDirectory(new RealDisk(), directory).lock("oksd")) {
            assertThat(mine).isNotNull();
            assertThat(Files.readString(directory.resolve("LOCK")))
                    .isEqualTo("oksd pid " + ProcessHandle.current().pid() + "\n");
        }
    }

    @Test
    void whoHoldsTheDirectoryForMomentsIsWaitedForAndNobodyElse() throws Exception {
        Process other = holder();
        try {
            assertThat(said(other)).isEqualTo("locked true");
            assertThatThrownBy(() -> new DatabaseDirectory(new RealDisk(), directory)
                            .lockAfter("oksd", "oks-backup", Duration.ofMinutes(1)))
                    .as("at once")
                    .isInstanceOf(OperatorFault.class);
            assertThatThrownBy(() -> new DatabaseDirectory(new RealDisk(), directory)
                            .lockAfter("oksd", "holder", Duration.ofMillis(1)))
                    .as("not for ever")
                    .isInstanceOf(OperatorFault.class);
            CompletableFuture<DirectoryLock> after = CompletableFuture.supplyAsync(() -> takeAfterHolder());
            assertThat(after).isNotDone();
            other.destroyForcibly();
            after.get(1, TimeUnit.MINUTES).close();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private DirectoryLock takeAfterHolder() {
        try {
            return new DatabaseDirectory(new RealDisk(), directory).lockAfter("oksd", "holder", Duration.ofMinutes(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void directoriesThatNobodyHoldsAreRemoved() throws Exception {
        Path parent = directory.resolveSibling("parent");
        Path neverLocked = Files.createDirectories(parent.resolve("1"));
        Path left = Files.createDirectories(parent.resolve("2"));
        new DatabaseDirectory(new RealDisk(), left).lock("killed").close();
        Path mine = Files.createDirectories(parent.resolve("3"));
        try (DirectoryLock held = new DatabaseDirectory(new RealDisk(), mine).lock("oks-backup")) {
            assertThat(held).isNotNull();
            DirectoryLock.removeUnheld(parent, "LOCK");
            assertThat(neverLocked).doesNotExist();
            assertThat(left).doesNotExist();
            assertThat(mine).exists();
        }
        DirectoryLock.removeUnheld(parent, "LOCK");
        assertThat(parent).doesNotExist();
        DirectoryLock.removeUnheld(parent, "LOCK");
    }

    @Test
    void aSecondTryInThisProcessFailsAndDoesNotGiveTheLockAway() throws Exception {
        try (DirectoryLock first = new DatabaseDirectory(new RealDisk(), directory).lock("oksd")) {
            assertThat(first).isNotNull();
            assertBusy("this program");
            Process other = holder();
            try {
                assertThat(said(other))
                        .startsWith("BUSY")
                        .contains("oksd pid " + ProcessHandle.current().pid());
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
        new DatabaseDirectory(new RealDisk(), directory).lock("oksd").close();
    }

    @Test
    void theSameDirectoryUnderAnotherNameIsTheSame() throws Exception {
        Path link = directory.resolveSibling(directory.getFileName() + "-link");
        Files.createSymbolicLink(link, directory);
        try (DirectoryLock first = new DatabaseDirectory(new RealDisk(), link).lock("oksd")) {
            assertThat(first).isNotNull();
            assertBusy("this program");
        } finally {
            Files.delete(link);
        }
    }
}
