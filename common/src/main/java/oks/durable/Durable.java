package oks.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Small files that are either the old one or the new one after a crash, never something between. */
public final class Durable {
    private static final String HIDDEN = ".";
    private static final String UNPUBLISHED = ".new";

    private Durable() {}

    /** The path of a file while it is made, {@code .NAME.new}, that will get this path. */
    public static Path unpublished(Path file) {
        return file.resolveSibling(HIDDEN + file.getFileName() + UNPUBLISHED);
    }

    /** The path that a file is to get which is being made; empty when its own path is not that of such a file. */
    public static Optional<Path> published(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(HIDDEN)
                        && name.endsWith(UNPUBLISHED)
                        && name.length() > HIDDEN.length() + UNPUBLISHED.length()
                ? Optional.of(
                        file.resolveSibling(name.substring(HIDDEN.length(), name.length() - UNPUBLISHED.length())))
                : Optional.empty();
    }

    /** Replaces a file's contents: temporary name, force, rename, force the directory. */
    public static void replace(Disk disk, Path file, byte[] contents) throws IOException {
        Path temporary = unpublished(file);
        disk.delete(temporary);
        try (DurableFile writing = disk.create(temporary)) {
            writing.write(0, ByteBuffer.wrap(contents));
            writing.syncAll();
        }
        disk.rename(temporary, file);
        disk.syncDirectory(file.toAbsolutePath().getParent());
    }

    /** Reads a whole file that is known to be small. */
    public static byte[] read(Disk disk, Path file) throws IOException {
        try (DurableFile reading = disk.openForReading(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(reading.size()));
            int length = reading.read(bytes, 0);
            return Arrays.copyOf(bytes.array(), length); // shorter if somebody cut it meanwhile
        }
    }
}
