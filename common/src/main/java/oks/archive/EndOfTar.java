package oks.archive;

import java.io.IOException;
import java.io.InputStream;

/**
 * Remembers the last bytes of a plain tar. A tar ends with two records of zeros (POSIX pax, "ustar Interchange
 * Format"); a reader of entries cannot tell one that was cut between two entries from a complete one.
 */
final class EndOfTar extends BlockInputStream {
    private static final int RECORD = 512;

    private final InputStream in;
    private long length;
    private long zeros;

    EndOfTar(InputStream in) {
        this.in = in;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        if (read > 0) {
            this.length += read;
            int trailing = trailingZeros(into, offset, read);
            zeros = trailing == read ? zeros + read : trailing;
        }
        return read;
    }

    private static int trailingZeros(byte[] bytes, int offset, int length) {
        int zeros = 0;
        while (zeros < length && bytes[offset + length - 1 - zeros] == 0) {
            zeros++;
        }
        return zeros;
    }

    /** Reads to the end, so that the checksums behind the last entry are checked too. */
    boolean drain() throws IOException {
        byte[] rest = new byte[1 << 16];
        while (read(rest, 0, rest.length) >= 0) {
            // only looked at
        }
        return true;
    }

    /** Whether the tar ended as a tar ends; after {@link #drain}. */
    boolean complete() {
        return length % RECORD == 0 && zeros >= 2 * RECORD;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
