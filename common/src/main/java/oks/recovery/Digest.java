package oks.recovery;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The state digest: the sum, modulo 2^256, of one SHA-256 for each certificate and each tombstone.
 *
 * <p>Adding and taking away are independent of order, so a change costs the same however large the database is, and two
 * databases with equal contents have equal digests. Specified in oks-recovery(5), section STATE DIGEST. Immutable.
 */
public record Digest(Hash sum) {
    /** The digest of an empty database. */
    public static final Digest EMPTY = new Digest(Hash.ZERO);

    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    /** The element of a certificate: SHA-256 of 'C', the fingerprint's length and bytes, the content. */
    public static Hash certificateElement(byte[] fingerprint, byte[] content) {
        return element((byte) 'C', fingerprint, content);
    }

    /** The element of a tombstone: SHA-256 of 'T', the fingerprint's length and bytes, the tombstone. */
    public static Hash tombstoneElement(byte[] fingerprint, byte[] tombstone) {
        return element((byte) 'T', fingerprint, tombstone);
    }

    private static Hash element(byte kind, byte[] fingerprint, byte[] content) {
        MessageDigest sha256 = Hash.sha256();
        sha256.update(kind);
        sha256.update((byte) fingerprint.length);
        sha256.update(fingerprint);
        sha256.update(content);
        return Hash.of(sha256.digest());
    }

    /** This digest with an element more; {@link Hash#ZERO} stands for no element. */
    public Digest plus(Hash element) {
        return new Digest(sum(sum, element));
    }

    /** This digest with an element less; {@link Hash#ZERO} stands for no element. */
    public Digest minus(Hash element) {
        BigInteger difference = number(sum).subtract(number(element)).mod(MODULUS);
        return new Digest(hash(difference));
    }

    private static Hash sum(Hash left, Hash right) {
        return hash(number(left).add(number(right)).mod(MODULUS));
    }

    private static BigInteger number(Hash hash) {
        return new BigInteger(1, hash.bytes());
    }

    private static Hash hash(BigInteger number) {
        byte[] magnitude = number.toByteArray();
        int length = Math.min(magnitude.length, Hash.BYTES);
        return Hash.of(ByteBuffer.allocate(Hash.BYTES)
                .put(Hash.BYTES - length, magnitude, magnitude.length - length, length)
                .array());
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return sum.hex();
    }

    /** Reads what {@link #hex} wrote. */
    public static Digest parse(String hex) {
        return new Digest(Hash.parse(hex));
    }

    @Override
    public String toString() {
        return hex();
    }
}
