package oks.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A member of a gzip file (RFC 1952, section 2.3) that says how long it is, so that the next one can be found without
 * inflating it; see oks-archive(5). Programs that do not know the field step over it.
 *
 * <pre>
 * offset size (little endian)
 *      0   10  1f 8b, 8 (deflate), 4 (an extra field), no time, 4 ("fastest algorithm"), ff (unknown system)
 *     10    2  8, the length of the extra field
 *     12    4  'O' 'K', 4, 0: the subfield's name and length (section 2.3.1.1)
 *     16    4  length of the member, all of it
 *     20       deflated bytes
 *            4  CRC-32 of the plain bytes
 *            4  how many there are, at most 1 MiB
 * </pre>
 */
final class GzipMember {
    /** The most plain bytes in a member. */
    static final int BLOCK = 1 << 20;

    /** The longest member: deflated bytes are never more than the plain ones and an eighth (zlib's deflateBound). */
    static final int LONGEST = BLOCK + BLOCK / 4;

    /** The length of what stands before the deflated bytes. */
    static final int HEADER = 20;

    private static final byte[] BEGINNING = {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 4, (byte) 0xff, 8, 0, 'O', 'K', 4, 0};
    private static final int LENGTH = BEGINNING.length;
    private static final int TRAILER = 8;

    private GzipMember() {}

    /**
     * Compresses at most {@link #BLOCK} bytes.
     *
     * @param into has room for {@link #LONGEST}
     * @return the member's length
     */
    static int deflate(byte[] plain, int length, int level, byte[] into) {
        int end = HEADER + deflated(plain, length, level, into);
        ByteBuffer.wrap(into)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(BEGINNING)
                .putInt(end + TRAILER)
                .position(end)
                .putInt(crc(plain, length))
                .putInt(length);
        return end + TRAILER;
    }

    private static int deflated(byte[] plain, int length, int level, byte[] into) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(plain, 0, length);
            deflater.finish();
            int deflated = deflater.deflate(into, HEADER, into.length - HEADER - TRAILER);
            if (!deflater.finished()) {
                throw new IllegalStateException(length + " bytes grow to more than " + deflated);
            }
            return deflated;
        } finally {
            deflater.end();
        }
    }

    /** The length of the member with this header; 0 when it does not say, or more than one of ours can have. */
    static int length(byte[] header) {
        if (header.length < HEADER || !Arrays.equals(header, 0, LENGTH, BEGINNING, 0, LENGTH)) {
            return 0;
        }
        int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(LENGTH);
        return length >= HEADER + TRAILER && length <= LONGEST ? length : 0;
    }

    /**
     * The plain bytes of a whole member.
     *
     * @param into has room for one more than {@link #BLOCK}, to see that there is no more
     * @return how many there are
     * @throws IOException when it is damaged
     */
    static int inflate(byte[] member, int length, byte[] into) throws IOException {
        ByteBuffer trailer =
                ByteBuffer.wrap(member).order(ByteOrder.LITTLE_ENDIAN).position(length - TRAILER);
        int crc = trailer.getInt();
        int plain = trailer.getInt();
        if (plain < 0 || plain > BLOCK) {
            throw new IOException("a gzip member states " + Integer.toUnsignedString(plain) + " plain bytes");
        }
        if (inflated(member, length, into) != plain) {
            throw new IOException("a gzip member has other than the " + plain + " plain bytes that it states");
        }
        if (crc(into, plain) != crc) {
            throw new IOException("a gzip member does not match its CRC-32");
        }
        return plain;
    }

    /** How many plain bytes there are; -1 when the deflated ones do not end where the member says. */
    private static int inflated(byte[] member, int length, byte[] into) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(member, HEADER, length - HEADER - TRAILER);
            int inflated = 0;
            for (int more = 1; more > 0 && inflated < into.length; inflated += more) {
                more = inflater.inflate(into, inflated, into.length - inflated);
            }
            return inflater.finished() && inflater.getRemaining() == 0 ? inflated : -1;
        } catch (DataFormatException e) {
            throw new IOException("a gzip member does not inflate: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }

    private static int crc(byte[] plain, int length) {
        CRC32 crc = new CRC32();
        crc.update(plain, 0, length);
        return (int) crc.getValue();
    }
}
