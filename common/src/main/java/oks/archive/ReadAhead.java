package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import oks.durable.BackgroundThreads;

/**
 * Reads a stream in a thread of its own, up to 1 MiB ahead of the one thread that reads here: so decompression runs
 * beside whatever is done with the plain bytes.
 *
 * <p>The stream belongs to that thread, which closes it after its end, its first fault, or soon after this is closed. A
 * read that waits for a pipe is not waited for.
 */
final class ReadAhead extends BlockInputStream {
    private final InputStream in;
    private final Chunks chunks = new Chunks();
    private final BlockingQueue<Part> filled =
            new ArrayBlockingQueue<>(Chunks.MOST + 1); // every chunk and the end: never full
    private final Thread thread;
    private Part current = new Part(new byte[0], 0, null);
    private int taken;
    private boolean ended;

    /** @param fault with which the stream ended after these bytes; null when it goes on or has its end, length -1 */
    private record Part(byte[] bytes, int length, Throwable fault) {}

    /** @param in belongs to this from now on */
    ReadAhead(InputStream in) {
        this.in = in;
        thread = BackgroundThreads.daemon("read-ahead", this::run);
        thread.start();
    }

    private void run() {
        try (in) {
            for (int read = 0; read >= 0; ) {
                byte[] chunk = chunks.take();
                read = in.read(chunk, 0, chunk.length);
                filled.add(new Part(chunk, read, null));
            }
        } catch (InterruptedException closed) {
            // nobody reads any more
        } catch (Throwable fault) {
            filled.add(new Part(new byte[0], -1, fault));
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended && taken == current.length()) {
            next();
        }
        if (ended) {
            return end();
        }
        int part = Math.min(length, current.length() - taken);
        System.arraycopy(current.bytes(), taken, into, offset, part);
        taken += part;
        return part;
    }

    private void next() throws IOException {
        try {
            if (current.bytes().length > 0) {
                chunks.giveBack(current.bytes());
            }
            current = filled.take();
            taken = 0;
        } catch (InterruptedException e) {
            throw BackgroundThreads.interrupted("reading");
        }
        ended = current.length() < 0;
    }

    private int end() throws IOException {
        Throwable fault = current.fault();
        if (fault instanceof IOException failure) {
            throw failure;
        }
        if (fault instanceof RuntimeException failure) {
            throw failure;
        }
        if (fault instanceof Error failure) {
            throw failure;
        }
        return -1;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
