package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import oks.durable.DurableFile;

/**
 * Looks beyond a bad frame for evidence that its bytes had been durable: a COMMIT which was written when they were known
 * to be forced, or a SEAL. Then the bad frame is damage, not a torn tail (PAR, FAST 2018).
 */
final class LaterMarks {
    private static final int CHUNK = 1 << 20;

    private LaterMarks() {}

    /** Whether a valid mark between {@code offset} and {@code limit} says that {@code offset} was durable. */
    static boolean prove(DurableFile file, long salt, long offset, long limit) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.max(0, Math.min(CHUNK, limit - (offset & ~7L)))).order(ByteOrder.LITTLE_ENDIAN);
        // Frames begin at multiples of 8; a mark is read whole, so neighbouring chunks overlap by one mark.
        for (long base = offset & ~7L; base + GroupEncoder.MARK_FRAME <= limit; base += CHUNK - GroupEncoder.MARK_FRAME) {
            int read = file.read(chunk.clear().limit((int) Math.min(CHUNK, limit - base)), base);
            for (int at = 0; at + GroupEncoder.MARK_FRAME <= read; at += 8) {
                if (base + at > offset && proves(chunk, at, salt, base + at, offset)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean proves(ByteBuffer chunk, int at, long salt, long frameOffset, long offset) {
        FrameHeader frame = FrameHeader.read(chunk, at, salt, frameOffset);
        if (frame == null || frame.payloadLength() != GroupEncoder.MARK_PAYLOAD) {
            return false;
        }
        int payload = at + FrameHeader.LENGTH;
        if (frame.payloadChecksum() != FrameHeader.payloadChecksum(chunk, payload, GroupEncoder.MARK_PAYLOAD)) {
            return false;
        }
        return switch (frame.type()) {
            case SEAL -> true; // written only after everything before it was forced
            case COMMIT -> chunk.getLong(payload + 24) > offset;
            case PUT, DELETE, POINT -> false;
        };
    }
}
