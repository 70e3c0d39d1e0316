package oks.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** Small files that are either the old one or the new one after a crash, never something between. */
public final class Durable {
    private Durable() {}

    /** Replaces a file's contents: temporary name, force, rename, force the directory. */
    public static void replace(Disk disk, Path file, byte[] contents) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
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
