package oks.openpgp;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Why a key can be broken, or may be, from its public part alone.
 *
 * <p>Keys made from the weak random numbers of Debian's OpenSSL of 2006 to 2008 (CVE-2008-0166) are not among these:
 * GnuPG and PGP never took theirs from OpenSSL, and the lists of such keys are packaged nowhere any more.
 */
public enum WeakKey {
    /** RSA with less than 2048 bits. */
    SHORT_RSA("RSA with less than 2048 bits"),
    /**
     * RSA whose primes some chips made so that they can be found (CVE-2017-15361, "ROCA"): the modulus is a power of
     * 65537 modulo every small prime.
     */
    ROCA("RSA key of a faulty chip (ROCA)"),
    /** DSA or ElGamal with less than 2048 bits. */
    SHORT_DISCRETE_LOGARITHM("DSA or ElGamal with less than 2048 bits"),
    /** ElGamal for signing, algorithm 20, which RFC 9580, section 9.1, reserves because it was broken. */
    ELGAMAL_SIGNING("ElGamal for signing");

    private static final int ENOUGH_BITS = 2048;

    /** Longer numbers are too costly to be looked at; Infineon's chips made at most 4096 bits. */
    private static final int MOST_BITS = 16_384;

    /**
     * The odd primes up to 167; the chips' primes are powers of 65537 modulo each of them, and products of such, too.
     */
    private static final int[] PRIMES = {
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167
    };

    private static final BitSet[] POWERS = powers();

    private final String words;

    WeakKey(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** For programs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The weaknesses of a key; none for nearly all. */
    static List<WeakKey> of(KeyPacket key) {
        List<WeakKey> found = new ArrayList<>(0);
        switch (key.algorithm()) {
            case Algorithm.RSA, Algorithm.RSA_ENCRYPT, Algorithm.RSA_SIGN -> {
                add(found, SHORT_RSA, isShort(key));
                add(found, ROCA, isOfFaultyChip(key));
            }
            case Algorithm.DSA, Algorithm.ELGAMAL -> add(found, SHORT_DISCRETE_LOGARITHM, isShort(key));
            case Algorithm.ELGAMAL_BOTH -> {
                add(found, SHORT_DISCRETE_LOGARITHM, isShort(key));
                add(found, ELGAMAL_SIGNING, true);
            }
            default -> {
                /* nothing is known of the others */
            }
        }
        return found;
    }

    private static void add(List<WeakKey> found, WeakKey weakness, boolean is) {
        if (is) {
            found.add(weakness);
        }
    }

    private static boolean isShort(KeyPacket key) {
        int bits = Algorithm.bits(key);
        return bits > 0 && bits < ENOUGH_BITS;
    }

    private static boolean isOfFaultyChip(KeyPacket key) {
        try {
            return isOfFaultyChip(new KeyPacket.Mpis(key.packet(), key.material()).next(MOST_BITS));
        } catch (Malformed e) {
            return false;
        }
    }

    /** Whether an RSA modulus has the mark of those chips; of others, one in 100 million has it. */
    static boolean isOfFaultyChip(BigInteger modulus) {
        for (int at = 0; at < PRIMES.length; at++) {
            int rest = modulus.mod(BigInteger.valueOf(PRIMES[at])).intValue();
            if (!POWERS[at].get(rest)) {
                return false;
            }
        }
        return true;
    }

    /** What powers of 65537 leave when divided by each of the primes. */
    private static BitSet[] powers() {
        BitSet[] powers = new BitSet[PRIMES.length];
        for (int at = 0; at < PRIMES.length; at++) {
            powers[at] = new BitSet(PRIMES[at]);
            for (int power = 1; !powers[at].get(power); power = power * (65_537 % PRIMES[at]) % PRIMES[at]) {
                powers[at].set(power);
            }
        }
        return powers;
    }
}
