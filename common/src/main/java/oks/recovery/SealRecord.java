package oks.recovery;

import java.nio.ByteBuffer;

/**
 * The payload of a SEAL, which ends a complete file, little endian; see oks-recovery(5), section FRAMES.
 *
 * <pre>
 * offset size
 *      0    8  changes in the file
 *      8    8  last LSN
 *     16    8  exact length of the file
 *     24    4  reason, as {@link Seal.Reason#number}
 *     28    4  zeros
 *     32   32  state digest
 *     64   32  chain hash; see {@link ChainHash}
 * </pre>
 *
 * <p>The numbers are those of the file: whoever reads them checks them.
 */
record SealRecord(long changes, long last, long fileLength, int reason, Digest digest) {
    private static final int CHANGES = 0;
    private static final int LAST = 8;
    private static final int FILE_LENGTH = 16;
    private static final int REASON = 24;

    /** Writes the payload, with zeros for the chain hash. */
    void write(ByteBuffer into, int payload) {
        into.put(payload, new byte[RecoveryFormat.END_PAYLOAD]);
        into.putLong(payload + CHANGES, changes)
                .putLong(payload + LAST, last)
                .putLong(payload + FILE_LENGTH, fileLength)
                .putInt(payload + REASON, reason);
        digest.sum().write(into.duplicate().position(payload + RecoveryFormat.END_DIGEST));
    }

    /** Reads a payload of {@link RecoveryFormat#END_PAYLOAD} bytes. */
    static SealRecord read(ByteBuffer from, int payload) {
        return new SealRecord(
                from.getLong(payload + CHANGES),
                from.getLong(payload + LAST),
                from.getLong(payload + FILE_LENGTH),
                from.getInt(payload + REASON),
                new Digest(Hash.read(from.duplicate().position(payload + RecoveryFormat.END_DIGEST))));
    }
}
