package oks.durable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The machine's own file systems. */
public final class RealDisk implements Disk {
    @Override
    public DurableFile create(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.<OpenOption>of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                Modes.FILE);
        try {
            Ownership.ofDirectory(file);
            return new ChannelFile(file, channel);
        } catch (IOException | RuntimeException e) {
            try (channel) { // still ours: nobody has the file yet
                throw e;
            }
        }
    }

    @Override
    public DurableFile open(Path file) throws IOException {
        return new ChannelFile(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public DurableFile openForReading(Path file) throws IOException {
        return new ChannelFile(file, FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void makeReadOnly(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
    }

    @Override
    public boolean isReadOnly(Path file) throws IOException {
        return !Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_WRITE);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        // Not Files.getFileStore: that reads the list of all mounts each time, and the writer asks often.
        long usable = path.toFile().getUsableSpace();
        if (usable == 0 && !Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return usable;
    }

    private record ChannelFile(Path path, FileChannel channel) implements DurableFile {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int read = channel.read(into, offset + total);
                if (read < 0) {
                    break;
                }
                total += read;
            }
            return total;
        }

        @Override
        public void write(long offset, ByteBuffer... from) throws IOException {
            channel.position(offset);
            long left = 0;
            for (ByteBuffer buffer : from) {
                left += buffer.remaining();
            }
            while (left > 0) {
                left -= channel.write(from);
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void syncAll() throws IOException {
            channel.force(true);
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
