package oks.recovery;

/**
 * Constants of recovery files of format 1; see oks-recovery(5). Each record that is read and written has its own
 * layout.
 */
public final class RecoveryFormat {
    /** The newest format version that this program reads, and the one it writes. */
    public static final int VERSION = 1;

    /** Length in bytes of the header with which a file begins; the first frame stands after it. */
    public static final int HEADER = 4096;

    /** The first 8 bytes of a file, {@code "OKSRCV\r\n"}, as a little endian number. */
    static final long MAGIC = 0x0A0D_5643_5253_4B4FL;

    /** Offset in the file's header of the salt, which makes its frames unlike those of every other file. */
    static final int SALT = 136;

    /** Length in bytes of the header of each frame. */
    static final int FRAME_HEADER = 32;

    /** Bytes of a frame's header that the chain hash covers: all but its checksums. */
    static final int FRAME_HEADER_CHAINED = 24;

    /** Frames begin at multiples of this; zeros fill the payload up to it. */
    static final int ALIGNMENT = 8;

    /** Length in bytes of the payload of an end record: a commit record or a seal record. */
    static final int END_PAYLOAD = 96;

    /** Offset in an end record's payload of the state digest. */
    static final int END_DIGEST = 32;

    /** Offset in an end record's payload of the chain hash, which covers the bytes before it. */
    static final int END_CHAIN = 64;

    /** Length in bytes of an end record with its frame header. */
    static final int END_FRAME = FRAME_HEADER + END_PAYLOAD;

    /** Most bytes that a group may have, its commit record included; a longer one is a bad frame. */
    static final int MAX_GROUP = 256 << 20;

    private RecoveryFormat() {}

    /** Bytes of a frame with this payload, padding included. */
    static long frameLength(int payloadLength) {
        return FRAME_HEADER + padded(payloadLength);
    }

    /** The next multiple of {@link #ALIGNMENT}. */
    static long padded(int length) {
        return (length + ALIGNMENT - 1L) & -ALIGNMENT;
    }
}
