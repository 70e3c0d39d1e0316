package oks.restore.database;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.durable.Ownership;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code DIR.restoring}: a database that is being made, locked, marked by the file RESTORING, without an IDENTITY until
 * everything else is on disk. Closing it unpublished removes it.
 */
final class RestoreStaging implements Closeable {
    static final String SUFFIX = ".restoring";
    static final String MARKER = "RESTORING";

    private static final Logger LOG = LoggerFactory.getLogger(RestoreStaging.class);

    private final Disk disk;
    private final TargetDirectory target;
    private final DatabaseDirectory directory;
    private final DirectoryLock lock;
    private boolean published;

    private RestoreStaging(Disk disk, TargetDirectory target, DatabaseDirectory directory, DirectoryLock lock) {
        this.disk = disk;
        this.target = target;
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Makes the directory, or empties the one that an interrupted restore left.
     *
     * @param what for the marker: what is being restored
     * @throws OperatorFault BUSY when another restore is at work there, FAILED when it is not a restore's
     */
    static RestoreStaging begin(Disk disk, TargetDirectory target, String what) throws IOException {
        Optional<OperatorFault> obstacle = obstacle(disk, target);
        if (obstacle.isPresent()) {
            throw obstacle.get();
        }
        Path path = directory(target);
        disk.makeDirectories(path);
        DatabaseDirectory directory = new DatabaseDirectory(disk, path);
        DirectoryLock lock = directory.lock("oks-restore");
        try {
            RestoreStaging staging = new RestoreStaging(disk, target, directory, lock);
            // The marker first and forced: whatever else a crash leaves here can be known as a restore's.
            Durable.replace(disk, path.resolve(MARKER), (what + "\n").getBytes(StandardCharsets.UTF_8));
            disk.syncDirectory(path.getParent());
            staging.empty();
            disk.makeDirectories(staging.unpacked());
            disk.makeDirectories(staging.logs());
            return staging;
        } catch (IOException | RuntimeException e) {
            try (lock) {
                throw e;
            }
        }
    }

    private static Path directory(TargetDirectory target) {
        return target.directory().resolveSibling(target.directory().getFileName() + SUFFIX);
    }

    /** The fault with which {@link #begin} would end: no other restore may be at work, and nothing else in the way. */
    static Optional<OperatorFault> obstacle(Disk disk, TargetDirectory target) throws IOException {
        Path directory = directory(target);
        if (!disk.isTaken(directory)) {
            return disk.isWritable(directory.getParent())
                    ? Optional.empty()
                    : Optional.of(OperatorFault.of(
                                    ExitCode.FAILED, "directory \"%s\" cannot be written", directory.getParent())
                            .kept("nothing was changed")
                            .next("restore as the user that owns it, or name another directory with --db DIR"));
        }
        Path marker = directory.resolve(MARKER);
        boolean ours = disk.isDirectory(directory)
                && !disk.isLink(directory)
                && (disk.isFile(marker) && !disk.isLink(marker) || holdsNothing(disk.list(directory)));
        if (!ours) {
            return Optional.of(
                    OperatorFault.of(ExitCode.FAILED, "\"%s\" is in the way, and no restore left it", directory)
                            .kept("nothing was changed")
                            .next("move it aside"));
        }
        try {
            new DatabaseDirectory(disk, directory).requireNotOpen("oks-restore");
            return Optional.empty();
        } catch (OperatorFault open) {
            return Optional.of(open);
        }
    }

    /** Whether it is the rest of a restore that was interrupted before it could set its marker. */
    private static boolean holdsNothing(List<Path> entries) {
        return entries.stream()
                .allMatch(entry -> DatabaseDirectory.isLock(entry)
                        || Durable.published(entry)
                                .filter(RestoreStaging::isMarker)
                                .isPresent());
    }

    private static boolean isMarker(Path entry) {
        return entry.getFileName().toString().equals(MARKER);
    }

    /** Removes everything but the lock and the marker. */
    private void empty() throws IOException {
        for (Path entry : disk.list(directory.path())) {
            if (!isMarker(entry) && !DatabaseDirectory.isLock(entry)) {
                remove(entry);
            }
        }
    }

    /** Never follows a symbolic link. */
    private void remove(Path entry) throws IOException {
        if (disk.isDirectory(entry) && !disk.isLink(entry)) {
            disk.deleteTree(entry);
        } else {
            disk.delete(entry);
        }
    }

    /** The database directory that is being made. */
    DatabaseDirectory directory() {
        return directory;
    }

    /** Where the archive is unpacked. */
    Path unpacked() {
        return directory.path().resolve("unpacked");
    }

    /** Where RocksDB writes its own LOG meanwhile. */
    Path logs() {
        return directory.path().resolve("logs");
    }

    /** Takes the store out of the unpacked archive. */
    void adoptStore(String databaseInArchive) throws IOException {
        DatabaseDirectory unpacked = new DatabaseDirectory(disk, unpacked().resolve(databaseInArchive));
        disk.rename(unpacked.store(), directory.store());
    }

    /**
     * Forces everything to disk, writes IDENTITY, gives the directory its name, and forces that too. The lock stays
     * taken until {@link #close}. A crash between the renames leaves no directory of that name: a restore begins again
     * then.
     *
     * @return where the directory is now that had the name before
     */
    Optional<Path> publish(DatabaseIdentity identity, Instant now) throws IOException {
        remove(unpacked());
        remove(logs());
        Ownership.ofTree(directory.path(), target.owned());
        new ForcedTree(disk).force(directory.path());
        directory.write(identity);
        Optional<Path> aside = target.moveAside(now);
        disk.rename(directory.path(), target.directory());
        published = true;
        disk.syncDirectory(directory.path().getParent());
        disk.delete(target.directory().resolve(MARKER));
        disk.syncDirectory(target.directory());
        return aside;
    }

    /** Gives the lock back; removes what was not published. */
    @Override
    public void close() throws IOException {
        try (lock) {
            if (!published) {
                disk.deleteTree(directory.path());
            }
        } catch (IOException e) {
            if (published) {
                throw e;
            }
            LOG.warn("directory \"{}\" could not be removed; the next restore will: {}", directory, e.getMessage());
        }
    }
}
