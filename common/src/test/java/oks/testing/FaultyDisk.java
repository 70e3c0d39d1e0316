package oks.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import oks.durable.Disk;
import oks.durable.DurableFile;
import oks.testing.FaultPlan.Effect;

/**
 * A disk in memory that fails and loses power where a test wants it, and then shows what a real one might have kept.
 *
 * <p>Cache and durable contents are apart: a byte is safe after its file was forced, a name after its directory was.
 * Every operation that can fail is counted from 0, so that a test can run a workload once, read {@link #operations},
 * and then fail or crash it at each of them. The same seed gives the same behaviour. One thread.
 */
public final class FaultyDisk implements Disk {
    /** What goes wrong at an operation. */
    public enum Kind {
        /** The power goes away; of a write, a part may be under way. Every later operation throws {@link PowerLost}. */
        POWER_LOSS,
        /** The operation has no effect and fails. What a failed force left unforced may still reach the disk. */
        EIO,
        /**
         * A write or force fails half way for lack of space, or a file cannot be created; nothing else is concerned.
         */
        ENOSPC,
        /** A part of a write is carried out, then it fails. */
        SHORT_WRITE,
        /** A force fails, and from then on the kernel takes what it should have written for written ("fsyncgate"). */
        LYING_SYNC
    }

    /**
     * @param operation the number of the operation that fails, from 0
     * @param persistent all later operations that this kind concerns fail too, until {@link #repair}
     */
    public record Fault(Kind kind, int operation, boolean persistent) {
        @Override
        public String toString() {
            return kind + (persistent ? " from operation " : " at operation ") + operation;
        }
    }

    /** What becomes of things that were not forced. */
    public enum Crash {
        /** The program was killed: the kernel goes on and keeps its cache. */
        KILL,
        /** The power failed: all that was not forced is lost. */
        POWER_LOSS_KEEPS_NOTHING,
        /** The power failed: any part of what was not forced is there, in any order, torn at any byte. */
        POWER_LOSS_KEEPS_SOME
    }

    /** Thrown by every operation after the power went away. */
    public static final class PowerLost extends RuntimeException {
        private static final long serialVersionUID = 1;

        PowerLost() {
            super("the power went away", null, false, false);
        }
    }

    private record NameChange(Path directory, Map<Path, Optional<FaultyInode>> entries) {}

    private final SplittableRandom random;
    private final TreeMap<Path, FaultyInode> names = new TreeMap<>();
    private final TreeMap<Path, FaultyInode> durableNames = new TreeMap<>();
    private final List<NameChange> unforcedNames = new ArrayList<>();
    private final List<NameChange> takenForForced = new ArrayList<>();
    private final Map<Path, Long> nameChanges = new TreeMap<>();
    private final List<String> trace = new ArrayList<>();
    private final FaultPlan plan = new FaultPlan();
    private boolean dead;

