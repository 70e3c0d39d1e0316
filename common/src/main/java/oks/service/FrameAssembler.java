package oks.service;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

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

    private byte[] bytes = new byte[SMALL];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int start;
    private int end;

    /** Gets each whole frame. */
    interface Sink {
        /** {@code payload} is valid during the call; its remaining bytes are the payload. */
        void frame(int type, int flags, int id, ByteBuffer payload) throws BadFrameException;
    }

    /** Takes the next bytes of the stream and passes on every frame that is now complete. */
    void feed(Buffer chunk, Sink sink) throws BadFrameException {
        makeRoomFor(chunk.length());
        chunk.getBytes(bytes, end);
        end += chunk.length();
        while (end - start >= HEADER) {
            int length = checkedLength();
            if (end - start < 4 + length) {
                return;
            }
            int frame = start;
            start += 4 + length;
            pass(frame, length, sink);
        }
    }

    private int checkedLength() throws BadFrameException {
        int length = view.getInt(start);
        if (length < HEADER - 4 || length > MAX_LENGTH) {
            throw new BadFrameException("a frame of " + Integer.toUnsignedString(length) + " bytes, but 8 to " + MAX_LENGTH
                    + " are allowed");
        }
        return length;
    }

    private void pass(int frame, int length, Sink sink) throws BadFrameException {
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

    /** Grows by doubling, so that an announced length alone takes no memory; gives a large frame's memory back. */
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
