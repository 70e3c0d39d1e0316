package oks.restore.log;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import oks.durable.Disk;
import oks.durable.DurableFile;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** A new file of binary certificates, one after the other, as {@code gpg --import} reads them. One thread. */
public final class Keyring implements Closeable {
    private static final int BUFFER = 1 << 18;

    private final Disk disk;
    /** Null for standard output. */
    private final Path file;

    private final OutputStream out;
    private long certificates;
    private boolean complete;

    private Keyring(Disk disk, Path file, OutputStream out) {
        this.disk = disk;
        this.file = file;
        this.out = out;
    }

    /**
     * Creates the file.
     *
     * @throws OperatorFault FAILED when there is one
     */
    public static Keyring create(Disk disk, Path file) throws IOException {
        return new Keyring(disk, file, newFile(file));
    }

    /** A keyring on a stream, which is flushed and not closed: its reader sees how the program ends. */
    public static Keyring to(Disk disk, OutputStream out) {
        return new Keyring(disk, null, out);
    }

    /**
     * A file that did not exist before; the caller closes it.
     *
     * @throws OperatorFault FAILED when there is one
     */
    public static OutputStream newFile(Path file) throws IOException {
        try {
            return new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), BUFFER);
        } catch (FileAlreadyExistsException e) {
            throw OperatorFault.of(ExitCode.FAILED, "file \"%s\" exists already", file)
                    .kept("it was not changed")
                    .next("name a file that does not exist");
        }
    }

    public void add(byte[] certificate) throws IOException {
        out.write(certificate);
        certificates++;
    }

    /** How many certificates were added. */
    public long certificates() {
        return certificates;
    }

    /** Brings all of it to disk. */
    public void complete() throws IOException {
        out.flush();
        complete = true;
        if (file == null) {
            return;
        }
        try (DurableFile written = disk.openForReading(file)) {
            written.syncAll();
        }
        disk.syncDirectory(file.toAbsolutePath().getParent());
    }

    /** Removes it if it is not complete: half a keyring would pass for a whole one. */
    @Override
    public void close() throws IOException {
        if (file == null) {
            out.flush();
        } else if (complete) {
            out.close();
        } else {
            Files.delete(file); // first: closing writes what is left, and may fail as adding did
            out.close();
        }
    }
}
