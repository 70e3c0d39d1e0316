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
import java.util.Optional;
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
            Attempt attempt = attempt(directory, name, program);
            if (!attempt.holder().isOf(brief) || System.nanoTime() > end) {
                return attempt.lockOrBusy(what, directory);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Whether somebody holds the lock of a directory; one that nobody ever locked stays without a lock file. */
    public static boolean isHeld(Path directory, String name) throws IOException {
        if (!Files.exists(directory.resolve(name))) {
            return false;
        }
        Optional<DirectoryLock> free = attempt(directory, name, "oks").lock();
        if (free.isPresent()) {
            free.get().close();
        }
        return free.isEmpty();
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
        return attempt(directory, name, program).lockOrBusy(what, directory);
    }

    /** The lock, or who has it. */
    private record Attempt(Optional<DirectoryLock> lock, Holder holder) {
        DirectoryLock lockOrBusy(String what, Path directory) {
            return lock.orElseThrow(
                    () -> OperatorFault.of(ExitCode.BUSY, "%s \"%s\" is open already, by %s", what, directory, holder)
                            .kept("nothing was changed")
                            .next("stop that program or wait for its end, or use another directory"));
        }
    }

    /** Who holds a lock, as its file says: {@code oksd pid 4711}. */
    private record Holder(String text) {
        private static final Holder NOBODY = new Holder("nobody");
        private static final Holder THIS_PROCESS = new Holder("this program");
        private static final Holder UNKNOWN = new Holder("an unknown program");
        private static final String PID = " pid ";

        static Holder ofThisProcess(String program) {
            return new Holder(program + PID + ProcessHandle.current().pid());
        }

        /** Whether the program's name is this, or begins with this word. */
        boolean isOf(String program) {
            return text.startsWith(program + " ") && text.contains(PID);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static Attempt attempt(Path directory, String name, String program) throws IOException {
        Path file = directory.toRealPath().resolve(name);
        if (!HELD.add(file)) {
            return new Attempt(Optional.empty(), Holder.THIS_PROCESS);
        }
        boolean taken = false;
        try {
            Attempt attempt = attemptFile(file, program);
            taken = attempt.lock().isPresent();
            return attempt;
        } finally {
            if (!taken) {
                HELD.remove(file);
            }
        }
    }

    private static Attempt attemptFile(Path file, String program) throws IOException {
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), Modes.FILE);
        try {
            Ownership.ofDirectory(file);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                try (channel) {
                    return new Attempt(Optional.empty(), holder(channel));
                }
            }
            String text = Holder.ofThisProcess(program) + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            return new Attempt(Optional.of(new DirectoryLock(file, channel)), Holder.NOBODY);
        } catch (IOException | RuntimeException e) {
            try (channel) { // still ours: no lock exists yet
                throw e;
            }
        }
    }

    private static Holder holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT);
        channel.read(text, 0);
        String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return holder.isEmpty() ? Holder.UNKNOWN : new Holder(holder);
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
