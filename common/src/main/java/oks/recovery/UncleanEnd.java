package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import oks.durable.DurableFile;

/** Copies the valid part of an unsealed recovery file and seals the copy. */
final class UncleanEnd {
    private static final int CHUNK = 1 << 20;

    private final DurableFile from;
    private final DurableFile into;
    private final RecoveryHeader header;

    UncleanEnd(DurableFile from, DurableFile into, RecoveryHeader header) {
        this.from = from;
        this.into = into;
        this.header = header;
    }

    LogPosition copyAndSeal(LogPosition valid, Instant time) throws IOException {
        copy(valid.length());
        long changes = valid.last().number() - header.predecessor().last().number();
        GroupEncoder.Encoded seal =
                new GroupEncoder(header.salt()).seal(valid, changes, Seal.Reason.UNCLEAN, time);
        into.write(valid.length(), seal.bytes());
        into.syncAll();
        return new LogPosition(
                header.name(), valid.length() + GroupEncoder.MARK_FRAME, valid.last(), seal.chain(), valid.digest());
    }

    private void copy(long length) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long at = 0; at < length; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, length - at));
            if (from.read(chunk, at) < chunk.limit()) {
                throw new IOException("recovery file \"" + from.path() + "\" became shorter while it was read");
            }
            into.write(at, chunk.flip());
        }
    }

    /** The bytes after the valid part. */
    byte[] tail(long validLength) throws IOException {
        ByteBuffer tail = ByteBuffer.allocate(Math.toIntExact(from.size() - validLength));
        from.read(tail, validLength);
        return tail.array();
    }
}
