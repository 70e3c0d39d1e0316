package oks.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import oks.recovery.Hash;

/**
 * Computes SHA-256 in a thread of its own, of files that are copied or of bytes that pass, while the caller's thread
 * reads the next bytes and writes or compresses these. Used by one thread at a time, for one of both. Memory: 1 MiB.
 * Closing it ends the thread and closes nothing else.
 */
final class BackgroundHash implements Closeable {
    private static final int CHUNK = 1 << 18;
    private static final int CHUNKS = 4;

    private byte[] filling = {};
    private int filled;
    private final MessageDigest sha256 = Hash.sha256(); // used in the thread alone
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(CHUNKS);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread hashing = new Thread(task, "sha256");
        hashing.setDaemon(true);
        return hashing;
    });

    BackgroundHash() {
        for (int i = 0; i < CHUNKS; i++) {
            free.add(new byte[CHUNK]);
        }
    }

    /** Takes in bytes, which may change when this is done. */
    void update(byte[] from, int offset, int length) throws InterruptedIOException {
        for (int done = 0; done < length; ) {
            if (filled == filling.length) {
                hashFilling();
                filling = take();
            }
            int part = Math.min(filling.length - filled, length - done);
            System.arraycopy(from, offset + done, filling, filled, part);
            filled += part;
            done += part;
        }
    }

    private void hashFilling() {
        byte[] full = filling;
        int length = filled;
        if (length > 0) {
            thread.execute(() -> {
                sha256.update(full, 0, length);
                free.add(full);
            });
        }
        filling = new byte[0];
        filled = 0;
    }

    /** The hash of what {@link #update} took in since the last call. */
    Hash digest() throws InterruptedIOException {
        hashFilling();
        return hashed();
    }

    private Hash hashed() throws InterruptedIOException {
        try {
            return thread.submit(() -> Hash.of(sha256.digest())).get();
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw new IllegalStateException("SHA-256 cannot fail", e.getCause());
        }
    }

    private byte[] take() throws InterruptedIOException {
        try {
            return free.take();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while hashing");
    }

    /** What was copied. */
    record Copied(long size, Hash sha256) {}

    /**
     * Copies a stream to its end.
     *
     * @param progress is told how many more bytes were copied, in the caller's thread
     */
    Copied copy(InputStream in, OutputStream out, LongConsumer progress) throws IOException {
        long size = 0;
        byte[] chunk = take();
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            byte[] full = chunk;
            int length = read;
            thread.execute(() -> {
                sha256.update(full, 0, length);
                free.add(full); // the caller takes it when it has written it, too
            });
            out.write(full, 0, length);
            size += length;
            progress.accept(length);
            chunk = take();
        }
        free.add(chunk);
        return new Copied(size, hashed());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
