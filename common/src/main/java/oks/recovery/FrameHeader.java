package oks.recovery;

import java.nio.ByteBuffer;
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
    static final int LENGTH = 32;

    /** How much of the header the chain hash covers: all that is not a checksum. */
    static final int CHAINED = 24;

    private static final int CHECKSUM = 28;

    /** Bytes of a frame with this payload, padding included. */
    static long frameLength(int payloadLength) {
        return LENGTH + padded(payloadLength);
    }

    static long padded(int length) {
        return (length + 7L) & ~7L;
    }

    void write(ByteBuffer into, int at, long salt, long offset) {
        into.putInt(at, payloadLength)
                .putInt(at + 4, type.number())
                .putLong(at + 8, lsn)
                .putLong(at + 16, micros)
                .putInt(at + 24, payloadChecksum)
                .putInt(at + CHECKSUM, checksum(into, at, salt, offset));
    }

    /** The header at this place of the buffer, or null when it does not check. */
    static FrameHeader read(ByteBuffer from, int at, long salt, long offset) {
        FrameType type = FrameType.of(from.get(at + 4));
        int length = from.getInt(at);
        if (type == null || length < 0 || from.getInt(at + CHECKSUM) != checksum(from, at, salt, offset)) {
            return null;
        }
        return new FrameHeader(length, type, from.getLong(at + 8), from.getLong(at + 16), from.getInt(at + 24));
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
