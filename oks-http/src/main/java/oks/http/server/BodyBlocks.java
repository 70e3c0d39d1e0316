package oks.http.server;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import oks.service.ByteBudget;

/**
 * A body as it comes, in blocks, so that it grows without copies. What the blocks take is counted, not what is in them.
 */
public final class BodyBlocks {
    private static final int FIRST = 4 << 10;
    private static final int BLOCK = 64 << 10;

    private final ByteBudget budget;
    private final Deque<byte[]> blocks = new ArrayDeque<>();
    private int room; // in the last block
    private int length;
    private long taken;

    public BodyBlocks(ByteBudget budget) {
        this.budget = budget;
    }

    /** Takes in a piece; false when there is no room for it. */
    public boolean add(Buffer piece) {
        int at = 0;
        while (at < piece.length()) {
            if (room == 0 && !begin(piece.length() - at)) {
                return false;
            }
            int step = Math.min(room, piece.length() - at);
            byte[] last = blocks.getLast();
            piece.getBytes(at, at + step, last, last.length - room);
            room -= step;
            at += step;
            length += step;
        }
        return true;
    }

    private boolean begin(int wanted) {
        int size = Math.max(wanted, blocks.isEmpty() ? FIRST : BLOCK);
        if (!take(size)) {
            return false;
        }
        blocks.add(new byte[size]);
        room = size;
        return true;
    }

    /** The whole body in one piece, in place of the blocks; empty when there is no room for that. */
    public Optional<byte[]> whole() {
        if (blocks.size() == 1 && room == 0) {
            return Optional.of(blocks.remove());
        }
        if (!take(length)) {
            return Optional.empty();
        }
        byte[] whole = new byte[length];
        for (int at = 0; !blocks.isEmpty(); ) {
            byte[] block = blocks.remove();
            int step = Math.min(block.length, length - at);
            System.arraycopy(block, 0, whole, at, step);
            at += step;
        }
        give(taken - length);
        return Optional.of(whole);
    }

    private boolean take(long bytes) {
        boolean room = budget.take(bytes);
        taken += room ? bytes : 0;
        return room;
    }

    private void give(long bytes) {
        budget.give(bytes);
        taken -= bytes;
    }

    /** Gives everything back. */
    public void release() {
        blocks.clear();
        room = 0;
        give(taken);
    }
}
