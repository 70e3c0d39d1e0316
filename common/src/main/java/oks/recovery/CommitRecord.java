package oks.recovery;

import java.nio.ByteBuffer;

/**
 * The payload of a COMMIT, which ends a group, little endian; see oks-recovery(5), section FRAMES.
 *
 * <pre>
 * offset size
 *      0    8  first LSN of the group
 *      8    8  last LSN
 *     16    4  changes in the group, 0 for a heartbeat
 *     20    4  zeros
 *     24    8  offset where the group begins, known durable before
 *     32   32  state digest after the group
 *     64   32  chain hash; see {@link ChainHash}
 * </pre>
 *
 * <p>The numbers are those of the file: whoever reads them checks them.
 */
record CommitRecord(long first, long last, int changes, long groupOffset, Digest digest) {
    private static final int FIRST = 0;
    private static final int LAST = 8;
    private static final int CHANGES = 16;
    private static final int GROUP_OFFSET = 24;

    /** Writes the payload, with zeros for the chain hash. */
    void write(ByteBuffer into, int payload) {
        into.put(payload, new byte[RecoveryFormat.END_PAYLOAD]);
        into.putLong(payload + FIRST, first)
                .putLong(payload + LAST, last)
                .putInt(payload + CHANGES, changes)
                .putLong(payload + GROUP_OFFSET, groupOffset);
        digest.sum().write(into.duplicate().position(payload + RecoveryFormat.END_DIGEST));
    }

    /** Reads a payload of {@link RecoveryFormat#END_PAYLOAD} bytes. */
    static CommitRecord read(ByteBuffer from, int payload) {
        return new CommitRecord(
                from.getLong(payload + FIRST),
                from.getLong(payload + LAST),
                from.getInt(payload + CHANGES),
                from.getLong(payload + GROUP_OFFSET),
                new Digest(Hash.read(from.duplicate().position(payload + RecoveryFormat.END_DIGEST))));
    }
}
