package oks.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** A file with the process's number, there as long as the program runs. What is locked elsewhere decides who may run. */
public final class PidFile implements Closeable {
    private final Path file;
    private final String text = ProcessHandle.current().pid() + "\n";

    private PidFile(Path file) {
        this.file = file;
    }

    /**
     * Writes the file; one that a killed program left is replaced.
     *
     * @throws OperatorFault FAILED when it cannot be written
     */
    public static PidFile write(Path file) {
        PidFile pidFile = new PidFile(file);
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (!Files.isDirectory(directory)) { // which may be a link to one
                Files.createDirectories(directory);
            }
            Files.writeString(file, pidFile.text);
            return pidFile;
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.FAILED, "pid file \"%s\" could not be written: %s", file, e.getMessage())
                    .next("make its directory writable, or set process.pid_file elsewhere")
                    .because(e);
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
