package oks.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;

/**
 * Turns changes into frames, and ends them with COMMIT or SEAL; one buffer, used again for each group.
 *
 * <pre>
 * COMMIT                                         SEAL
 * offset size                                    offset size
 *      0    8  first LSN of the group                 0    8  changes in the file
 *      8    8  last LSN                               8    8  last LSN
 *     16    4  changes in the group                  16    8  exact length of the file
 *     20    4  zeros                                 24    4  reason
 *     24    8  offset known durable before           28    4  zeros
 *     32   32  state digest after the group          32   32  state digest
 *     64   32  chain hash                            64   32  chain hash
 * </pre>
 *
 * <p>Chain hash: SHA-256 of the chain hash before, every byte since then, bytes 0 to 23 of this frame's header and
 * bytes 0 to 63 of its payload. Not for use by several threads.
 */
final class GroupEncoder {
    static final int MARK_PAYLOAD = 96;
    static final int MARK_CHAINED = 64;
    static final int MARK_FRAME = FrameHeader.LENGTH + MARK_PAYLOAD;

    private static final int FIRST_CAPACITY = 1 << 16;
    private static final int KEPT_CAPACITY = 1 << 24;

    private final long salt;
    private ByteBuffer buffer = newBuffer(FIRST_CAPACITY);

    GroupEncoder(long salt) {
        this.salt = salt;
    }

    /** The frames of a group and the chain hash after them; valid until the next call. */
    record Encoded(ByteBuffer bytes, Hash chain) {}

    /** A group's frames and its COMMIT, for writing at this offset. */
    Encoded group(List<Change> changes, LogPosition before, Lsn last, Digest digest, Instant time) {
        checkOrder(changes, before.last());
        clear(changes.stream().mapToLong(RecoveryLog::bytesOf).sum());
        for (Change change : changes) {
            appendChange(change, before.length());
        }
        int mark = beginMark();
        buffer.putLong(mark, before.last().number() + 1)
                .putLong(mark + 8, last.number())
                .putInt(mark + 16, changes.size())
                .putLong(mark + 24, before.length());
        return endMark(FrameType.COMMIT, before, last, digest, time);
    }

    /** The file's last frame. */
    Encoded seal(LogPosition before, long changes, Seal.Reason reason, Instant time) {
        clear(0);
        int mark = beginMark();
        buffer.putLong(mark, changes)
                .putLong(mark + 8, before.last().number())
                .putLong(mark + 16, before.length() + MARK_FRAME)
                .putInt(mark + 24, reason.number());
        return endMark(FrameType.SEAL, before, before.last(), before.digest(), time);
    }

    /** What a reader would refuse must not be written. */
    private static void checkOrder(List<Change> changes, Lsn before) {
        Lsn last = before;
        for (Change change : changes) {
            if (!change.lsn().equals(last.next())) {
                throw new IllegalArgumentException("LSN " + change.lsn() + " does not follow LSN " + last);
            }
            last = change.lsn();
        }
    }

    private void appendChange(Change change, long groupOffset) {
        int at = buffer.position();
        int payload = at + FrameHeader.LENGTH;
        buffer.position(payload);
        ChangeCodec.write(change, buffer);
        int length = buffer.position() - payload;
        while (buffer.position() % 8 != 0) {
            buffer.put((byte) 0);
        }
        new FrameHeader(
                        length,
                        ChangeCodec.type(change),
                        change.lsn().number(),
                        Micros.of(change.time()),
                        FrameHeader.payloadChecksum(buffer, payload, length))
                .write(buffer, at, salt, groupOffset + at);
    }

    private int beginMark() {
        int payload = buffer.position() + FrameHeader.LENGTH;
        buffer.put(payload, new byte[MARK_PAYLOAD]);
        return payload;
    }

    private Encoded endMark(FrameType type, LogPosition before, Lsn last, Digest digest, Instant time) {
        int at = buffer.position();
        int payload = at + FrameHeader.LENGTH;
        digest.sum().write(buffer.position(payload + 32));
        buffer.putInt(at, MARK_PAYLOAD)
                .putInt(at + 4, type.number())
                .putLong(at + 8, last.number())
                .putLong(at + 16, Micros.of(time));
        Hash chain = chain(before.chain(), buffer, at);
        chain.write(buffer.position(payload + MARK_CHAINED));
        new FrameHeader(
                        MARK_PAYLOAD,
                        type,
                        last.number(),
                        Micros.of(time),
                        FrameHeader.payloadChecksum(buffer, payload, MARK_PAYLOAD))
                .write(buffer, at, salt, before.length() + at);
        return new Encoded(buffer.position(payload + MARK_PAYLOAD).flip(), chain);
    }

    /** The chain hash after a group whose frames begin at 0 and whose mark stands at {@code mark}. */
    static Hash chain(Hash before, ByteBuffer group, int mark) {
        MessageDigest sha256 = Hash.sha256();
        sha256.update(before.bytes());
        sha256.update(group.array(), group.arrayOffset(), mark + FrameHeader.CHAINED);
        sha256.update(group.array(), group.arrayOffset() + mark + FrameHeader.LENGTH, MARK_CHAINED);
        return Hash.of(sha256.digest());
    }

    private void clear(long framesLength) {
        if (framesLength + MARK_FRAME > RecoveryReader.MAX_GROUP) {
            throw new IllegalArgumentException(
                    "a group has at most " + RecoveryReader.MAX_GROUP + " bytes, not " + (framesLength + MARK_FRAME));
        }
        int needed = (int) framesLength + MARK_FRAME;
        if (needed > buffer.capacity() || buffer.capacity() > KEPT_CAPACITY) {
            buffer = newBuffer(Math.max(needed, FIRST_CAPACITY));
        }
        buffer.clear();
    }

    private static ByteBuffer newBuffer(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
}
