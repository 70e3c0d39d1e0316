package oks.recovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.OperatorFault;

/**
 * The directory of a database, of a snapshot of one, or of one that is being made: what stands in it under which name,
 * and who may open it.
 *
 * <pre>
 * IDENTITY    which database it is; see {@link DatabaseIdentity}
 * LOCK        who has it open; not in a snapshot that oksd holds
 * store/      certificates and indexes, in RocksDB's files
 * snapshots/  one directory for each snapshot that is held
 * </pre>
 *
 * <p>Archives have IDENTITY and store under the same names; see oks-archive(5). Any thread.
 */
public record DatabaseDirectory(Disk disk, Path path) {
    public static final String IDENTITY = "IDENTITY";
    public static final String STORE = "store";

    private static final String LOCK = "LOCK";
    private static final String SNAPSHOTS = "snapshots";
    private static final String DATABASE = "database"; // for messages about the lock

    /** The file that says which database it is. */
    public Path identityFile() {
        return path.resolve(IDENTITY);
    }

    /** The directory of certificates and indexes. */
    public Path store() {
        return path.resolve(STORE);
    }

    /** The directory of the snapshots that are held. */
    public Path snapshots() {
        return path.resolve(SNAPSHOTS);
    }

    /** The directory of a snapshot of this database. */
    public DatabaseDirectory snapshot(String id) {
        return new DatabaseDirectory(disk, snapshots().resolve(id));
    }

    /** Makes the directory of a new snapshot, with a name that begins so. */
    public DatabaseDirectory newSnapshot(String prefix) throws IOException {
        disk.makeDirectories(snapshots());
        return new DatabaseDirectory(disk, disk.makeTemporaryDirectory(snapshots(), prefix));
    }

    /** The database of which this is the directory of a snapshot. */
    public DatabaseDirectory ofSnapshot() {
        return new DatabaseDirectory(disk, path.getParent().getParent());
    }

    /** The recovery files in it: those of a database that has no other directory for them, or its first ones. */
    public RecoveryDirectory recoveryFiles() {
        return new RecoveryDirectory(disk, path);
    }

    /** Whether it holds a database: its store may be missing all the same. */
    public boolean hasIdentity() {
        return disk.exists(identityFile());
    }

    /** Whether something has the place of a store. */
    public boolean hasStore() {
        return disk.exists(store());
    }

    /**
     * Reads which database it is.
     *
     * @throws OperatorFault DAMAGED when a line is missing or malformed, FAILED when the format is too new
     */
    public DatabaseIdentity identity() throws IOException {
        byte[] text = Durable.read(disk, identityFile());
        return DatabaseIdentity.parse(new String(text, StandardCharsets.UTF_8), identityFile());
    }

    /** Writes which database it is, all or nothing. */
    public void write(DatabaseIdentity identity) throws IOException {
        Durable.replace(disk, identityFile(), identity.text().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Takes the right to open it.
     *
     * @param program who takes it, for whoever comes second
     * @throws OperatorFault BUSY, with the holder's name, when another process (or this one) has it
     */
    public DirectoryLock lock(String program) throws IOException {
        return DirectoryLock.take(path, LOCK, DATABASE, program);
    }

    /**
     * Takes the right to open it, if need be after a program that holds it only for moments.
     *
     * @param program who takes it
     * @param brief that other program; all others are BUSY at once
     * @param most how long to wait for it
     * @throws OperatorFault BUSY, as {@link #lock}
     */
    public DirectoryLock lockAfter(String program, String brief, Duration most) throws IOException {
        return DirectoryLock.takeAfter(path, LOCK, DATABASE, program, brief, most);
    }

    /** Whether a path is that of the lock, which is there in a directory that holds nothing else, too. */
    public static boolean isLock(Path file) {
        return file.getFileName().toString().equals(LOCK);
    }

    /**
     * Makes sure that nobody has it open; changes nothing in it.
     *
     * @throws OperatorFault BUSY, with the holder's name
     */
    public void requireNotOpen(String program) throws IOException {
        DirectoryLock.requireFree(path, LOCK, DATABASE, program);
    }

    /** Removes the snapshots that nobody holds, and their directory if nothing is left in it. */
    public void removeUnheldSnapshots() throws IOException {
        DirectoryLock.removeUnheld(snapshots(), LOCK);
    }

    /** Bytes that can still be written to its file system. */
    public long usableBytes() throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
