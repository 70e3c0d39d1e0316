package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import oks.durable.DurableFile;

/** Compares two files byte by byte, in pieces. */
final class FileComparison {
    private static final int CHUNK = 1 << 18;

    private FileComparison() {}

    /** Where the files differ first; the shorter one's length when it is the beginning of the other. */
    static long firstDifference(DurableFile first, DurableFile second) throws IOException {
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
                return at + one.limit();
            }
        }
    }
}
