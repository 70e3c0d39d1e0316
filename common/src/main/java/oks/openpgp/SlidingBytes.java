package oks.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A window that slides over a stream, with as much look-ahead as is asked for. One thread. */
final class SlidingBytes {
    private static final int STEP = 64 << 10;

    private final InputStream in;
    private final long most;
    private byte[] bytes = new byte[2 * STEP];
    private int start;
    private int end;
    private boolean ended;
    private long bytesRead;

    /** @param maxAhead how far ahead anybody looks, at most; a little more is taken in */
    SlidingBytes(InputStream in, int maxAhead) {
        this.in = in;
        this.most = 2L * maxAhead + 3L * STEP; // a piece, and the packet after it
    }

    /** Whether there is a byte so far ahead. */
    boolean has(int ahead) throws IOException {
        while (end - start <= ahead && !ended) {
            fill();
        }
        return end - start > ahead;
    }

    private void fill() throws IOException {
        if (bytes.length - end < STEP) {
            int left = end - start;
            if (left + STEP > most) {
                throw new IllegalStateException("looked ahead by more than " + most + " bytes");
            }
            byte[] target = left + STEP > bytes.length ? new byte[(int) Math.min(2L * bytes.length, most + STEP)] : bytes;
            System.arraycopy(bytes, start, target, 0, left);
            bytes = target;
            start = 0;
            end = left;
        }
        int read = in.read(bytes, end, Math.min(STEP, bytes.length - end));
        ended = read < 0;
        end += Math.max(read, 0);
        bytesRead += Math.max(read, 0);
    }

    long bytesRead() {
        return bytesRead;
    }

    /** A byte that {@link #has} said is there, 0 to 255. */
    int at(int ahead) {
        return bytes[start + ahead] & 0xff;
    }

    /** The next bytes, which are then behind. */
    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, start, start + count);
        start += count;
        return taken;
    }

    void skip(int count) {
        start += count;
    }

    /** Whether a byte is one of those that {@link #skipBlanks} skips. */
    boolean isBlank(int ahead) {
        int b = at(ahead);
        return b == '\n' || b == '\r' || b == ' ' || b == '\t' || b == 0;
    }

    /** Skips what editors and shells leave between and after keyrings. */
    void skipBlanks() throws IOException {
        while (has(0) && isBlank(0)) {
            skip(1);
        }
    }
}
