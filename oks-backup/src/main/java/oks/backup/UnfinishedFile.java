package oks.backup;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * A file of the output directory that is being written: {@code .NAME.partial} until it is complete, forced and verified.
 * Closing it before removes it; so does the end of the process by a signal.
 */
final class UnfinishedFile implements Closeable {
    private static final FileAttribute<?> OWNER_WRITES_GROUP_READS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));
    private static final Set<OpenOption> CREATE = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    private static final String PARTIAL = ".partial";

    private final Disk disk;
    private final Path named;
    private final Path partial;
    private final AtExit atExit;
    private FileChannel channel; // guarded by this until it is open
    private boolean settled = true; // guarded by this: not begun, published or removed

    private UnfinishedFile(Disk disk, Path named, Path partial) {
        this.disk = disk;
        this.named = named;
        this.partial = partial;
        this.atExit = AtExit.register(this::remove);
    }

    /**
     * Begins a file; takes over what a killed run left under the temporary name.
     *
     * @throws OperatorFault FAILED when a file of that name is there, BUSY when another run is writing it
     */
    static UnfinishedFile begin(Disk disk, Path named) throws IOException {
        Path partial = named.resolveSibling("." + named.getFileName() + PARTIAL);
        requireAbsent(disk, named);
        UnfinishedFile file = new UnfinishedFile(disk, named, partial);
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
        channel = lock(partial).orElseThrow(() -> OperatorFault.of(
                        ExitCode.BUSY, "file \"%s\" is being written by another run of oks-backup", partial)
                .kept("nothing was written")
                .next("wait for its end"));
        settled = false;
    }

    /** The name that a file was to get; empty when the file is not one that was being written. */
    static Optional<Path> nameOf(Path partial) {
        String name = partial.getFileName().toString();
        return name.startsWith(".") && name.endsWith(PARTIAL)
                ? Optional.of(partial.resolveSibling(name.substring(1, name.length() - PARTIAL.length())))
                : Optional.empty();
    }

    /** Removes a file that a killed run left, unless a living one is writing it: then it is locked. */
    static void removeAbandoned(Path partial) throws IOException {
        Optional<FileChannel> ours = lock(partial);
        if (ours.isPresent()) {
            FileChannel channel = ours.get();
            try (channel) {
                Files.deleteIfExists(partial);
            }
        }
    }

    /** The file, empty and locked; no channel when another run has it. */
    private static Optional<FileChannel> lock(Path partial) throws IOException {
        FileChannel channel = FileChannel.open(partial, CREATE, OWNER_WRITES_GROUP_READS);
        try {
            if (channel.tryLock() != null && Files.exists(partial)) {
                channel.truncate(0);
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // as if another process had it
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
        channel.close();
        return Optional.empty();
    }

    private static void requireAbsent(Disk disk, Path named) {
        if (disk.exists(named)) {
            throw OperatorFault.of(ExitCode.FAILED, "file \"%s\" exists already", named)
                    .kept("it was not changed")
                    .next("another program writes to this directory: look which, then run the command again");
        }
    }

    /** Where the bytes go. Closing the stream leaves the file open until it is forced. */
    OutputStream stream() {
        OutputStream stream = Channels.newOutputStream(channel);
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                stream.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stream.write(bytes, offset, length);
            }
        };
    }

    /** Forces what was written, so that what is verified next is what stays. */
    void force() throws IOException {
        channel.force(true);
    }

    /** The file under its temporary name. */
    Path partial() {
        return partial;
    }

    /** Gives the complete file its name, and forces that. */
    void publish() throws IOException {
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
            Files.deleteIfExists(partial);
        }
    }

    @Override
    public void close() throws IOException {
        atExit.close();
        FileChannel open = channel;
        try (open) { // null when it never was
            remove();
        }
    }
}
