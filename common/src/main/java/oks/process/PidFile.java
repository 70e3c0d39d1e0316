package oks.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;

/**
 * A file with the process's number, there as long as the program runs. What is locked elsewhere decides who may run.
 */
public final class PidFile implements Closeable {
    private static final Set<OpenOption> REPLACE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWNER_WRITES_ALL_READ =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    private final Path file;
    private final String text = ProcessHandle.current().pid() + "\n";

    private PidFile(Path file) {
        this.file = file;
    }

    /**
     * Writes the file; one that a killed program left is replaced.
     *
     * @throws OperatorFault FAILED when it cannot be written, USAGE when something else is there than a file
     */
    public static PidFile write(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) { // of a pipe, a write would wait for ever
            throw OperatorFault.of(ExitCode.USAGE, "pid file \"%s\" cannot be made: what is there is not a file", file)
                    .kept("it was not changed")
                    .next("set process.pid_file to another path");
        }
        PidFile pidFile = new PidFile(file);
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (!Files.isDirectory(directory)) { // which may be a link to one
                Files.createDirectories(directory);
            }
            pidFile.write();
            return pidFile;
        } catch (IOException e) {
            throw OperatorFault.of(
                            ExitCode.FAILED, "pid file \"%s\" could not be written: %s", file, IoReason.withFile(e))
                    .next("make its directory writable, or set process.pid_file elsewhere")
                    .because(e);
        }
    }

    /**
     * Readable by everybody, and writable by nobody else even where the umask would allow it: signals go to this
     * number.
     */
    private void write() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, REPLACE, OWNER_WRITES_ALL_READ)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    public Path path() {
        return file;
    }

    /** Removes the file, unless another process has written its own number there. */
    @Override
    public void close() throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            Files.delete(file);
        }
    }
}
