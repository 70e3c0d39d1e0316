package oks.archive;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import oks.durable.BackgroundThreads;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Inflates the members of a gzip file in parallel that say how long they are ({@link GzipMember}). From the first one
 * on that does not, as other programs write them, members are inflated one after the other. Memory: a member and its
 * plain bytes for each thread and once more. One thread reads; closing closes the stream below.
 */
final class ParallelGunzipStream extends BlockInputStream {

    private final BufferedInputStream in;
    private final BackgroundThreads pool;
    private final Deque<Block> free = new ArrayDeque<>();
    private final Deque<Block> underway = new ArrayDeque<>();
    private final int limit;
    private byte[] current = {};
    private int end; // of the current plain bytes
    private int taken;
    private InputStream rest; // of members that do not say how long they are, or of nothing; null before they begin

    /** A member, and its plain bytes as soon as it is inflated. */
    private static final class Block {
        private final byte[] member = new byte[GzipMember.LONGEST];
        private final byte[] plain = new byte[GzipMember.BLOCK + 1];
        private Future<Integer> length;
    }

    ParallelGunzipStream(BufferedInputStream in, int threads) {
        this.in = in;
        this.limit = threads + 1;
        this.pool = new BackgroundThreads("gunzip", threads);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (taken == end) {
            if (current.length > 0) {
                free.add(underway.remove());
                current = new byte[0];
            }
            readAhead();
            if (underway.isEmpty()) {
                return rest.read(into, offset, length);
            }
            end = BackgroundThreads.await(
                    underway.element().length, "decompressing"); // when this fails, it fails again at the next call
            current = underway.element().plain;
            taken = 0;
        }
        int part = Math.min(length, end - taken);
        System.arraycopy(current, taken, into, offset, part);
        taken += part;
        return part;
    }

    /** Begins with as many members as may be underway at once. */
    private void readAhead() throws IOException {
        while (rest == null && underway.size() < limit) {
            in.mark(GzipMember.HEADER);
            int stated = GzipMember.length(in.readNBytes(GzipMember.HEADER));
            in.reset();
            if (stated > 0) {
                begin(free.isEmpty() ? new Block() : free.remove(), stated);
            } else {
                rest = rest();
            }
        }
    }

    private void begin(Block block, int stated) throws IOException {
        int read = in.readNBytes(block.member, 0, stated);
        if (read < stated) {
            throw new EOFException("a gzip member of " + stated + " bytes ends after " + read);
        }
        block.length = pool.begin(() -> GzipMember.inflate(block.member, stated, block.plain));
        underway.add(block);
    }

    private InputStream rest() throws IOException {
        in.mark(1);
        boolean ended = in.read() < 0;
        in.reset();
        // Not java.util.zip's: it takes a pause in a pipe between two members for the end of the stream.
        return ended
                ? InputStream.nullInputStream()
                : GzipCompressorInputStream.builder()
                        .setInputStream(in)
                        .setDecompressConcatenated(true)
                        .get();
    }

    @Override
    public void close() throws IOException {
        pool.closeNow();
        in.close();
    }
}
