package oks.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;

/**
 * Turns changes into frames, and ends them with a commit record or seal record; one buffer, used again for each group.
 * Not for use by several threads.
 */
final class GroupEncoder {
    private static final int FIRST_CAPACITY = 1 << 16;
    private static final int KEPT_CAPACITY = 1 << 24;

    private final long salt;
    private ByteBuffer buffer = newBuffer(FIRST_CAPACITY);

    GroupEncoder(long salt) {
        this.salt = salt;
    }

    /** The frames of a group and the chain hash after them; valid until the next call. */
    record Encoded(ByteBuffer bytes, Hash chain) {}

    /** A group's frames and its commit record, for writing at this offset. */
    Encoded group(List<Change> changes, LogPosition before, Lsn last, Digest digest, Instant time) {
        checkOrder(changes, before.last());
        clear(changes.stream().mapToLong(ChangeCodec::frameLength).sum());
        for (Change change : changes) {
            appendChange(change, before.length());
        }
        new CommitRecord(before.last().number() + 1, last.number(), changes.size(), before.length(), digest)
                .write(buffer, buffer.position() + RecoveryFormat.FRAME_HEADER);
        return end(FrameType.COMMIT, before, last, time);
    }

    /** The file's last frame. */
    Encoded seal(LogPosition before, long changes, Seal.Reason reason, Instant time) {
        clear(0);
        long length = before.length() + RecoveryFormat.END_FRAME;
        new SealRecord(changes, before.last().number(), length, reason.number(), before.digest())
                .write(buffer, buffer.position() + RecoveryFormat.FRAME_HEADER);
        return end(FrameType.SEAL, before, before.last(), time);
    }

    /** Refuses to write an order that a reader would refuse. */
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
        int payload = at + RecoveryFormat.FRAME_HEADER;
        buffer.position(payload);
        ChangeCodec.write(change, buffer);
        int length = buffer.position() - payload;
        while (buffer.position() % RecoveryFormat.ALIGNMENT != 0) {
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

    /** Completes the end record whose payload stands after the changes: its chain hash, then its frame's header. */
    private Encoded end(FrameType type, LogPosition before, Lsn last, Instant time) {
        int at = buffer.position();
        int payload = at + RecoveryFormat.FRAME_HEADER;
        long offset = before.length() + at;
        FrameHeader unchecked = new FrameHeader(RecoveryFormat.END_PAYLOAD, type, last.number(), Micros.of(time), 0);
        unchecked.write(
                buffer, at, salt, offset); // the chain hash covers what it says, and the checksum the chain hash
        Hash chain = ChainHash.after(before.chain(), buffer, at);
        ChainHash.write(chain, buffer, at);
        unchecked
                .withPayloadChecksum(FrameHeader.payloadChecksum(buffer, payload, RecoveryFormat.END_PAYLOAD))
                .write(buffer, at, salt, offset);
        return new Encoded(buffer.position(payload + RecoveryFormat.END_PAYLOAD).flip(), chain);
    }

    private void clear(long framesLength) {
        long length = framesLength + RecoveryFormat.END_FRAME;
        if (length > RecoveryFormat.MAX_GROUP) {
            throw new IllegalArgumentException(
                    "a group has at most " + RecoveryFormat.MAX_GROUP + " bytes, not " + length);
        }
        if (length > buffer.capacity() || buffer.capacity() > KEPT_CAPACITY) {
            buffer = newBuffer((int) Math.max(length, FIRST_CAPACITY));
        }
        buffer.clear();
    }

    private static ByteBuffer newBuffer(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
}
