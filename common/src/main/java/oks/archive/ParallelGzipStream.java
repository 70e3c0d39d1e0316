package oks.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses blocks of 1 MiB in parallel, each into a gzip member of its own (RFC 1952, section 2.2: a gzip file is a
 * series of members); gunzip, zcat and {@code tar xzf} read them as one. Memory: three blocks per thread. One thread
 * writes; closing closes the stream below.
 */
final class ParallelGzipStream extends OutputStream {
    static final int BLOCK = 1 << 20;
    private static final int LEVEL = Deflater.BEST_SPEED;
    // Magic, deflate, no flags, no time, "fastest algorithm", unknown system (RFC 1952, section 2.3).
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff};
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final OutputStream out;
    private final ExecutorService pool;
    private final Deque<Future<byte[]>> underway = new ArrayDeque<>();
    private final int limit;
    private byte[] block = new byte[BLOCK];
    private int filled;
    private boolean begun;
    private boolean closed;

    ParallelGzipStream(OutputStream out, int threads) {
        this.out = out;
        this.limit = 2 * threads;
        this.pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "gzip-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(BLOCK - filled, length - done);
            System.arraycopy(bytes, offset + done, block, filled, part);
            filled += part;
            done += part;
            if (filled == BLOCK) {
                compressBlock();
                block = new byte[BLOCK];
            }
        }
    }

    private void compressBlock() throws IOException {
        if (underway.size() == limit) {
            out.write(oldest());
        }
        byte[] full = block;
        int length = filled;
        underway.add(pool.submit(() -> member(full, length)));
        filled = 0;
        begun = true;
    }

    private byte[] oldest() throws IOException {
        try {
            return underway.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            throw new IOException("could not compress", e.getCause());
        }
    }

    static byte[] member(byte[] plain, int length) {
        ByteArrayOutputStream member = new ByteArrayOutputStream(length + 1024);
        member.writeBytes(HEADER);
        Deflater deflater = new Deflater(LEVEL, true);
        try {
            deflater.setInput(plain, 0, length);
            deflater.finish();
            byte[] part = new byte[1 << 16];
            while (!deflater.finished()) {
                member.write(part, 0, deflater.deflate(part));
            }
        } finally {
            deflater.end();
        }
        CRC32 crc = new CRC32();
        crc.update(plain, 0, length);
        member.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt(length)
                .array());
        return member.toByteArray();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            if (filled > 0 || !begun) {
                compressBlock();
            }
            while (!underway.isEmpty()) {
                out.write(oldest());
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
