package oks.backup.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Lets bytes through at a rate, so that a backup leaves the disk and the network to others. */
public final class RateLimit extends OutputStream {
    private static final int SLICE = 1 << 16;

    private final OutputStream out;
    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private final LongConsumer pause;
    private final long begun;
    private long bytes;

    /**
     * @param bytesPerSecond at least 1
     * @param nanoTime the clock, as {@link System#nanoTime}
     * @param pause waits for a number of nanoseconds, or somewhat less
     */
    public RateLimit(OutputStream out, long bytesPerSecond, LongSupplier nanoTime, LongConsumer pause) {
        this.out = out;
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.begun = nanoTime.getAsLong();
    }

    /** A stream at this rate; 0 for no limit. */
    static OutputStream of(OutputStream out, long bytesPerSecond) {
        return bytesPerSecond == 0 ? out : new RateLimit(out, bytesPerSecond, System::nanoTime, LockSupport::parkNanos);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int slice = Math.min(SLICE, length - done);
            out.write(from, offset + done, slice);
            done += slice;
            bytes += slice;
            await();
        }
    }

    private void await() throws InterruptedIOException {
        double due = (double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1);
        for (long early = early(due); early > 0; early = early(due)) {
            pause.accept(early);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    private long early(double due) {
        return (long) due - (nanoTime.getAsLong() - begun);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
