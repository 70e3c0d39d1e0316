package oks.backup.output;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import org.apache.commons.io.file.PathUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for what is needed only now; removed when it is closed, and also when a signal ends the process. What a
 * process left that was killed is removed by the next one: the lock on its file {@code LOCK} went with the process.
 *
 * @param directory where the files go
 * @param root the directory that is removed: that one and the lock
 */
public record Scratch(Path directory, Path root, FileChannel lock, AtExit atExit) implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final String PREFIX = BackupContext.NAME + "-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,18})-.*");
    private static final String LOCK = "LOCK";

    private static final long NO_ROOM = 1 << 20; // bytes; less is none

    /**
     * Makes one, and removes what killed processes left beside it.
     *
     * @throws OperatorFault FAILED when the parent is not there or cannot be written
     */
    public static Scratch in(Path parent) throws IOException {
        require(parent);
        try {
            return begin(parent);
        } catch (IOException e) {
            throw unusable(
                            parent,
                            "cannot be used: " + IoReason.of(e),
                            "look at its rights and its disk, or name another one with --scratch DIR")
                    .because(e);
        }
    }

    /** @throws OperatorFault FAILED when there is no such directory */
    public static void require(Path parent) {
        if (!Files.isDirectory(parent)) {
            throw unusable(
                    parent,
                    Files.exists(parent) ? "is not a directory" : "does not exist",
                    "make it, or name another one with --scratch DIR");
        }
    }

    /**
     * Says what kept a file from being written: a kernel names neither file nor disk.
     *
     * @param failure of reading something else or of writing here
     * @return a fault that names the directory, where it is full; otherwise empty
     */
    public Optional<OperatorFault> full(IOException failure) throws IOException {
        return Files.getFileStore(root).getUsableSpace() >= NO_ROOM
                ? Optional.empty()
                : Optional.of(unwritable(failure));
    }

    /** A fault that names the directory. */
    public OperatorFault unwritable(IOException failure) {
        return unusable(
                        root.getParent(),
                        "cannot take what has to be unpacked or copied: " + IoReason.of(failure),
                        "make room there, or name a directory on another disk with --scratch DIR")
                .because(failure);
    }

    private static OperatorFault unusable(Path parent, String why, String next) {
        return OperatorFault.of(ExitCode.FAILED, "scratch directory \"%s\" %s", parent, why)
                .kept("nothing was made or changed; the backup directory is as it was")
                .next("%s", next);
    }

    private static Scratch begin(Path parent) throws IOException {
        Path root = Files.createTempDirectory(parent, ownPrefix());
        AtExit atExit = AtExit.register(() -> PathUtils.deleteDirectory(root));
        try {
            removeLeft(parent, Files.getOwner(root));
            return new Scratch(Files.createDirectory(root.resolve("files")), root, locked(root), atExit);
        } catch (IOException | RuntimeException e) {
            try (atExit) {
                PathUtils.deleteDirectory(root);
                throw e;
            }
        }
    }

    /**
     * Those of one process have its number in their names, for closing a second channel on LOCK would give its lock
     * away.
     */
    private static String ownPrefix() {
        return PREFIX + ProcessHandle.current().pid() + "-";
    }

    /** Another process sees the file only when it is locked. */
    private static FileChannel locked(Path root) throws IOException {
        Path begun = root.resolve(LOCK + ".new");
        FileChannel lock = FileChannel.open(begun, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.lock();
            Files.move(begun, root.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
            return lock;
        } catch (IOException | RuntimeException e) {
            try (lock) {
                throw e;
            }
        }
    }

    private static void removeLeft(Path parent, UserPrincipal self) throws IOException {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path other : others) {
                if (!other.getFileName().toString().startsWith(ownPrefix())) {
                    removeIfLeft(other, self);
                }
            }
        }
    }

    private static void removeIfLeft(Path other, UserPrincipal self) {
        try {
            if (Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(other).equals(self)
                    && !isInUse(other)) {
                PathUtils.deleteDirectory(other);
            }
        } catch (IOException e) {
            LOG.debug("\"{}\" stays: {}", other, e.getMessage());
        }
    }

    /** By its lock; where it has none yet, by the process that began it. */
    private static boolean isInUse(Path root) throws IOException {
        try (FileChannel lock =
                FileChannel.open(root.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            return lock.tryLock() == null;
        } catch (NoSuchFileException begun) {
            Matcher name = NAME.matcher(root.getFileName().toString());
            return !name.matches()
                    || ProcessHandle.of(Long.parseLong(name.group(1))).isPresent();
        }
    }

    @Override
    public void close() throws IOException {
        atExit.close();
        try (lock) {
            PathUtils.deleteDirectory(root);
        }
    }
}
