package oks.backup.recovery;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.durable.DurableFile;
import oks.durable.DurableInputStream;
import oks.durable.FileComparison;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryFormat;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader;
import oks.recovery.RecoveryReader.EndKind;

/**
 * One recovery file that oksd is writing, and its copy {@code NAME.recovery.partial}: whole groups are appended as they
 * appear, and forced. A copy of an earlier run is continued if it is the beginning of the file.
 */
final class FollowedFile implements Closeable {
    private static final int CHUNK = 1 << 20;

    private final Disk disk;
    private final RecoveryFile file;
    private final Path named;
    private final Path partial;
    private final Object inode;
    private final RecoveryReader reader;
    private final DurableFile copy;
    private long copied;

    private FollowedFile(
            RecoveryFile file,
            RecoveryDirectory out,
            RecoveryReader reader,
            DurableFile copy,
            Object inode,
            long copied) {
        this.disk = out.disk();
        this.file = file;
        this.named = out.file(file.name()).path();
        this.partial = out.partial(file.name());
        this.inode = inode;
        this.reader = reader;
        this.copy = copy;
        this.copied = copied;
    }

    static FollowedFile open(RecoveryFile file, RecoveryDirectory out) throws IOException {
        Disk disk = out.disk();
        Object inode = disk.identity(file.path());
        RecoveryReader reader = file.reader();
        try {
            Path partial = out.partial(file.name());
            // What the file does not have was never acknowledged: oksd, or its machine, crashed before it was forced.
            long equal = disk.isTaken(partial) ? equal(disk, partial, file.path()) : 0;
            if (equal < RecoveryFormat.HEADER) {
                begin(disk, file.path(), partial);
            }
            DurableFile copy = disk.open(partial);
            try {
                long copied = Math.max(equal, RecoveryFormat.HEADER);
                copy.truncate(copied);
                return new FollowedFile(file, out, reader, copy, inode, copied);
            } catch (IOException | RuntimeException e) {
                try (copy) {
                    throw e;
                }
            }
        } catch (IOException | RuntimeException e) {
            try (reader) {
                throw e;
            }
        }
    }

    private static long equal(Disk disk, Path partial, Path file) throws IOException {
        if (!disk.isFile(partial) || disk.isLink(partial)) {
            throw new IOException("\"" + partial + "\" is not a regular file");
        }
        long equal = FileComparison.mismatch(disk, partial, file);
        return equal < 0 ? disk.size(partial) : equal;
    }

    /**
     * A copy has its whole header before it has its name: what cannot be read is never listed, whenever this is killed.
     */
    private static void begin(Disk disk, Path file, Path partial) throws IOException {
        byte[] header = new byte[RecoveryFormat.HEADER];
        try (InputStream in = DurableInputStream.open(disk, file)) {
            in.readNBytes(header, 0, header.length);
        }
        Path temporary = Durable.unpublished(partial);
        disk.delete(temporary);
        try (DurableFile copy = disk.create(temporary)) {
            copy.write(0, ByteBuffer.wrap(header));
            copy.syncAll();
        }
        disk.rename(temporary, partial);
        disk.syncDirectory(partial.toAbsolutePath().getParent());
    }

    /** Whether oksd has put a fresh file in its place, as at a start after a crash: then it must be opened again. */
    boolean replaced() throws IOException {
        return !disk.identity(file.path()).equals(inode);
    }

    RecoveryFileName name() {
        return reader.header().name();
    }

    /** Where the copy ends. */
    LogPosition position() {
        return reader.position();
    }

    /**
     * Copies the whole groups that are there now, and forces them.
     *
     * @return when the last of them was written; empty when there was nothing new
     */
    Optional<Instant> advance() throws IOException {
        reader.resume();
        Optional<Instant> written = Optional.empty();
        for (Optional<Group> group = reader.next(); group.isPresent(); group = reader.next()) {
            written = Optional.of(group.get().time());
        }
        copyTo(reader.position().length());
        return written;
    }

    private void copyTo(long length) throws IOException {
        if (copied >= length) {
            return;
        }
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, length - copied));
        try (DurableFile from = disk.openForReading(file.path())) {
            while (copied < length) {
                int read = from.read(chunk.clear().limit((int) Math.min(chunk.capacity(), length - copied)), copied);
                if (read <= 0) {
                    throw new IOException("file \"" + file + "\" became shorter while it was copied");
                }
                copy.write(copied, chunk.flip());
                copied += read;
            }
        }
        copy.syncAll();
    }

    /** Whether the SEAL was read. */
    boolean sealed() {
        return reader.end().kind() == EndKind.SEALED;
    }

    /**
     * Gives the copy its name; oksd writes no more to the file, and everything was read.
     *
     * @param successor the next file; empty when this one has a SEAL and none is there yet
     * @throws OperatorFault DAMAGED when the file lacks what its successor says was durable, GAP_OR_FORK when another
     *     file with the name is there
     */
    void complete(Optional<RecoveryFile> successor) throws IOException {
        if (!sealed()) {
            requireWhole(successor.orElseThrow().header());
        }
        copyTo(file.size()); // what the successor declares void comes along, so that both files are equal
        if (FileComparison.mismatch(disk, file.path(), partial) >= 0) {
            throw OperatorFault.of(ExitCode.DAMAGED, "the copy of recovery file \"%s\" reads back differently", file)
                    .kept("it keeps its name \"%s\"", partial.getFileName())
                    .next("test the disk of the backup directory, remove the copy, and follow again");
        }
        if (disk.exists(named)) { // "oks-backup recovery" was first
            removeEqual();
            return;
        }
        disk.makeReadOnly(partial);
        disk.rename(partial, named);
        disk.syncDirectory(named.toAbsolutePath().getParent());
    }

    private void requireWhole(RecoveryHeader successor) {
        LogPosition declared = successor.predecessor();
        if (declared.ordinal() == name().ordinal() && reader.position().length() < declared.length()) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "recovery file \"%s\" can be read up to offset %d, but its successor says that %d bytes "
                                    + "were durable",
                            file,
                            reader.position().length(),
                            declared.length())
                    .kept("what can be read is in \"%s\"", partial)
                    .next(
                            "make an archive now: %s, and test the disk of the recovery directory",
                            Advice.archive(partial.toAbsolutePath().getParent()));
        }
    }

    private void removeEqual() throws IOException {
        if (FileComparison.mismatch(disk, named, partial) >= 0) {
            throw OperatorFault.of(ExitCode.GAP_OR_FORK, "recovery file \"%s\" differs from \"%s\"", named, file)
                    .kept("both were left as they are")
                    .next("%s, and move the bad one away", Advice.compare(named, file));
        }
        disk.delete(partial);
        disk.syncDirectory(named.toAbsolutePath().getParent());
    }

    @Override
    public void close() throws IOException {
        try (reader) {
            copy.close();
        }
    }
}
