package oks.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Assumptions;

/** A small file system of its own, to be filled or to lose its power. Needs root, and a kernel that lets it mount. */
final class Mount implements AutoCloseable {
    private final Path directory;

    private Mount(Path directory) {
        this.directory = directory;
    }

    /** A tmpfs of this many bytes on a new directory. */
    static Mount tmpfs(Path directory, long bytes) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        mount(directory, "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs").done();
        return new Mount(directory);
    }

    /** An ext4 on a loop device over a new file of this many bytes. */
    static Mount ext4(Path directory, Path image, long bytes) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Finished.run(directory, "truncate", "-s", Long.toString(bytes), image.toString())
                .done();
        Finished.run(directory, "mkfs.ext4", "-q", "-F", image.toString()).done();
        return again(directory, image);
    }

    /** An image that was mounted before; the file system's own journal is replayed. */
    static Mount again(Path directory, Path image) throws IOException, InterruptedException {
        mount(directory, "-t", "ext4", "-o", "loop", image.toString()).done();
        return new Mount(directory);
    }

    private static Finished mount(Path directory, String... options) throws IOException, InterruptedException {
        String[] command = new String[options.length + 2];
        command[0] = "mount";
        System.arraycopy(options, 0, command, 1, options.length);
        command[options.length + 1] = directory.toString();
        return Finished.run(Path.of("/"), command);
    }

    Path directory() {
        return directory;
    }

    /**
     * Nothing that is only in memory reaches the disk any more: what a power cut does (EXT4_IOC_SHUTDOWN without
     * flush).
     */
    void cutPower() throws IOException, InterruptedException {
        Finished.run(Path.of("/"), "xfs_io", "-x", "-c", "shutdown", directory.toString())
                .done();
    }

    @Override
    public void close() throws IOException {
        try {
            Finished.run(Path.of("/"), "umount", directory.toString()).done();
        } catch (InterruptedException e) {
            throw new IOException("interrupted while unmounting " + directory, e);
        }
    }

    /** Why a tmpfs cannot be mounted here; empty when it can. */
    static Optional<String> whyNoTmpfs(Path scratch) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("only root can mount");
        }
        Path directory = Files.createTempDirectory(scratch, "probe");
        Finished probe = mount(directory, "-t", "tmpfs", "-o", "size=64k", "tmpfs");
        if (probe.status() != 0) {
            return Optional.of(
                    "this machine does not mount a tmpfs: " + probe.stderr().strip());
        }
        new Mount(directory).close();
        return Optional.empty();
    }

    /** Why no file system over a loop device can be had here; empty when it can. */
    static Optional<String> whyNoLoop(Path scratch) throws IOException, InterruptedException {
        Optional<String> whyNot = whyNoTmpfs(scratch);
        if (whyNot.isPresent()) {
            return whyNot;
        }
        Path directory = Files.createTempDirectory(scratch, "probe");
        Path image = directory.resolveSibling(directory.getFileName() + ".img");
        Finished.run(directory, "truncate", "-s", "8M", image.toString()).done();
        Finished.run(directory, "mkfs.ext4", "-q", "-F", image.toString()).done();
        Finished probe = mount(directory, "-t", "ext4", "-o", "loop", image.toString());
        if (probe.status() != 0) {
            return Optional.of("this machine does not mount loop devices: "
                    + probe.stderr().strip());
        }
        new Mount(directory).close();
        return Optional.empty();
    }

    /**
     * Ends a test that needs a mount here where there is none, even where skipping is forbidden: a container without
     * the right to mount lacks nothing that a package could bring. Missing programs do fail there
     * ({@link ExternalProgram}).
     */
    static void requireTmpfs(Path scratch) throws IOException, InterruptedException {
        ExternalProgram.require("mount", "mount");
        skip(whyNoTmpfs(scratch));
    }

    /** As {@link #requireTmpfs}, for {@link #ext4} and {@link #cutPower}. */
    static void requireLoop(Path scratch) throws IOException, InterruptedException {
        ExternalProgram.require("mount", "mount");
        ExternalProgram.require("mkfs.ext4", "e2fsprogs");
        ExternalProgram.require("xfs_io", "xfsprogs");
        skip(whyNoLoop(scratch));
    }

    private static void skip(Optional<String> whyNot) {
        whyNot.ifPresent(why -> Assumptions.abort("skipped: " + why));
    }
}
