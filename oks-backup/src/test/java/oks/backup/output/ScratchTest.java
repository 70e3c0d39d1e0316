package oks.backup.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScratchTest {
    @TempDir
    private Path parent;

    /** As a process with another number makes it. */
    private Path of(String process) throws IOException {
        Path root = Files.createDirectories(parent.resolve("oks-backup-" + process + "-77"));
        Files.createDirectory(root.resolve("files"));
        return root;
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndNothingElse() throws Exception {
        Path foreign = Files.write(parent.resolve("table.sst"), new byte[1]);
        Path left = of("1"); // a process that lives: the lock decides
        Files.createSymbolicLink(left.resolve("files/table.sst"), foreign);
        Files.createFile(left.resolve("LOCK"));
        Path begun =
                of(Long.toString(ProcessHandle.current().parent().orElseThrow().pid()));
        Files.createFile(begun.resolve("LOCK.new"));
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor()).isZero();
        Path neverLocked = of(Long.toString(ended.pid()));
        Path unknown = of("x");
        Path link = Files.createSymbolicLink(
                parent.resolve("oks-backup-3-77"), Files.createDirectory(parent.resolve("elsewhere")));
        Files.createFile(parent.resolve("elsewhere/LOCK"));
        try (Scratch first = Scratch.in(parent);
                Scratch second = Scratch.in(parent)) {
            assertThat(left).doesNotExist();
            assertThat(foreign).exists();
            assertThat(begun).as("its process lives").exists();
            assertThat(neverLocked).doesNotExist();
            assertThat(unknown).exists();
            assertThat(link).exists();
            assertThat(first.directory()).isEmptyDirectory();
            assertThat(second.directory()).isEmptyDirectory();
        }
        assertThat(parent)
                .isDirectoryNotContaining(file -> file.getFileName()
                        .toString()
                        .startsWith("oks-backup-" + ProcessHandle.current().pid()));
    }

    /** Seen from another process, since a lock belongs to a process. */
    @Test
    void itIsLockedWhileItIsInUse() throws Exception {
        try (Scratch scratch = Scratch.in(parent)) {
            Process other = new ProcessBuilder(
                            ExternalProgram.require("python3", "python3").toString(),
                            "-c",
                            """
                    import fcntl, sys
                    fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)
                    """,
                            scratch.root().resolve("LOCK").toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("BlockingIOError");
        }
    }
}
