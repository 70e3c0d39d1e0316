package oks.service;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a stream into frames (oks-control(5), "Frames"), whatever pieces it comes in.
 *
 * <pre>
 * offset  size
 *      0     4  length of what follows: 8 + payload
 *      4     1  type
 *      5     1  flags
 *      6     2  reserved, 0
 *      8     4  request id
 *     12        payload
 * </pre>
 *
 * One per connection, used on its event loop only.
 */
final class FrameAssembler {
    /** Bytes before the payload. */
    static final int HEADER = 12;
    /** Most that the length field may say. */
    static final int MAX_LENGTH = 64 << 20;

    /** The flag of a request whose payload begins with the client's number. */
    static final int FOR_CLIENT = 1;

    private static final int SMALL = 64 << 10;

    private final ByteBudget budget;

    private byte[] bytes = new byte[SMALL];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int start;
    private int end;

    private byte[] large; // the frame that is too large for the above, while it comes; else null
    private int filled; // of the large one
    private int skipping; // bytes that still come of a frame for which there was no room
    private byte[] skipped; // its header

    /** For frames of which none is too large. */
    FrameAssembler() {
        this(new ByteBudget(Long.MAX_VALUE));
    }

    /**
     * @param budget from which each frame above {@value #SMALL} bytes is taken, from its header to the end of its call
     */
    FrameAssembler(ByteBudget budget) {
        this.budget = budget;
    }

    /** Gets each whole frame. */
    interface Sink {
        /** {@code payload} is valid during the call; its remaining bytes are the payload. */
        void frame(int type, int flags, int id, ByteBuffer payload) throws BadFrameException;

        /** A frame was thrown away, because the budget had no room for it. */
        default void thrownAway(int type, int id) throws BadFrameException {
            throw new BadFrameException("a frame of type " + type + " for which there is no room");
        }
    }

    /** Takes the next bytes of the stream and passes on every frame that is now complete. */
    void feed(Buffer chunk, Sink sink) throws BadFrameException {
        int at = 0;
        while (at < chunk.length()) {
            if (large != null) {
                at = fill(chunk, at, sink);
            } else if (skipping > 0) {
                at = skip(chunk, at, sink);
            } else {
                append(chunk, at);
                at = chunk.length();
                cut(sink);
            }
        }
    }

    /** Gives back what is held of a frame whose end does not come. */
    void release() {
        if (large != null) {
            budget.give(large.length);
            large = null;
        }
    }

    private void append(Buffer chunk, int from) {
        int more = chunk.length() - from;
        makeRoomFor(more);
        chunk.getBytes(from, chunk.length(), bytes, end);
        end += more;
    }

    private void cut(Sink sink) throws BadFrameException {
        while (end - start >= HEADER) {
            int length = checkedLength();
            if (end - start >= 4 + length) {
                int frame = start;
                start += 4 + length;
                pass(view, frame, length, sink);
            } else {
                if (4 + length > SMALL) {
                    begin(4 + length);
                }
                return;
            }
        }
    }

    /** The rest of what is here belongs to a frame that gets memory of its own. */
    private void begin(int size) {
        int here = end - start;
        if (budget.take(size)) {
            large = new byte[size];
            System.arraycopy(bytes, start, large, 0, here);
            filled = here;
        } else {
            skipped = Arrays.copyOfRange(bytes, start, start + HEADER);
            skipping = size - here;
        }
        start = 0;
        end = 0;
    }

    private int fill(Buffer chunk, int at, Sink sink) throws BadFrameException {
        int to = Math.min(chunk.length(), at + large.length - filled);
        chunk.getBytes(at, to, large, filled);
        filled += to - at;
        if (filled == large.length) {
            try {
                pass(ByteBuffer.wrap(large), 0, large.length - 4, sink);
            } finally {
                release();
            }
        }
        return to;
    }

    private int skip(Buffer chunk, int at, Sink sink) throws BadFrameException {
        int to = Math.min(chunk.length(), at + skipping);
        skipping -= to - at;
        if (skipping == 0) {
            ByteBuffer header = ByteBuffer.wrap(skipped);
            sink.thrownAway(header.get(4) & 0xff, header.getInt(8));
        }
        return to;
    }

    private int checkedLength() throws BadFrameException {
        int length = view.getInt(start);
        if (length < HEADER - 4 || length > MAX_LENGTH) {
            throw new BadFrameException("a frame of " + Integer.toUnsignedString(length) + " bytes, but 8 to "
                    + MAX_LENGTH + " are allowed");
        }
        return length;
    }

    private static void pass(ByteBuffer view, int frame, int length, Sink sink) throws BadFrameException {
        if ((view.get(frame + 5) & ~FOR_CLIENT) != 0 || view.getShort(frame + 6) != 0) {
            throw new BadFrameException("a frame with flags that are not known");
        }
        view.limit(frame + 4 + length).position(frame + HEADER);
        try {
            sink.frame(view.get(frame + 4) & 0xff, view.get(frame + 5) & 0xff, view.getInt(frame + 8), view);
        } finally {
            view.clear();
        }
    }

    /** Small frames and one chunk have room at once; memory for more is given back. */
    private void makeRoomFor(int more) {
        int left = end - start;
        if (left == 0) {
            start = 0;
            end = 0;
            if (bytes.length > SMALL) {
                moveTo(new byte[SMALL]);
            }
        }
        if (bytes.length - end >= more) {
            return;
        }
        moveTo(left + more <= bytes.length ? bytes : new byte[Math.max(2 * bytes.length, left + more)]);
    }

    private void moveTo(byte[] target) {
        int left = end - start;
        System.arraycopy(bytes, start, target, 0, left);
        start = 0;
        end = left;
        if (target != bytes) {
            bytes = target;
            view = ByteBuffer.wrap(bytes);
        }
    }

    /** A copy of the payload's remaining bytes. */
    static byte[] rest(ByteBuffer payload) {
        byte[] rest = new byte[payload.remaining()];
        payload.get(rest);
        return rest;
    }
}
