package oks.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A window that slides over a stream, with as much look-ahead as is asked for. One thread. */
final class SlidingBytes {
    private static final int STEP = 64 << 10;

    private final InputStream in;
    private final int step;
    private final long most;
    private byte[] bytes;
    private int start;
    private int end;
    private boolean ended;
    private long bytesRead;

    /** @param maxAhead how far ahead anybody looks, at most; a little more is taken in */
    SlidingBytes(InputStream in, int maxAhead) {
        this(in, maxAhead, STEP);
    }

    /** @param step how much of the window is filled at once; a small one for streams that may be short */
    SlidingBytes(InputStream in, int maxAhead, int step) {
        this.in = in;
        this.step = step;
        this.most = 2L * maxAhead + 3L * STEP; // a piece, and the packet after it
        this.bytes = new byte[2 * step];
    }

    private SlidingBytes(byte[] all) {
        this.in = InputStream.nullInputStream();
        this.step = 0;
        this.most = all.length;
        this.bytes = all;
        this.end = all.length;
        this.bytesRead = all.length;
        this.ended = true;
    }

    /** All of these bytes, which must not change meanwhile. */
    static SlidingBytes of(byte[] all) {
        return new SlidingBytes(all);
    }

    /** Whether there is a byte so far ahead. */
    boolean has(int ahead) throws IOException {
        while (end - start <= ahead && !ended) {
            fill();
        }
        return end - start > ahead;
    }

    private void fill() throws IOException {
        if (bytes.length - end < step) {
            int left = end - start;
            if (left + step > most) {
                throw new IllegalStateException("looked ahead by more than " + most + " bytes");
            }
            byte[] target =
                    left + step > bytes.length ? new byte[(int) Math.min(2L * bytes.length, most + step)] : bytes;
            System.arraycopy(bytes, start, target, 0, left);
            bytes = target;
            start = 0;
            end = left;
        }
        int read = in.read(bytes, end, Math.min(step, bytes.length - end));
        ended = read < 0;
        end += Math.max(read, 0);
        bytesRead += Math.max(read, 0);
    }

    long bytesRead() {
        return bytesRead;
    }

    /** How many bytes are behind. */
    long position() {
        return bytesRead - (end - start);
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
