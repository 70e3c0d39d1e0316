package oks.restore;

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
final class Keyring implements Closeable {
    private static final int BUFFER = 1 << 18;

    private final Disk disk;
    private final Path file;
    private final OutputStream out;
    private long certificates;

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
    static Keyring create(Disk disk, Path file) throws IOException {
        try {
            OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new Keyring(disk, file, new BufferedOutputStream(out, BUFFER));
        } catch (FileAlreadyExistsException e) {
            throw OperatorFault.of(ExitCode.FAILED, "file \"%s\" exists already", file)
                    .kept("it was not changed")
                    .next("name a file that does not exist");
        }
    }

    void add(byte[] certificate) throws IOException {
        out.write(certificate);
        certificates++;
    }

    /** How many certificates were added. */
    long certificates() {
        return certificates;
    }

    /** Brings all of it to disk. */
    void complete() throws IOException {
        out.flush();
        try (DurableFile written = disk.openForReading(file)) {
            written.syncAll();
        }
        disk.syncDirectory(file.toAbsolutePath().getParent());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
