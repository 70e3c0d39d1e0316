package oks.durable;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A disk for files that are read several times: what was opened for reading stays open until the disk is closed, and
 * the next one who opens it reads the same file, even if another one has its name by then. When as many are open as the
 * process can spare, further ones are opened anew each time. One thread.
 */
public final class OpenFilesDisk extends ForwardingDisk implements Closeable {
    /** A process may have 1,024 without asking for more (getrlimit(2)); Java asks for all that it can have. */
    private static final int USUAL = 1024;

    private final long most;
    private final Map<Path, DurableFile> files = new HashMap<>();

    /** Keeps three quarters of the files open that the process may have open. */
    public OpenFilesDisk(Disk disk) {
        this(disk, allowed() * 3 / 4);
    }

    /** @param most how many files are kept open */
    OpenFilesDisk(Disk disk, long most) {
        super(disk);
        this.most = most;
    }

    private static long allowed() {
        long told = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : 0;
        return told > 0 ? told : USUAL;
    }

    @Override
    public DurableFile openForReading(Path file) throws IOException {
        Optional<DurableFile> open = Optional.ofNullable(files.get(file));
        if (open.isPresent()) {
            return new Kept(open.get());
        }
        DurableFile opened = super.openForReading(file);
        if (files.size() >= most) {
            return opened;
        }
        files.put(file, opened);
        return new Kept(opened);
    }

    @Override
    public void close() throws IOException {
        for (DurableFile file : files.values()) {
            file.close();
        }
        files.clear();
    }

    /** A file that stays open when it is closed. */
    private record Kept(DurableFile file) implements DurableFile {
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
            file.write(offset, from);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public void syncAll() throws IOException {
            file.syncAll();
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void close() {}
    }
}
