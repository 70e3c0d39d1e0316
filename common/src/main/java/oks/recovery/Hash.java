package oks.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 value (FIPS 180-4), kept as four numbers so that it compares and hashes by value. */
public record Hash(long first, long second, long third, long fourth) {
    /** Length in bytes. */
    public static final int BYTES = 32;

    /** All bytes zero: "no hash" wherever a field may be empty. */
    public static final Hash ZERO = new Hash(0, 0, 0, 0);

    /** The hash in these 32 bytes. */
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + bytes.length);
        }
        return read(ByteBuffer.wrap(bytes));
    }

    /** Takes 32 bytes from the buffer. */
    static Hash read(ByteBuffer from) {
        ByteBuffer view = from.duplicate().order(ByteOrder.BIG_ENDIAN);
        Hash hash = new Hash(view.getLong(), view.getLong(), view.getLong(), view.getLong());
        from.position(from.position() + BYTES);
        return hash;
    }

    /** Puts 32 bytes into the buffer. */
    void write(ByteBuffer into) {
        into.put(bytes());
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(first)
                .putLong(second)
                .putLong(third)
                .putLong(fourth)
                .array();
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** Reads what {@link #hex} wrote. */
    public static Hash parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** A fresh SHA-256 computation; every Java platform has it. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return hex();
    }
}
