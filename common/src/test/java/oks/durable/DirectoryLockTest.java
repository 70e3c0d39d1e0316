package oks.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryLockTest {
    @TempDir
    private Path directory;

    private Process holder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp", System.getProperty("java.class.path"),
                        LockHolder.class.getName(), directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String said(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private void assertBusy(String by) {
        assertThatThrownBy(() -> DirectoryLock.take(directory, "second"))
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
        try (DirectoryLock mine = DirectoryLock.take(directory, "oksd")) {
            assertThat(mine).isNotNull();
            assertThat(Files.readString(directory.resolve(DirectoryLock.FILE)))
                    .isEqualTo("oksd pid " + ProcessHandle.current().pid() + "\n");
        }
    }

    @Test
    void aSecondTryInThisProcessFailsAndDoesNotGiveTheLockAway() throws Exception {
        try (DirectoryLock first = DirectoryLock.take(directory, "oksd")) {
            assertThat(first).isNotNull();
            assertBusy("this program");
            Process other = holder();
            try {
                assertThat(said(other)).startsWith("BUSY").contains("oksd pid " + ProcessHandle.current().pid());
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
        DirectoryLock.take(directory, "oksd").close();
    }

    @Test
    void theSameDirectoryUnderAnotherNameIsTheSame() throws Exception {
        Path link = directory.resolveSibling(directory.getFileName() + "-link");
        Files.createSymbolicLink(link, directory);
        try (DirectoryLock first = DirectoryLock.take(link, "oksd")) {
            assertThat(first).isNotNull();
            assertBusy("this program");
        } finally {
            Files.delete(link);
        }
    }
}
