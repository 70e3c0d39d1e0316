package oks.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import oks.durable.BackgroundThreads;
import oks.recovery.Hash;

/**
 * Computes SHA-256 in a thread of its own, of files that are copied or of bytes that pass, while the caller's thread
 * reads the next bytes and writes or compresses these. Used by one thread at a time, for one of both. Memory: up to 1
 * MiB, taken as it is needed. Closing it ends the thread and closes nothing else.
 */
final class BackgroundHash implements Closeable {
    private static final String HASHING = "hashing";

    private byte[] filling = {};
    private int filled;
    private final MessageDigest sha256 = Hash.sha256(); // used in the thread alone
    private final Chunks chunks = new Chunks();
    private final BackgroundThreads thread = new BackgroundThreads("sha256");

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
            hash(full, length);
        }
        filling = new byte[0];
        filled = 0;
    }

    private void hash(byte[] chunk, int length) {
        Future<Void> unused = thread.begin(() -> {
            sha256.update(chunk, 0, length);
            chunks.giveBack(chunk);
        });
    }

    /** The hash of what {@link #update} took in since the last call. */
    Hash digest() throws IOException {
        hashFilling();
        return hashed();
    }

    private Hash hashed() throws IOException {
        return BackgroundThreads.await(thread.begin(() -> Hash.of(sha256.digest())), HASHING);
    }

    private byte[] take() throws InterruptedIOException {
        try {
            return chunks.take();
        } catch (InterruptedException e) {
            throw BackgroundThreads.interrupted(HASHING);
        }
    }

    /** The result of copying. */
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
            hash(full, length); // the caller takes it again when it has written it, too
            out.write(full, 0, length);
            size += length;
            progress.accept(length);
            chunk = take();
        }
        chunks.giveBack(chunk);
        return new Copied(size, hashed());
    }

    @Override
    public void close() {
        thread.closeNow();
    }
}
