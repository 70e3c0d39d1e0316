package oks.restore.database;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;

/** The database directory that a restore makes: absent, empty, or to be moved aside; open to nobody. */
public final class TargetDirectory implements Closeable {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Disk disk;
    private final Path directory;
    private final Optional<DirectoryLock> old;

    /** @param old held so that nobody opens the old database meanwhile; empty when there is none */
    private TargetDirectory(Disk disk, Path directory, Optional<DirectoryLock> old) {
        this.disk = disk;
        this.directory = directory;
        this.old = old;
    }

    /**
     * Looks whether a database can be restored to this directory; changes nothing but the old one's file LOCK.
     *
     * @param moveAside whether what is there may be renamed, when everything else is done
     * @throws OperatorFault BUSY when the directory is open, FAILED when it is not empty or cannot be made
     */
    public static TargetDirectory of(Disk disk, Path named, boolean moveAside) throws IOException {
        Path directory = named.toAbsolutePath().normalize();
        Path parent = directory.getParent();
        if (parent == null || !disk.isDirectory(parent)) {
            throw refused("directory \"%s\", in which \"%s\" is to be made, does not exist", parent, directory)
                    .next("make it first, as the user that will run oksd: \"mkdir -p %s\"", parent);
        }
        boolean isThere = disk.isTaken(directory);
        if (isThere) {
            requireUsable(disk, directory, parent);
        }
        if (!isThere || disk.list(directory).isEmpty()) {
            return new TargetDirectory(disk, directory, Optional.empty());
        }
        DatabaseDirectory database = new DatabaseDirectory(disk, directory);
        if (moveAside) {
            return new TargetDirectory(disk, directory, Optional.of(database.lock("oks-restore")));
        }
        database.requireNotOpen("oks-restore");
        throw refused("target directory \"%s\" is not empty", directory)
                .next("say --move-aside to rename and keep it, or name another directory with --db DIR");
    }

    private static void requireUsable(Disk disk, Path directory, Path parent) throws IOException {
        if (!disk.isDirectory(directory) || disk.isLink(directory)) {
            throw refused("target \"%s\" is not a directory", directory).next("name another directory with --db DIR");
        }
        if (!disk.isSameFileSystem(directory, parent)) {
            throw refused(
                            "target directory \"%s\" is a file system of its own, so nothing can be renamed to it",
                            directory)
                    .next("name a directory inside it: \"--db %s\"", directory.resolve("db"));
        }
    }

    private static OperatorFault refused(String format, Object... values) {
        return OperatorFault.of(ExitCode.FAILED, format, values).kept("nothing was changed");
    }

    /**
     * The fault of a restore that would fill the file system.
     *
     * @param needed bytes that will be written, estimated from the archive and the recovery files
     * @param free bytes that are free
     */
    Optional<OperatorFault> lackOfSpace(long needed, long free) {
        return needed <= free
                ? Optional.empty()
                : Optional.of(refused(
                                "the restore needs about %d bytes, but the file system of \"%s\" has %d",
                                needed, directory.getParent(), free)
                        .next("make room, or name a directory on another file system with --db DIR"));
    }

    /** Bytes that are free in the file system where the directory will be. */
    long usableBytes() throws IOException {
        return disk.usableBytes(directory.getParent());
    }

    Path directory() {
        return directory;
    }

    /** The directory whose owner the restored database gets, if root restores it: the old one, or its parent. */
    Path owned() {
        return disk.isDirectory(directory) ? directory : directory.getParent();
    }

    /** Whether the old directory is to be renamed. */
    boolean isMovedAside() {
        return old.isPresent();
    }

    /**
     * Renames what is there, if anything is, to a name that is free; forces nothing.
     *
     * @return its new name
     */
    Optional<Path> moveAside(Instant now) throws IOException {
        if (old.isEmpty()) {
            return Optional.empty();
        }
        String name = directory.getFileName() + ".before-" + TIMESTAMP.format(now);
        Path aside = directory.resolveSibling(name);
        for (int i = 2; disk.isTaken(aside); i++) {
            aside = directory.resolveSibling(name + "-" + i);
        }
        disk.rename(directory, aside);
        return Optional.of(aside);
    }

    /** Gives the old directory's lock back. */
    @Override
    public void close() throws IOException {
        if (old.isPresent()) {
            old.get().close();
        }
    }
}
