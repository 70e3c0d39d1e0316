package oks.backup.output;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import oks.archive.BlockInputStream;

/**
 * Reads a file while another thread writes it: only what has been forced to disk, and waits for more until the file is
 * complete. One thread reads, another one says how far it may.
 */
final class ForcedBytes extends BlockInputStream {
    private final InputStream file;

    @GuardedBy("this") private long forced;

    @GuardedBy("this") private boolean complete;

    @GuardedBy("this") private boolean closed;

    private long read;

    ForcedBytes(InputStream file) {
        this.file = file;
    }

    /** Says that this many bytes, from the first on, are on disk. */
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
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        long readable = readable();
        if (readable == 0) {
            return -1;
        }
        int part = file.read(into, offset, (int) Math.min(readable, length));
        read += Math.max(0, part); // less than was forced: the caller finds it cut short
        return part;
    }

    /** May be called by any thread: a thread that waits for more is told that none will come. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        file.close();
    }
}
