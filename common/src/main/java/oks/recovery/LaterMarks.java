package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;
import oks.durable.DurableFile;

/**
 * Looks beyond a bad frame for evidence that its bytes had been durable: a COMMIT which was written when they were
 * known to be forced, or a SEAL. Then the bad frame is damage, not a torn tail (PAR, FAST 2018). A mark that stands
 * elsewhere than where it was written is evidence, too: a crash moves no bytes, so some were cut out before it, or put
 * in.
 */
final class LaterMarks {
    private static final int CHUNK = 1 << 20;

    /**
     * So far from where a mark stands any place is tried; a larger shift is known by the first frame of the mark's
     * group.
     */
    private static final int NEAR = 1 << 14;

    private final DurableFile file;
    private final long salt;
    private final LogPosition whole;
    private final long offset;

    private LaterMarks(DurableFile file, long salt, LogPosition whole, long offset) {
        this.file = file;
        this.salt = salt;
        this.whole = whole;
        this.offset = offset;
    }

    /**
     * Whether a valid mark before {@code limit} says that {@code offset} was durable.
     *
     * @param whole the end of the last group that could be read
     */
    static boolean prove(DurableFile file, long salt, LogPosition whole, long offset, long limit) throws IOException {
        LaterMarks marks = new LaterMarks(file, salt, whole, offset);
        // Where bytes are missing, a mark may begin before the place where a frame was expected.
        ByteBuffer chunk = newChunk(limit - whole.length());
        // A mark is read whole, so neighbouring chunks overlap by one mark.
        for (long base = whole.length();
                base + GroupEncoder.MARK_FRAME <= limit;
                base += CHUNK - GroupEncoder.MARK_FRAME + 1) {
            int read = file.read(chunk.clear().limit((int) Math.min(CHUNK, limit - base)), base);
            for (int at = 0; at + GroupEncoder.MARK_FRAME <= read; at++) {
                if (isMark(chunk, at) && marks.proves(chunk, at, base + at)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ByteBuffer newChunk(long length) {
        return ByteBuffer.allocate((int) Math.max(0, Math.min(CHUNK, length))).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Whether a whole mark may stand there; its header's checksum, which depends on where it was written, is not looked
     * at.
     */
    private static boolean isMark(ByteBuffer chunk, int at) {
        int type = chunk.getInt(at + 4);
        return chunk.getInt(at) == GroupEncoder.MARK_PAYLOAD
                && (type == FrameType.COMMIT.number() || type == FrameType.SEAL.number())
                && chunk.getInt(at + 24)
                        == FrameHeader.payloadChecksum(chunk, at + FrameHeader.LENGTH, GroupEncoder.MARK_PAYLOAD);
    }

    private boolean proves(ByteBuffer chunk, int at, long found) throws IOException {
        int payload = at + FrameHeader.LENGTH;
        if (chunk.getInt(at + 4) == FrameType.SEAL.number()) {
            // Written only after everything before it was forced; it says where it ends.
            return wasWrittenAt(chunk, at, chunk.getLong(payload + 16) - GroupEncoder.MARK_FRAME);
        }
        long group = chunk.getLong(payload + 24);
        if (wasWrittenAt(chunk, at, found)) {
            return group > offset;
        }
        long first = chunk.getLong(payload);
        if (first <= whole.last().number()) {
            return false; // not of what follows here
        }
        if (chunk.getInt(payload + 16) == 0) {
            return wasWrittenAt(chunk, at, group);
        }
        return wasWrittenNear(chunk, at, found) || wasWrittenAfter(group, first, chunk, at, found);
    }

    private boolean wasWrittenAt(ByteBuffer chunk, int at, long place) {
        return FrameHeader.read(chunk, at, salt, place) != null;
    }

    /** What the group began with may be what is lost. */
    private boolean wasWrittenNear(ByteBuffer chunk, int at, long found) {
        long begin = Math.max(whole.length(), found - NEAR + 7 & ~7L);
        for (long place = begin; place <= found + NEAR; place += 8) {
            if (wasWrittenAt(chunk, at, place)) {
                return true;
            }
        }
        return false;
    }

    /** The group's first frame, which was written where the COMMIT says, tells how far all of it was moved. */
    private boolean wasWrittenAfter(long group, long first, ByteBuffer commit, int at, long found) throws IOException {
        ByteBuffer chunk = newChunk(found - whole.length());
        for (long base = Math.max(whole.length(), found - RecoveryReader.MAX_GROUP);
                base + FrameHeader.LENGTH <= found;
                base += CHUNK - FrameHeader.LENGTH + 1) {
            int read = file.read(chunk.clear().limit((int) Math.min(CHUNK, found - base)), base);
            long here = base;
            IntPredicate isFirst = place -> chunk.getLong(place + 8) == first
                    && FrameHeader.read(chunk, place, salt, group) != null
                    && wasWrittenAt(commit, at, group + found - here - place);
            for (int place = 0; place + FrameHeader.LENGTH <= read; place++) {
                if (isFirst.test(place)) {
                    return true;
                }
            }
        }
        return false;
    }
}
