package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.IntPredicate;
import oks.durable.DurableFile;

/**
 * Looks beyond a bad frame for evidence that its bytes had been durable: a commit record which was written when they
 * were known to be forced, or a seal record. Then the bad frame is damage, not a torn tail (PAR, FAST 2018). An end
 * record that stands elsewhere than where it was written is evidence, too: a crash moves no bytes, so some were cut out
 * before it, or put in.
 */
final class DurabilityEvidence {
    private static final int CHUNK = 1 << 20;

    /**
     * Up to this distance from where a commit record stands, every place is tried; a larger shift is known by the first
     * frame of its group.
     */
    private static final int NEAR = 1 << 14;

    private final DurableFile file;
    private final long salt;
    private final LogPosition whole;
    private final long offset;

    private DurabilityEvidence(DurableFile file, long salt, LogPosition whole, long offset) {
        this.file = file;
        this.salt = salt;
        this.whole = whole;
        this.offset = offset;
    }

    /**
     * Whether a valid end record before {@code limit} says that {@code offset} was durable.
     *
     * @param whole the end of the last group that could be read
     */
    static boolean exists(DurableFile file, long salt, LogPosition whole, long offset, long limit) throws IOException {
        DurabilityEvidence evidence = new DurabilityEvidence(file, salt, whole, offset);
        // Where bytes are missing, an end record may begin before the place where a frame was expected.
        ByteBuffer chunk = newChunk(limit - whole.length());
        // An end record is read whole, so neighbouring chunks overlap by one.
        for (long base = whole.length();
                base + RecoveryFormat.END_FRAME <= limit;
                base += CHUNK - RecoveryFormat.END_FRAME + 1) {
            int read = file.read(chunk.clear().limit((int) Math.min(CHUNK, limit - base)), base);
            for (int at = 0; at + RecoveryFormat.END_FRAME <= read; at++) {
                Optional<FrameType> type = FrameHeader.endRecord(chunk, at);
                if (type.isPresent() && evidence.isIn(type.get(), chunk, at, base + at)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ByteBuffer newChunk(long length) {
        return ByteBuffer.allocate((int) Math.max(0, Math.min(CHUNK, length))).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @param found the offset in the file of what stands at this place of the chunk */
    private boolean isIn(FrameType type, ByteBuffer chunk, int at, long found) throws IOException {
        int payload = at + RecoveryFormat.FRAME_HEADER;
        if (type == FrameType.SEAL) {
            // Written only after everything before it was forced; it says where it ends.
            SealRecord seal = SealRecord.read(chunk, payload);
            return wasWrittenAt(chunk, at, seal.fileLength() - RecoveryFormat.END_FRAME);
        }
        CommitRecord commit = CommitRecord.read(chunk, payload);
        if (wasWrittenAt(chunk, at, found)) {
            return commit.groupOffset() > offset;
        }
        if (commit.first() <= whole.last().number()) {
            return false; // not of what follows here
        }
        if (commit.changes() == 0) {
            return wasWrittenAt(chunk, at, commit.groupOffset());
        }
        return wasWrittenNear(chunk, at, found) || wasWrittenAfter(commit, chunk, at, found);
    }

    private boolean wasWrittenAt(ByteBuffer chunk, int at, long place) {
        return FrameHeader.checks(chunk, at, salt, place);
    }

    /** Whether a mark was written near here; the beginning of its group may be lost. */
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
    private boolean wasWrittenAfter(CommitRecord commit, ByteBuffer record, int at, long found) throws IOException {
        ByteBuffer chunk = newChunk(found - whole.length());
        for (long base = Math.max(whole.length(), found - RecoveryFormat.MAX_GROUP);
                base + RecoveryFormat.FRAME_HEADER <= found;
                base += CHUNK - RecoveryFormat.FRAME_HEADER + 1) {
            int read = file.read(chunk.clear().limit((int) Math.min(CHUNK, found - base)), base);
            long here = base;
            IntPredicate isFirst = place -> FrameHeader.lsn(chunk, place) == commit.first()
                    && FrameHeader.checks(chunk, place, salt, commit.groupOffset())
                    && wasWrittenAt(record, at, commit.groupOffset() + found - here - place);
            for (int place = 0; place + RecoveryFormat.FRAME_HEADER <= read; place++) {
                if (isFirst.test(place)) {
                    return true;
                }
            }
        }
        return false;
    }
}
