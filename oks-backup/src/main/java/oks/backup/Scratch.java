package oks.backup;

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
import org.apache.commons.io.file.PathUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for what is needed only now; removed when it is closed, and also when a signal ends the process. What a process
 * left that was killed is removed by the next one: the lock on its file {@code LOCK} went with the process.
 *
 * @param directory where the files go
 * @param root the directory that is removed: that one and the lock
 */
record Scratch(Path directory, Path root, FileChannel lock, AtExit atExit) implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final String PREFIX = OksBackup.NAME + "-";
    private static final String LOCK = "LOCK";

    static Scratch in(Path parent) throws IOException {
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

    /** Those of one process have its number in their names, for closing a second channel on LOCK would give its lock away. */
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
            if (Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS) && Files.getOwner(other).equals(self) && !isLocked(other)) {
                PathUtils.deleteDirectory(other);
            }
        } catch (IOException e) {
            LOG.debug("\"{}\" stays: {}", other, e.getMessage());
        }
    }

    private static boolean isLocked(Path root) throws IOException {
        try (FileChannel lock = FileChannel.open(root.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            return lock.tryLock() == null;
        } catch (NoSuchFileException e) {
            return true; // it is just being made, or is not a scratch directory
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
