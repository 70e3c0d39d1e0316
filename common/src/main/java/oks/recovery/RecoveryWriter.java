package oks.recovery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import oks.durable.Disk;
import oks.durable.DurableFile;

/**
 * Writes one recovery file. Only the thread that owns the {@link RecoveryLog} touches it.
 *
 * <p>Nothing is written ahead of the groups: qa/bench/Preallocation.java has the figures why.
 *
 * <p>After a failed write the file is cut back to its last COMMIT and can be used again. After a failed force it is
 * poisoned: the kernel may have dropped the bytes and would report success the next time ("fsyncgate"), so nothing is
 * ever written to it again.
 */
final class RecoveryWriter implements Closeable {
    private final Disk disk;
    private final RecoveryHeader header;
    private final DurableFile file;
    private final GroupEncoder encoder;
    private final Path temporary;
    private final Path named;
    private Path path;
    private LogPosition position;
    private LogPosition durable;
    private long changes;
    private boolean poisoned;

    private RecoveryWriter(Disk disk, RecoveryHeader header, DurableFile file) {
        this.disk = disk;
        this.header = header;
        this.file = file;
        this.temporary = file.path();
        this.named = temporary.resolveSibling(header.name().toString());
        this.path = temporary;
        this.encoder = new GroupEncoder(header.salt());
        this.position = header.start();
        this.durable = position;
    }

    /** Begins a file under a temporary name, its header forced. Not part of the log before {@link #publish}. */
    static RecoveryWriter prepare(RecoveryDirectory directory, RecoveryHeader header) throws IOException {
        Disk disk = directory.disk();
        Path temporary = directory.unpublished(header.name());
        DurableFile file = disk.create(temporary);
        try {
            file.write(0, header.encode());
            file.syncAll();
            return new RecoveryWriter(disk, header, file);
        } catch (IOException | RuntimeException e) {
            try (file) { // still ours: no writer exists yet
                disk.delete(temporary);
                throw e;
            }
        }
    }

    /** Gives the file its name. Can be tried again until it succeeds. */
    void publish() throws IOException {
        if (path.equals(named)) {
            // The directory could not be forced last time, and the kernel may take the old change for written: change
            // it
            // once more, so that the next force has something to write.
            disk.rename(named, temporary);
            path = temporary;
        }
        disk.rename(temporary, named);
        path = named;
        // Force the directory after the rename: a crash could bring the temporary name back, and the log would end
        // here.
        disk.syncDirectory(path.toAbsolutePath().getParent());
    }

    /** Whether the file has its name, though perhaps not durably. */
    boolean named() {
        return disk.exists(named);
    }

    /** Takes an unpublished file away again. */
    void discard() throws IOException {
        try (file) {
            disk.delete(path);
        }
    }

    /** Writes a group and forces it; when this returns, the changes are durable. */
    Group append(List<Change> group, Digest digest, Instant time) throws IOException {
        LogPosition before = position;
        Lsn last = new Lsn(before.last().number() + group.size());
        GroupEncoder.Encoded encoded = encoder.group(group, before, last, digest, time);
        LogPosition after = after(encoded, last, digest);
        writeAndForce(encoded, before);
        position = after;
        durable = after;
        changes += group.size();
        return new Group(group, after, time);
    }

    /** Where the file will end once it is sealed; the successor's header needs it before that happens. */
    LogPosition sealedPosition(Seal.Reason reason, Instant time) {
        return after(encoder.seal(position, changes, reason, time), position.last(), position.digest());
    }

    /** Writes the SEAL and forces it; the file is complete. */
    void seal(Seal.Reason reason, Instant time) throws IOException {
        GroupEncoder.Encoded encoded = encoder.seal(position, changes, reason, time);
        LogPosition after = after(encoded, position.last(), position.digest());
        writeAndForce(encoded, position);
        position = after;
        durable = after;
    }

    /** Takes a SEAL away again: the rotation that wrote it did not come to its end. */
    void unseal(LogPosition before) throws IOException {
        position = before;
        durable = before; // first: when this fails, a successor must not declare a SEAL that may be cut off
        try {
            file.truncate(before.length());
            file.sync();
        } catch (IOException e) {
            poisoned = true;
            throw e;
        }
    }

    private LogPosition after(GroupEncoder.Encoded encoded, Lsn last, Digest digest) {
        return new LogPosition(
                header.name(), position.length() + encoded.bytes().remaining(), last, encoded.chain(), digest);
    }

    private void writeAndForce(GroupEncoder.Encoded encoded, LogPosition before) throws IOException {
        if (poisoned) {
            throw new PoisonedFileException(header.name(), null);
        }
        try {
            file.write(before.length(), encoded.bytes());
        } catch (IOException e) {
            cutBack(before, e);
            throw e;
        }
        try {
            file.sync();
        } catch (IOException e) {
            poisoned = true;
            throw new PoisonedFileException(header.name(), e);
        }
    }

    private void cutBack(LogPosition before, IOException cause) {
        try {
            file.truncate(before.length());
        } catch (IOException e) {
            poisoned = true; // half a group stands there, and only a new file can void it
            cause.addSuppressed(e);
        }
    }

    RecoveryFileName name() {
        return header.name();
    }

    Path path() {
        return path;
    }

    Instant begun() {
        return header.begun();
    }

    LogPosition position() {
        return position;
    }

    /** The last position known to be on disk; what a fresh file's header declares when this one is poisoned. */
    LogPosition durable() {
        return durable;
    }

    long changes() {
        return changes;
    }

    boolean poisoned() {
        return poisoned;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