    public FaultyDisk(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A disk that fails in this way. */
    public static FaultyDisk with(Fault fault, long seed) {
        FaultyDisk disk = new FaultyDisk(seed);
        disk.plan(fault);
        return disk;
    }

    /** Fails in this way from now on; operations are counted since the disk was made. */
    public void plan(Fault next) {
        plan.set(next);
    }

    /** Fails in a second way after the planned fault happened, which must not be persistent. */
    public void planThen(Fault second) {
        plan.then(second);
    }

    /** No operation fails any more. */
    public void repair() {
        plan.set(null);
    }

    /**
     * Whether the (last) planned fault happened; a workload may be over before it, or its operation may be of another
     * sort.
     */
    public boolean fired() {
        return plan.fired();
    }

    /** Whether the power went away. */
    public boolean lostPower() {
        return dead;
    }

    /** How many operations were asked for so far. */
    public int operations() {
        return trace.size();
    }

    /** Every operation in order, for messages. */
    public List<String> trace() {
        return List.copyOf(trace);
    }

    /** A disk as the next start of the program finds it; this one stays as it is. The new one has no fault planned. */
    public FaultyDisk after(Crash crash, long seed) {
        FaultyDisk next = new FaultyDisk(seed);
        Map<FaultyInode, FaultyInode> copies = new IdentityHashMap<>();
        if (crash == Crash.KILL) {
            names.forEach((path, inode) -> next.names.put(path, copyOf(inode, copies)));
            durableNames.forEach((path, inode) -> next.durableNames.put(path, copyOf(inode, copies)));
            unforcedNames.forEach(change -> next.unforcedNames.add(copyOf(change, copies)));
            takenForForced.forEach(change -> next.takenForForced.add(copyOf(change, copies)));
            return next;
        }
        boolean some = crash == Crash.POWER_LOSS_KEEPS_SOME;
        Map<Path, FaultyInode> kept = new TreeMap<>(durableNames);
        for (NameChange change : unforcedNames) {
            if (some && next.random.nextBoolean()) {
                apply(change, kept);
            }
        }
        kept.forEach((path, inode) -> {
            FaultyInode found = copies.computeIfAbsent(inode, old -> old.afterPowerLoss(some, next.random));
            next.names.put(path, found);
            next.durableNames.put(path, found);
        });
        return next;
    }

    private static FaultyInode copyOf(FaultyInode inode, Map<FaultyInode, FaultyInode> copies) {
        return copies.computeIfAbsent(inode, FaultyInode::copy);
    }

    private static NameChange copyOf(NameChange change, Map<FaultyInode, FaultyInode> copies) {
        Map<Path, Optional<FaultyInode>> entries = new TreeMap<>();
        change.entries().forEach((path, inode) -> entries.put(path, inode.map(old -> copyOf(old, copies))));
        return new NameChange(change.directory(), entries);
    }

    private static void apply(NameChange change, Map<Path, FaultyInode> names) {
        change.entries().forEach((path, inode) -> {
            if (inode.isPresent()) {
                names.put(path, inode.get());
            } else {
                names.remove(path);
            }
        });
    }

    /** A file's bytes as a reader sees them now; not counted. */
    public byte[] bytes(Path file) {
        return names.get(key(file)).cached();
    }

    /** Puts a file there, name and bytes durable; not counted. */
    public void put(Path file, byte[] bytes) {
        FaultyInode inode = FaultyInode.durable(bytes);
        names.put(key(file), inode);
        durableNames.put(key(file), inode);
    }

    /** Takes a file away for good; not counted. */
    public void remove(Path file) {
        names.remove(key(file));
        durableNames.remove(key(file));
    }

    @Override
    public DurableFile create(Path file) throws IOException {
        count(Effect.CREATE, "create", file);
        if (names.containsKey(key(file))) {
            throw new FileAlreadyExistsException(file.toString());
        }
        FaultyInode inode = new FaultyInode();
        change(file, Map.of(key(file), Optional.of(inode)));
        return new OpenFile(file, inode, true);
    }

    @Override
    public DurableFile open(Path file) throws IOException {
        count(Effect.READ, "open", file);
        FaultyInode inode = find(file);
        if (inode.readOnly()) {
            throw new AccessDeniedException(file.toString());
        }
        return new OpenFile(file, inode, true);
    }

    @Override
    public DurableFile openForReading(Path file) throws IOException {
        count(Effect.READ, "open for reading", file);
        return new OpenFile(file, find(file), false);
    }

    private FaultyInode find(Path file) throws NoSuchFileException {
        FaultyInode inode = names.get(key(file));
        if (inode == null) {
            throw new NoSuchFileException(file.toString());
        }
        return inode;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        count(Effect.NAME, "rename", to);
        Map<Path, Optional<FaultyInode>> entries = new TreeMap<>();
        entries.put(key(from), Optional.empty());
        entries.put(key(to), Optional.of(find(from)));
        change(to, entries);
    }

    @Override
    public void delete(Path file) throws IOException {
        count(Effect.NAME, "delete", file);
        if (names.containsKey(key(file))) {
            change(file, Map.of(key(file), Optional.empty()));
        }
    }

    private void change(Path file, Map<Path, Optional<FaultyInode>> entries) {
        NameChange change = new NameChange(key(file).getParent(), entries);
        // A directory's block is written as a whole: the next change in it takes along what a lying force had left out.
        move(change.directory(), takenForForced, unforcedNames);
        apply(change, names);
        unforcedNames.add(change);
        nameChanges.merge(change.directory(), 1L, Long::sum);
    }

    @Override
    public void makeReadOnly(Path file) throws IOException {
        count(Effect.NAME, "make read-only", file);
        find(file).makeReadOnly();
    }

    @Override
    public boolean isReadOnly(Path file) throws IOException {
        count(Effect.READ, "is read-only", file);
        return find(file).readOnly();
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        Path forced = key(directory);
        try {
            count(Effect.SYNC, "sync directory", directory);
        } catch (IOException e) {
            if (plan.kind() == Kind.LYING_SYNC) {
                move(forced, unforcedNames, takenForForced);
            }
            throw e;
        }
        for (NameChange change : unforcedNames) {
            if (change.directory().equals(forced)) {
                apply(change, durableNames);
            }
        }
        unforcedNames.removeIf(change -> change.directory().equals(forced));
    }

    private static void move(Path directory, List<NameChange> from, List<NameChange> to) {
        from.stream().filter(change -> change.directory().equals(directory)).forEach(to::add);
        from.removeIf(change -> change.directory().equals(directory));
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        count(Effect.READ, "list", directory);
        Path listed = key(directory);
        return names.keySet().stream()
                .filter(file -> file.getParent().equals(listed))
                .map(file -> directory.resolve(file.getFileName()))
                .toList();
    }

    @Override
    public boolean exists(Path file) {
        return names.containsKey(key(file));
    }

    @Override
    public boolean isFile(Path file) {
        return exists(file);
    }

    /** Directories are there as long as something is in them. */
    @Override
    public boolean isDirectory(Path file) {
        Path directory = key(file);
        return names.keySet().stream().anyMatch(name -> name.startsWith(directory) && !name.equals(directory));
    }

    @Override
    public boolean isLink(Path file) {
        return false;
    }

    @Override
    public boolean isWritable(Path file) {
        return true;
    }

    @Override
    public boolean isSameFileSystem(Path one, Path other) {
        return true;
    }

    @Override
    public long size(Path file) throws IOException {
        count(Effect.READ, "size", file);
        return find(file).length();
    }

    /** Of a directory alone; counts the changes of its names. */
    @Override
    public FileTime lastModified(Path directory) throws IOException {
        count(Effect.READ, "last modified", directory);
        return FileTime.fromMillis(nameChanges.getOrDefault(key(directory), 0L));
    }

    @Override
    public Object identity(Path file) throws IOException {
        count(Effect.READ, "identity", file);
        return find(file);
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        count(Effect.CREATE, "make directories", directory);
    }

    @Override
    public Path makeTemporaryDirectory(Path parent, String prefix) throws IOException {
        count(Effect.CREATE, "make temporary directory", parent);
        return parent.resolve(prefix + operations());
    }

    @Override
    public void deleteTree(Path directory) throws IOException {
        count(Effect.NAME, "delete tree", directory);
        Path top = key(directory);
        List<Path> below =
                names.keySet().stream().filter(name -> name.startsWith(top)).toList();
        below.forEach(name -> change(name, Map.of(name, Optional.empty())));
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        count(Effect.READ, "usable bytes", path);
        return plan.fired() && plan.kind() == Kind.ENOSPC ? 0 : 1L << 40;
    }

    private static Path key(Path file) {
        return file.toAbsolutePath().normalize();
    }

    /** Counts an operation; throws when it is to fail, before it has any effect. */
    private void count(Effect effect, String what, Path file) throws IOException {
        if (dead) {
            throw new PowerLost();
        }
        int number = trace.size();
        trace.add(number + " " + what + " " + file.getFileName());
        if (!plan.fails(effect, number)) {
            return;
        }
        if (plan.kind() == Kind.POWER_LOSS) {
            dead = true;
            throw new PowerLost();
        }
        throw new IOException(plan.kind() == Kind.ENOSPC ? "No space left on device" : "Input/output error");
    }

    private final class OpenFile implements DurableFile {
        private final Path path;
        private final FaultyInode inode;
        private final boolean writable;
        private boolean closed;

        OpenFile(Path path, FaultyInode inode, boolean writable) {
            this.path = path;
            this.inode = inode;
            this.writable = writable;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public long size() throws IOException {
            begin(Effect.READ, "size");
            return inode.length();
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            begin(Effect.READ, "read");
            return inode.read(into, offset);
        }

        @Override
        public void write(long offset, ByteBuffer... from) throws IOException {
            byte[] bytes = gather(from);
            boolean wasDead = dead;
            try {
                begin(Effect.WRITE, "write");
            } catch (IOException | PowerLost e) {
                if (!wasDead && plan.kind() != Kind.EIO) {
                    inode.write(Math.toIntExact(offset), bytes, random.nextInt(bytes.length + 1));
                }
                throw e;
            }
            inode.write(Math.toIntExact(offset), bytes, bytes.length);
        }

        @Override
        public void sync() throws IOException {
            force("sync");
        }

        @Override
        public void syncAll() throws IOException {
            force("sync all");
        }

        private void force(String what) throws IOException {
            try {
                begin(Effect.SYNC, what);
            } catch (IOException e) {
                if (plan.kind() == Kind.LYING_SYNC) {
                    inode.forgetUnforced();
                }
                throw e;
            }
            inode.force();
        }

        @Override
        public void truncate(long length) throws IOException {
            begin(Effect.CUT, "truncate");
            inode.truncate(Math.toIntExact(Math.min(length, inode.length())));
        }

        private void begin(Effect effect, String what) throws IOException {
            if (closed) {
                throw new IllegalStateException(what + " of the closed file " + path);
            }
            if (!writable && effect != Effect.READ) {
                throw new IllegalStateException(what + " of " + path + ", which is open for reading only");
            }
            count(effect, what, path);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static byte[] gather(ByteBuffer... from) {
        int length = 0;
        for (ByteBuffer buffer : from) {
            length += buffer.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (ByteBuffer buffer : from) {
            all.put(buffer);
        }
        return all.array();
    }
}
