package oks.recovery;

import java.security.MessageDigest;

/**
 * The state digest: the sum, modulo 2^256, of one SHA-256 for each certificate and each tombstone.
 *
 * <p>Adding and taking away are independent of order, so a change costs the same however large the database is, and two
 * databases with equal contents have equal digests. The sum is a big-endian number. Specified in oks-recovery(5),
 * section STATE DIGEST. Immutable.
 */
public record Digest(Hash sum) {
    /** The digest of an empty database. */
    public static final Digest EMPTY = new Digest(Hash.ZERO);

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
        long fourth = sum.fourth() + element.fourth();
        long carry = carry(sum.fourth(), element.fourth(), fourth);
        long third = sum.third() + element.third() + carry;
        carry = carry(sum.third(), element.third(), third);
        long second = sum.second() + element.second() + carry;
        carry = carry(sum.second(), element.second(), second);
        return new Digest(new Hash(sum.first() + element.first() + carry, second, third, fourth));
    }

    /** This digest with an element less; {@link Hash#ZERO} stands for no element. */
    public Digest minus(Hash element) {
        long fourth = sum.fourth() - element.fourth();
        long borrow = borrow(sum.fourth(), element.fourth(), fourth);
        long third = sum.third() - element.third() - borrow;
        borrow = borrow(sum.third(), element.third(), third);
        long second = sum.second() - element.second() - borrow;
        borrow = borrow(sum.second(), element.second(), second);
        return new Digest(new Hash(sum.first() - element.first() - borrow, second, third, fourth));
    }

    /** The carry out of the highest bit of a sum (Hacker's Delight, section 2-16). */
    private static long carry(long left, long right, long sum) {
        return (left & right | (left | right) & ~sum) >>> 63;
    }

    /** The borrow out of the highest bit of a difference (Hacker's Delight, section 2-16). */
    private static long borrow(long left, long right, long difference) {
        return (~left & right | (~left | right) & difference) >>> 63;
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
