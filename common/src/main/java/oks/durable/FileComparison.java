package oks.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Compares two files byte by byte, in pieces. */
public final class FileComparison {
    private static final int CHUNK = 1 << 18;

    private FileComparison() {}

    /**
     * Where two files differ first.
     *
     * @return an offset; the shorter one's length when that is the beginning of the other; -1 when they are equal
     */
    public static long mismatch(Disk disk, Path one, Path other) throws IOException {
        try (DurableFile first = disk.openForReading(one);
                DurableFile second = disk.openForReading(other)) {
            return mismatch(first, second);
        }
    }

    /** As {@link #mismatch(Disk, Path, Path)}, of open files. */
    public static long mismatch(DurableFile first, DurableFile second) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(CHUNK);
        ByteBuffer other = ByteBuffer.allocate(CHUNK);
        for (long at = 0; ; at += CHUNK) {
            first.read(one.clear(), at);
            second.read(other.clear(), at);
            int mismatch = one.flip().mismatch(other.flip());
            if (mismatch >= 0) {
                return at + mismatch;
            }
            if (one.limit() < CHUNK) {
                return -1;
            }
        }
    }
}
