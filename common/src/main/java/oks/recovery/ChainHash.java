package oks.recovery;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The hash that ties every byte of the log to all before it; see oks-recovery(5), section CHAIN. */
final class ChainHash {
    private ChainHash() {}

    /** The chain hash with which a file's frames begin: SHA-256 of the predecessor's and of the file's header. */
    static Hash begin(Hash predecessor, ByteBuffer header) {
        MessageDigest sha256 = Hash.sha256();
        sha256.update(predecessor.bytes());
        sha256.update(header.duplicate());
        return Hash.of(sha256.digest());
    }

    /**
     * The chain hash after a group: SHA-256 of the chain hash before it, its frames, and the end record's frame header
     * and payload up to the chain hash, without checksums.
     *
     * @param group a buffer with an array, in which the group's frames begin at 0
     * @param frame where the frame of the commit record or seal record begins
     */
    static Hash after(Hash before, ByteBuffer group, int frame) {
        MessageDigest sha256 = Hash.sha256();
        sha256.update(before.bytes());
        sha256.update(group.array(), group.arrayOffset(), frame + RecoveryFormat.FRAME_HEADER_CHAINED);
        int payload = group.arrayOffset() + frame + RecoveryFormat.FRAME_HEADER;
        sha256.update(group.array(), payload, RecoveryFormat.END_CHAIN);
        return Hash.of(sha256.digest());
    }

    /** Puts the chain hash in its place in the end record whose frame begins there. */
    static void write(Hash chain, ByteBuffer into, int frame) {
        chain.write(into.duplicate().position(place(frame)));
    }

    /** The chain hash in the end record whose frame begins there. */
    static Hash read(ByteBuffer from, int frame) {
        return Hash.read(from.duplicate().position(place(frame)));
    }

    private static int place(int frame) {
        return frame + RecoveryFormat.FRAME_HEADER + RecoveryFormat.END_CHAIN;
    }
}
