package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.durable.DurableFile;

/**
 * Puts copies on new inodes in the place of recovery files, so that nothing rests on pages which only the kernel's
 * cache has: after a failed force it takes them for written.
 */
final class FreshCopy {
    private static final int CHUNK = 1 << 20;

    private final Disk disk;

    FreshCopy(Disk disk) {
        this.disk = disk;
    }

    /** The same bytes on a new inode. */
    void refresh(Path file) throws IOException {
        copy(file, 0, file);
    }

    /** The same file in another directory. */
    void into(Path directory, Path file) throws IOException {
        copy(file, 0, directory.resolve(file.getFileName()));
    }

    /** Keeps the bytes from an offset on in a file of their own. */
    void setAside(Path file, long offset, Path torn) throws IOException {
        copy(file, offset, torn);
    }

    private void copy(Path file, long offset, Path named) throws IOException {
        try (DurableFile from = disk.openForReading(file)) {
            Path copy = begin(named);
            try (DurableFile into = disk.create(copy)) {
                copy(from, into, offset, from.size());
                into.syncAll();
            }
            finish(copy, named);
        }
    }

    /** The bytes up to a position, and a SEAL; returns the position after that. */
    LogPosition seal(Path file, LogPosition valid, Instant now) throws IOException {
        try (DurableFile from = disk.openForReading(file)) {
            RecoveryHeader header = RecoveryHeader.read(from);
            Instant last = LastTime.of(from, header, valid.length());
            long changes = valid.last().number() - header.predecessor().last().number();
            GroupEncoder.Encoded seal = new GroupEncoder(header.salt())
                    .seal(valid, changes, Seal.Reason.UNCLEAN, now.isBefore(last) ? last : now);
            Path copy = begin(file);
            try (DurableFile into = disk.create(copy)) {
                copy(from, into, 0, valid.length());
                into.write(valid.length(), seal.bytes());
                into.syncAll();
            }
            finish(copy, file);
            return new LogPosition(
                    valid.file(),
                    valid.length() + RecoveryFormat.END_FRAME,
                    valid.last(),
                    seal.chain(),
                    valid.digest());
        }
    }

    private Path begin(Path file) throws IOException {
        Path temporary = Durable.unpublished(file);
        disk.delete(temporary);
        return temporary;
    }

    private void finish(Path copy, Path file) throws IOException {
        disk.makeReadOnly(copy); // after the force: a file that is read-only is one that was forced
        disk.rename(copy, file);
        disk.syncDirectory(file.toAbsolutePath().getParent());
    }

    private static void copy(DurableFile from, DurableFile into, long begin, long end) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, end - begin));
        for (long at = begin; at < end; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, end - at));
            if (from.read(chunk, at) < chunk.limit()) {
                throw new IOException("recovery file \"" + from.path() + "\" became shorter while it was read");
            }
            into.write(at - begin, chunk.flip());
        }
    }
}
