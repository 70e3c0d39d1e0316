package oks.restore.database;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.archive.ArchiveSource;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.durable.Modes;
import oks.durable.Ownership;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseIdentity;
import org.apache.commons.io.file.PathUtils;
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
    private final Path directory;
    private final DirectoryLock lock;
    private boolean published;

    private RestoreStaging(Disk disk, TargetDirectory target, Path directory, DirectoryLock lock) {
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
        Path directory = directory(target);
        Files.createDirectories(directory, Modes.DIRECTORY);
        DirectoryLock lock = DirectoryLock.take(directory, "oks-restore");
        try {
            RestoreStaging staging = new RestoreStaging(disk, target, directory, lock);
            // The marker first and forced: whatever else a crash leaves here can be known as a restore's.
            Durable.replace(disk, directory.resolve(MARKER), (what + "\n").getBytes(StandardCharsets.UTF_8));
            disk.syncDirectory(directory.getParent());
            staging.empty();
            Files.createDirectory(staging.unpacked());
            Files.createDirectory(staging.logs());
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
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return Files.isWritable(directory.getParent())
                    ? Optional.empty()
                    : Optional.of(OperatorFault.of(
                                    ExitCode.FAILED, "directory \"%s\" cannot be written", directory.getParent())
                            .kept("nothing was changed")
                            .next("restore as the user that owns it, or name another directory with --db DIR"));
        }
        boolean ours = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && (Files.isRegularFile(directory.resolve(MARKER), LinkOption.NOFOLLOW_LINKS)
                        || holdsNothing(disk.list(directory)));
        if (!ours) {
            return Optional.of(
                    OperatorFault.of(ExitCode.FAILED, "\"%s\" is in the way, and no restore left it", directory)
                            .kept("nothing was changed")
                            .next("move it aside"));
        }
        try {
            TargetDirectory.refuseIfOpen(directory);
            return Optional.empty();
        } catch (OperatorFault open) {
            return Optional.of(open);
        }
    }

    /** Whether it is the rest of a restore that was interrupted before it could set its marker. */
    private static boolean holdsNothing(List<Path> entries) {
        return entries.stream().allMatch(entry -> {
            String name = entry.getFileName().toString();
            return name.equals(DirectoryLock.FILE) || name.equals("." + MARKER + ".new");
        });
    }

    /** Removes everything but the lock and the marker. */
    private void empty() throws IOException {
        for (Path entry : disk.list(directory)) {
            String name = entry.getFileName().toString();
            if (!name.equals(MARKER) && !name.equals(DirectoryLock.FILE)) {
                remove(entry);
            }
        }
    }

    /** Never follows a symbolic link. */
    private static void remove(Path entry) throws IOException {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            PathUtils.deleteDirectory(entry);
        } else {
            Files.deleteIfExists(entry);
        }
    }

    /** The database directory that is being made. */
    Path directory() {
        return directory;
    }

    /** Where the archive is unpacked. */
    Path unpacked() {
        return directory.resolve("unpacked");
    }

    /** Where RocksDB writes its own LOG meanwhile. */
    Path logs() {
        return directory.resolve("logs");
    }

    /** The store of the database that is being made. */
    Path store() {
        return directory.resolve(ArchiveSource.STORE);
    }

    /** Takes the store out of the unpacked archive. */
    void adoptStore(String databaseInArchive) throws IOException {
        Path unpacked = unpacked().resolve(databaseInArchive).resolve(ArchiveSource.STORE);
        Files.move(unpacked, store(), StandardCopyOption.ATOMIC_MOVE);
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
        Ownership.ofTree(directory, target.owned());
        new ForcedTree(disk).force(directory);
        identity.write(disk, directory);
        Optional<Path> aside = target.moveAside(now);
        disk.rename(directory, target.directory());
        published = true;
        disk.syncDirectory(directory.getParent());
        disk.delete(target.directory().resolve(MARKER));
        disk.syncDirectory(target.directory());
        return aside;
    }

    /** Gives the lock back; removes what was not published. */
    @Override
    public void close() throws IOException {
        try (lock) {
            if (!published) {
                PathUtils.deleteDirectory(directory);
            }
        } catch (IOException e) {
            if (published) {
                throw e;
            }
            LOG.warn("directory \"{}\" could not be removed; the next restore will: {}", directory, e.getMessage());
        }
    }
}
