package oks.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A GNUPGHOME of a test's own, which closing removes together with the agents that gpg started in it. Its path is
 * short: the agents' sockets must fit in 108 bytes (unix(7)). Used by one thread.
 */
public final class GnuPgHome implements AutoCloseable {
    private static final long LONGEST_REMOVAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Path directory;

    private GnuPgHome(Path directory) {
        this.directory = directory;
    }

    /** An empty home, readable by its owner only; the test is skipped if there is no gpg. */
    public static GnuPgHome create() throws IOException {
        ExternalProgram.require("gpg", "gnupg");
        return new GnuPgHome(Files.createTempDirectory(Path.of("/tmp"), "oksg"));
    }

    /** What GNUPGHOME is to be. */
    public Path directory() {
        return directory;
    }

    /**
     * Tells the agents to end and removes the home. They end on their own time and remove their sockets themselves, so
     * what vanishes or appears meanwhile is no error.
     */
    @Override
    public void close() throws IOException {
        new ProcessBuilder("gpgconf", "--homedir", directory.toString(), "--kill", "all")
                .start()
                .onExit()
                .join();
        long deadline = System.nanoTime() + LONGEST_REMOVAL_NANOS;
        while (!removed()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "directory \"" + directory + "\" does not stay empty: does an agent still run in it?");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean removed() throws IOException {
        for (Path file : files()) {
            try {
                Files.deleteIfExists(file);
            } catch (DirectoryNotEmptyException e) {
                return false;
            }
        }
        return Files.notExists(directory);
    }

    /** Children before their directories; none if something vanished while they were listed. */
    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return List.of();
            }
            throw e;
        }
    }
}
