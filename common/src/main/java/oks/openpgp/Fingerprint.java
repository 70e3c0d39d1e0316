package oks.openpgp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The name of a key: 16 bytes for version 3, 20 for version 4, 32 for version 6 (RFC 9580, section 5.5.4).
 *
 * <p>Ordered as unsigned bytes, a shorter one before a longer one that it begins. Immutable.
 */
public final class Fingerprint implements Comparable<Fingerprint> {
    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();

    private final byte[] bytes;

    private Fingerprint(byte[] bytes) {
        if (bytes.length != 16 && bytes.length != 20 && bytes.length != 32) {
            throw new IllegalArgumentException("a fingerprint has 16, 20 or 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    /**
     * A fingerprint of these bytes, which are copied.
     *
     * @throws IllegalArgumentException if there are not 16, 20 or 32
     */
    public static Fingerprint of(byte[] bytes) {
        return new Fingerprint(bytes.clone());
    }

    /**
     * Reads 32, 40 or 64 hexadecimal digits in either case, with or without {@code 0x}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Fingerprint parse(String hex) {
        boolean prefixed = hex.startsWith("0x") || hex.startsWith("0X");
        return new Fingerprint(HexFormat.of().parseHex(prefixed ? hex.substring(2) : hex));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The version of the key that has a fingerprint of this length: 3, 4 or 6. */
    public int version() {
        return switch (bytes.length) {
            case 16 -> 3;
            case 20 -> 4;
            default -> 6;
        };
    }

    /**
     * The key ID: the low 64 bits for version 4, the high 64 bits for version 6.
     *
     * @throws IllegalStateException for version 3, whose key ID comes from the modulus and not from the fingerprint;
     *     see {@link IndexTerms#keyIds}
     */
    public KeyId keyId() {
        return switch (version()) {
            case 4 -> new KeyId(ByteBuffer.wrap(bytes).getLong(12));
            case 6 -> new KeyId(ByteBuffer.wrap(bytes).getLong(0));
            default -> throw new IllegalStateException("the key ID of a version 3 key is not in its fingerprint");
        };
    }

    @Override
    public int compareTo(Fingerprint other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Upper-case hexadecimal digits without spaces. */
    @Override
    public String toString() {
        return UPPER_HEX.formatHex(bytes);
    }
}
