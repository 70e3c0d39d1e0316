package oks.backup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/**
 * Reads a file while another thread writes it: only what has been forced to disk, and waits for more until the file is
 * complete. One thread reads, another one says how far it may.
 */
final class ForcedBytes extends FilterInputStream {
    private long forced; // guarded by this
    private boolean complete; // guarded by this
    private boolean closed; // guarded by this
    private long read;

    ForcedBytes(InputStream file) {
        super(file);
    }

    /** Says that the first bytes are on disk, so many of them. */
    synchronized void upTo(long bytes) {
        forced = bytes;
        notifyAll();
    }

    /** Says that the file has no more than that. */
    synchronized void complete() {
        complete = true;
        notifyAll();
    }

    /** How much may be read at once: nothing only at the end. */
    private synchronized long readable() throws IOException {
        try {
            while (read == forced && !complete && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading back");
        }
        if (closed) {
            throw new IOException("what is read back is not written any more");
        }
        return forced - read;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        long readable = readable();
        if (readable == 0) {
            return -1;
        }
        int part = in.read(into, offset, (int) Math.min(readable, length));
        read += Math.max(0, part); // less than was forced: the caller finds it cut short
        return part;
    }

    @Override
    public long skip(long count) throws IOException {
        return count <= 0 ? 0 : Math.max(0, read(new byte[(int) Math.min(count, 1 << 16)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** May be called by any thread: whoever waits for more is told that none will come. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        super.close();
    }
}
