package oks.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import oks.durable.DurableFile;
import oks.durable.ForwardingDisk;
import oks.durable.RealDisk;

/**
 * A real file system on which everything ends at one operation: operations that change something are counted from 0,
 * the one with the wanted number and all after it have no effect and fail. So a test can enumerate every moment of a
 * run.
 *
 * <p>After a killed process, what was done before is there; of a write, the first half. After a power cut, names are as
 * they were when their directory was forced last, and files as long as they were when they were forced. One thread.
 */
final class CrashingDisk extends ForwardingDisk {
    enum End {
        KILL,
        POWER_CUT
    }

    private final RealDisk real = new RealDisk();
    private final Path stash;
    private final End end;
    private final long at;
    private final Deque<Unsynced> unsynced = new ArrayDeque<>(); // the last one first
    private final Map<Path, Long> forced = new HashMap<>(); // files that were written to: how many bytes are safe
    private long operations;

    /** How to bring back what a directory had when it was forced last. */
    private record Unsynced(Path directory, Undo undo) {}

    private interface Undo {
        void run() throws IOException;
    }

    /** @param stash an empty directory of the same file system, for what a power cut brings back */
    CrashingDisk(Path stash, End end, long at) {
        super(new RealDisk());
        this.stash = stash;
        this.end = end;
        this.at = at;
    }

    /** Operations that changed something, or would have. */
    long operations() {
        return operations;
    }

    boolean ended() {
        return operations > at;
    }

    private void step() throws IOException {
        if (operations++ < at) {
            return;
        }
        if (operations == at + 1 && end == End.POWER_CUT) {
            cutPower();
        }
        throw new IOException("the process was ended");
    }

    private void cutPower() throws IOException {
        for (Map.Entry<Path, Long> file : forced.entrySet()) {
            if (real.exists(file.getKey()) && Files.size(file.getKey()) > file.getValue()) {
                try (DurableFile open = real.open(file.getKey())) {
                    open.truncate(file.getValue());
                }
            }
        }
        for (Unsynced step : unsynced) {
            step.undo().run();
        }
    }

    private void remember(Path changed, Undo undo) {
        unsynced.push(new Unsynced(changed.toAbsolutePath().getParent(), undo));
    }

    /** A second name for a file that may have to come back. */
    private Path stashed(Path file) throws IOException {
        return Files.createLink(stash.resolve("stashed-" + operations), file);
    }

    @Override
    public DurableFile create(Path file) throws IOException {
        step();
        DurableFile created = real.create(file);
        remember(file, () -> real.delete(file));
        forced.put(file, 0L);
        return new Watched(created);
    }

    @Override
    public DurableFile open(Path file) throws IOException {
        forced.putIfAbsent(file, Files.size(file));
        return new Watched(real.open(file));
    }

    @Override
    public DurableFile openForReading(Path file) throws IOException {
        return real.openForReading(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        Path before = real.exists(to) ? stashed(to) : null;
        real.rename(from, to);
        Long safe = forced.remove(from);
        if (safe != null) {
            forced.put(to, safe);
        }
        remember(to, () -> {
            Files.move(to, from, StandardCopyOption.ATOMIC_MOVE);
            if (before != null) {
                Files.createLink(to, before);
            }
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        step();
        if (!real.exists(file)) {
            return;
        }
        Path before = stashed(file);
        real.delete(file);
        forced.remove(file);
        remember(file, () -> Files.createLink(file, before));
    }

    @Override
    public void makeReadOnly(Path file) throws IOException {
        step();
        real.makeReadOnly(file);
    }

    @Override
    public boolean isReadOnly(Path file) throws IOException {
        return real.isReadOnly(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        step();
        for (Iterator<Unsynced> steps = unsynced.iterator(); steps.hasNext(); ) {
            if (steps.next().directory().equals(directory.toAbsolutePath())) {
                steps.remove();
            }
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public boolean exists(Path file) {
        return real.exists(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return real.usableBytes(path);
    }

    private final class Watched implements DurableFile {
        private final DurableFile file;

        private Watched(DurableFile file) {
            this.file = file;
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return file.read(into, offset);
        }

        @Override
        public void write(long offset, ByteBuffer... from) throws IOException {
            if (operations == at && end == End.KILL) {
                ByteBuffer half = from[0].duplicate();
                file.write(offset, half.limit(half.position() + half.remaining() / 2));
            }
            step();
            file.write(offset, from);
        }

        @Override
        public void sync() throws IOException {
            syncAll();
        }

        @Override
        public void syncAll() throws IOException {
            step();
            forced.computeIfPresent(file.path(), (path, before) -> sizeOf(file));
        }

        @Override
        public void truncate(long length) throws IOException {
            step();
            file.truncate(length);
            forced.computeIfPresent(file.path(), (path, before) -> Math.min(before, length));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static long sizeOf(DurableFile file) {
        try {
            return file.size();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
