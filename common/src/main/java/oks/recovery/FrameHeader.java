package oks.recovery;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The 32 bytes before each payload, little endian; see oks-recovery(5), section FRAMES.
 *
 * <pre>
 * offset size
 *      0    4  payload length
 *      4    1  type
 *      5    3  zeros
 *      8    8  LSN (of the change; in COMMIT and SEAL: of the last change so far)
 *     16    8  time, microseconds since 1970
 *     24    4  CRC32C of the payload
 *     28    4  CRC32C of the file's salt, the frame's offset and bytes 0 to 27
 * </pre>
 *
 * <p>The header has a checksum of its own so that the length can be trusted before the payload is read. Salt and offset
 * are in it so that bytes copied from another place or file never validate.
 */
record FrameHeader(int payloadLength, FrameType type, long lsn, long micros, int payloadChecksum) {
    private static final int TYPE = 4;
    private static final int LSN = 8;
    private static final int TIME = 16;
    private static final int PAYLOAD_CHECKSUM = 24;
    private static final int CHECKSUM = 28;

    /** Writes the header at this place of the buffer, for a frame at this offset of the file. */
    void write(ByteBuffer into, int at, long salt, long offset) {
        into.putInt(at, payloadLength)
                .putInt(at + TYPE, type.number())
                .putLong(at + LSN, lsn)
                .putLong(at + TIME, micros)
                .putInt(at + PAYLOAD_CHECKSUM, payloadChecksum)
                .putInt(at + CHECKSUM, checksum(into, at, salt, offset));
    }

    /** The header at this place of the buffer; empty when it does not check. */
    static Optional<FrameHeader> read(ByteBuffer from, int at, long salt, long offset) {
        int length = from.getInt(at);
        if (length < 0 || from.getInt(at + CHECKSUM) != checksum(from, at, salt, offset)) {
            return Optional.empty();
        }
        return FrameType.of(from.get(at + TYPE))
                .map(type -> new FrameHeader(
                        length,
                        type,
                        from.getLong(at + LSN),
                        from.getLong(at + TIME),
                        from.getInt(at + PAYLOAD_CHECKSUM)));
    }

    /** Whether the header at this place checks as one that was written at this offset of the file. */
    static boolean checks(ByteBuffer from, int at, long salt, long offset) {
        return read(from, at, salt, offset).isPresent();
    }

    /**
     * The type of an end record at this place whose payload checks, wherever in the file it was written; empty when
     * there is none.
     *
     * @param from has {@link RecoveryFormat#END_FRAME} bytes from there on
     */
    static Optional<FrameType> endRecord(ByteBuffer from, int at) {
        if (from.getInt(at) != RecoveryFormat.END_PAYLOAD) {
            return Optional.empty(); // almost always: every byte of a file may be asked for
        }
        int payload = at + RecoveryFormat.FRAME_HEADER;
        return FrameType.of(from.getInt(at + TYPE))
                .filter(FrameType::isEndRecord)
                .filter(type -> from.getInt(at + PAYLOAD_CHECKSUM)
                        == payloadChecksum(from, payload, RecoveryFormat.END_PAYLOAD));
    }

    /** The LSN in the header at this place, checked or not. */
    static long lsn(ByteBuffer from, int at) {
        return from.getLong(at + LSN);
    }

    /** Bytes of the frame: header, payload and padding. */
    long frameLength() {
        return RecoveryFormat.frameLength(payloadLength);
    }

    /** The same header for another payload of this length. */
    FrameHeader withPayloadChecksum(int checksum) {
        return new FrameHeader(payloadLength, type, lsn, micros, checksum);
    }

    private static int checksum(ByteBuffer header, int at, long salt, long offset) {
        CRC32C crc = new CRC32C();
        updateLong(crc, salt);
        updateLong(crc, offset);
        crc.update(header.array(), header.arrayOffset() + at, CHECKSUM);
        return (int) crc.getValue();
    }

    private static void updateLong(CRC32C crc, long number) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (number >>> shift) & 0xFF);
        }
    }

    static int payloadChecksum(ByteBuffer from, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(from.array(), from.arrayOffset() + at, length);
        return (int) crc.getValue();
    }
}
