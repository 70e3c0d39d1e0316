package oks.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The rest of a deleted certificate: who removed it, why, and whether it may come back.
 *
 * <pre>
 * offset size
 *      0    8  time of the deletion, microseconds since 1970, little endian
 *      8    1  1: uploads of this certificate are refused; 0: they are taken
 *      9    1  length of "by"
 *     10    2  length of the reason, little endian
 *     12       "by", UTF-8; then the reason, UTF-8
 * </pre>
 *
 * @param by who did it, such as "uid 0"; at most 255 bytes of UTF-8
 * @param reason at most 65,535 bytes of UTF-8
 */
public record Tombstone(Instant time, boolean blocked, String by, String reason) {
    private static final int FIXED = 12;

    public Tombstone {
        time = Micros.truncate(time);
        Utf8.limited(by, Utf8.SHORT, "who deletes");
        Utf8.limited(reason, 0xFFFF, "the reason of a deletion");
    }

    /** The bytes that the recovery file and the store keep. */
    public byte[] bytes() {
        byte[] who = Utf8.bytes(by);
        byte[] why = Utf8.bytes(reason);
        return ByteBuffer.allocate(FIXED + who.length + why.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Micros.of(time))
                .put((byte) (blocked ? 1 : 0))
                .put((byte) who.length)
                .putShort((short) why.length)
                .put(who)
                .put(why)
                .array();
    }

    /**
     * Reads what {@link #bytes} wrote.
     *
     * @throws IllegalArgumentException when the lengths do not fit
     */
    public static Tombstone of(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < FIXED) {
            throw new IllegalArgumentException("a tombstone has at least 12 bytes, not " + bytes.length);
        }
        Instant time = Micros.instant(from.getLong());
        boolean blocked = from.get() != 0;
        int whoLength = Byte.toUnsignedInt(from.get());
        int whyLength = Short.toUnsignedInt(from.getShort());
        if (bytes.length != FIXED + whoLength + whyLength) {
            throw new IllegalArgumentException("a tombstone's texts do not fill it");
        }
        return new Tombstone(
                time,
                blocked,
                new String(bytes, FIXED, whoLength, StandardCharsets.UTF_8),
                new String(bytes, FIXED + whoLength, whyLength, StandardCharsets.UTF_8));
    }
}
