package oks.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.apache.commons.io.file.PathUtils;

/**
 * The right to use a directory: an operating system lock on a file in it, gone with the process. The file says who
 * holds it; its text means nothing once the lock is free.
 */
public final class DirectoryLock implements Closeable {
    private static final int MAX_TEXT = 200;
    private static final Duration LOOK = Duration.ofMillis(50);

    /**
     * The lock files that this process holds. Static, because the kernel's lock belongs to the process: closing any
     * second channel on a locked file, even one that was refused, would give the lock away (fcntl(2), "Record
     * locking").
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private boolean closed;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock, if need be after a program that holds it only for moments.
     *
     * @param name the lock file's name
     * @param what what the directory is, for messages
     * @param program who takes it
     * @param brief that other program; all others are BUSY at once
     * @param most how long to wait for it
     */
    public static DirectoryLock takeAfter(
            Path directory, String name, String what, String program, String brief, Duration most) throws IOException {
        long end = System.nanoTime() + most.toNanos();
        while (true) {
            try {
                return take(directory, name, what, program);
            } catch (OperatorFault busy) {
                if (!busy.what().contains(", by " + brief + " ") || System.nanoTime() > end) {
                    throw busy;
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /** Whether somebody holds the lock of a directory; one that nobody ever locked stays without a lock file. */
    public static boolean isHeld(Path directory, String name) throws IOException {
        if (!Files.exists(directory.resolve(name))) {
            return false;
        }
        try {
            take(directory, name, "directory", "oks").close();
            return false;
        } catch (OperatorFault busy) {
            return true;
        }
    }

    /** Removes the directories in a directory that nobody holds, and that one if nothing is left in it. */
    public static void removeUnheld(Path parent, String name) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        boolean empty = true;
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent)) {
            for (Path directory : directories) {
                if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && isHeld(directory, name)) {
                    empty = false;
                } else {
                    PathUtils.delete(directory);
                }
            }
        }
        if (empty) {
            Files.delete(parent);
        }
    }

    /**
     * Makes sure that nobody holds the lock; only looks at the lock file, which stays as it is.
     *
     * @throws OperatorFault BUSY, with the holder's name
     */
    public static void requireFree(Path directory, String name, String what, String program) throws IOException {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file) && isLocked(file)) {
            take(directory, name, what, program).close(); // says who holds it
        }
    }

    private static boolean isLocked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return true;
        }
    }

    /**
     * Takes the lock.
     *
     * @param name the lock file's name
     * @param what what the directory is, for messages
     * @param program who takes it
     * @throws OperatorFault BUSY, with the holder's name
     */
    public static DirectoryLock take(Path directory, String name, String what, String program) throws IOException {
        Path file = directory.toRealPath().resolve(name);
        if (!HELD.add(file)) {
            throw busy(what, directory, "this program");
        }
        try {
            return takeFile(directory, file, what, program);
        } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        }
    }

    private static DirectoryLock takeFile(Path directory, Path file, String what, String program) throws IOException {
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), Modes.FILE);
        try {
            Ownership.ofDirectory(file);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw busy(what, directory, holder(channel));
            }
            String text = program + " pid " + ProcessHandle.current().pid() + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            return new DirectoryLock(file, channel);
        } catch (IOException | RuntimeException e) {
            try (channel) { // still ours: no lock exists yet
                throw e;
            }
        }
    }

    private static OperatorFault busy(String what, Path directory, String holder) {
        return OperatorFault.of(ExitCode.BUSY, "%s \"%s\" is open already, by %s", what, directory, holder)
                .kept("nothing was changed")
                .next("stop that program or wait for its end, or use another directory");
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT);
        channel.read(text, 0);
        String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return holder.isEmpty() ? "an unknown program" : holder;
    }

    /** Lets go; does nothing the second time, when it may be somebody else's. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
