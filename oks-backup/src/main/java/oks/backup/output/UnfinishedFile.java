package oks.backup.output;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.DurableFile;
import oks.durable.DurableInputStream;
import oks.durable.ForcedBehind;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * A file of the backup directory that is being written: {@code .NAME.partial} until it is complete, forced and
 * verified. Closing it before removes it; so does the end of the process by a signal. Whoever begins one holds an
 * {@link OutputLock}.
 */
public final class UnfinishedFile implements Closeable {
    private static final String PARTIAL = ".partial";
    /**
     * So that the disk writes while more is compressed, little waits to be read back, and others force their files
     * between.
     */
    private static final long FORCE_EVERY = 4 << 20;

    private final Disk disk;
    private final Path named;
    private final Path partial;
    private final AtExit atExit;
    private DurableFile file; // guarded by this until it is open
    private boolean settled = true; // guarded by this: not begun, published or removed
    private final ForcedBehind forced = new ForcedBehind();
    private long length;
    private long forcing; // how much of it has been forced, or will be soon
    private boolean whole; // written and forced
    private Optional<ForcedBytes> readBack = Optional.empty();

    private UnfinishedFile(Disk disk, Path named, Path partial) {
        this.disk = disk;
        this.named = named;
        this.partial = partial;
        this.atExit = AtExit.register(this::remove);
    }

    /**
     * Begins a file; what a killed run left under the temporary name is gone then.
     *
     * @throws OperatorFault FAILED when a file of that name is there
     */
    public static UnfinishedFile begin(Disk disk, Path named) throws IOException {
        requireAbsent(disk, named);
        UnfinishedFile file =
                new UnfinishedFile(disk, named, named.resolveSibling("." + named.getFileName() + PARTIAL));
        try {
            file.open();
            return file;
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    /** Under the lock that {@link #remove} takes: a signal in the middle waits, and then finds what to remove. */
    private synchronized void open() throws IOException {
        disk.delete(partial);
        file = disk.create(partial); // never through a link that somebody put there
        settled = false;
    }

    /** The name that a file was to get; empty when the file is not one that was being written. */
    static Optional<Path> nameOf(Path partial) {
        String name = partial.getFileName().toString();
        return name.startsWith(".") && name.endsWith(PARTIAL)
                ? Optional.of(partial.resolveSibling(name.substring(1, name.length() - PARTIAL.length())))
                : Optional.empty();
    }

    private static void requireAbsent(Disk disk, Path named) {
        if (disk.exists(named)) {
            throw OperatorFault.of(ExitCode.FAILED, "file \"%s\" exists already", named)
                    .kept("it was not changed")
                    .next("another program writes to this directory: look which, then run the command again");
        }
    }

    /** Where the bytes go. Closing the stream leaves the file open until it is forced. */
    public OutputStream stream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                try {
                    file.write(length, ByteBuffer.wrap(bytes, offset, count));
                    length += count;
                    if (length - forcing >= FORCE_EVERY) {
                        forcing = length;
                        long upTo = length;
                        forced.begin(() -> {
                            file.sync();
                            readBack.ifPresent(reader -> reader.upTo(upTo));
                        });
                    }
                } catch (IOException e) {
                    throw withName(e);
                }
            }
        };
    }

    /** Forces what was written, so that what is verified next is what stays. */
    public void force() throws IOException {
        try {
            forced.await();
            file.syncAll();
        } catch (IOException e) {
            throw withName(e);
        }
        whole = true;
        readBack.ifPresent(this::tellForced);
    }

    /** The failure with the file's name, which the kernel's message about a full or failing disk lacks. */
    private IOException withName(IOException failure) {
        if (failure instanceof FileSystemException
                || failure instanceof InterruptedIOException
                || failure.getMessage() == null) {
            return failure;
        }
        IOException named = new FileSystemException(this.named.toString(), null, failure.getMessage());
        named.initCause(failure);
        return named;
    }

    private void tellForced(ForcedBytes reader) {
        reader.upTo(length);
        reader.complete();
    }

    /**
     * Reads the file from its beginning to its end, each part as soon as it is forced, in another thread than the one
     * that writes. Called once, before anything is written or after everything is forced; closed with this.
     */
    public InputStream forcedBytes() throws IOException {
        ForcedBytes reader = new ForcedBytes(DurableInputStream.open(disk, partial));
        readBack = Optional.of(reader);
        if (whole) {
            tellForced(reader);
        }
        return reader;
    }

    /** Bytes written so far. */
    public long length() {
        return length;
    }

    /** The file under its temporary name. */
    public Path partial() {
        return partial;
    }

    /** Gives the complete file its name, and forces that. */
    public void publish() throws IOException {
        synchronized (this) {
            if (settled) {
                throw new IOException("interrupted");
            }
            requireAbsent(disk, named);
            disk.rename(partial, named);
            settled = true;
        }
        disk.syncDirectory(named.toAbsolutePath().getParent());
    }

    private synchronized void remove() throws IOException {
        if (!settled) {
            settled = true;
            disk.delete(partial);
        }
    }

    @Override
    public void close() throws IOException {
        atExit.close();
        forced.close();
        DurableFile open = file;
        InputStream reading = readBack.orElse(null);
        try (open;
                reading) { // null when it never was
            remove();
        }
    }
}
