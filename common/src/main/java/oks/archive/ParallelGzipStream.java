package oks.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.zip.Deflater;
import oks.durable.BackgroundThreads;

/**
 * Compresses blocks of 1 MiB in parallel, each into a gzip member of its own (RFC 1952, section 2.2: a gzip file is a
 * series of members); gunzip, zcat and {@code tar xzf} read them as one, {@link ParallelGunzipStream} on all cores.
 * Memory: two blocks and what they become for each thread, and once more. One thread writes; closing closes the stream
 * below.
 */
final class ParallelGzipStream extends OutputStream {
    private static final int BLOCK = GzipMember.BLOCK;
    private static final int LEVEL = Deflater.BEST_SPEED;

    private final OutputStream out;
    private final BackgroundThreads pool;
    private final Deque<Block> free = new ArrayDeque<>();
    private final Deque<Block> underway = new ArrayDeque<>();
    private final int limit;
    private Block block = new Block();
    private int filled;
    private boolean begun;
    private boolean closed;

    /** Plain bytes, and the member that they become. */
    private static final class Block {
        private final byte[] plain = new byte[BLOCK];
        private final byte[] member = new byte[GzipMember.LONGEST];
        private Future<Integer> length;
    }

    ParallelGzipStream(OutputStream out, int threads) {
        this.out = out;
        this.limit = 2 * threads;
        this.pool = new BackgroundThreads("gzip", threads);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(BLOCK - filled, length - done);
            System.arraycopy(bytes, offset + done, block.plain, filled, part);
            filled += part;
            done += part;
            if (filled == BLOCK) {
                compressBlock();
            }
        }
    }

    private void compressBlock() throws IOException {
        Block full = block;
        int length = filled;
        full.length = pool.begin(() -> GzipMember.deflate(full.plain, length, LEVEL, full.member));
        underway.add(full);
        if (underway.size() == limit) {
            writeOldest();
        }
        block = free.isEmpty() ? new Block() : free.remove();
        filled = 0;
        begun = true;
    }

    private void writeOldest() throws IOException {
        Block oldest = underway.remove();
        out.write(oldest.member, 0, BackgroundThreads.await(oldest.length, "compressing"));
        free.add(oldest);
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
                writeOldest();
            }
        } finally {
            pool.closeNow();
        }
    }
}
