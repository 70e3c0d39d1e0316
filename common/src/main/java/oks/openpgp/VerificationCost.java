package oks.openpgp;

/**
 * Cost of the public-key cryptography of a signature, from the key alone, in units of one RSA verification with 2048
 * bits and the exponent 65537: some 40 µs on one core. Rounded up where machines and curves differ.
 */
final class VerificationCost {
    private static final long UNIT_BITS = 2048;
    /** 65537 has this many bits, and takes as many multiplications. */
    private static final long UNIT_EXPONENT_BITS = 17;

    private VerificationCost() {}

    /** One verification with this key; 1 at least. */
    static long ofSignature(KeyPacket key) {
        try {
            return switch (key.algorithm()) {
                case Algorithm.RSA, Algorithm.RSA_SIGN -> rsa(key);
                case Algorithm.DSA -> 2 * dsaPower(key); // two powers, of the generator and of the key
                default -> Math.max(1, Algorithm.signingCost(key));
            };
        } catch (Malformed e) {
            return 1; // such a key is refused when it is decoded
        }
    }

    /** Decoding this key so that it can verify: a point on a curve, or a member of a subgroup, is checked to be one. */
    static long ofKey(KeyPacket key) {
        try {
            return switch (key.algorithm()) {
                case Algorithm.DSA -> dsaPower(key);
                case Algorithm.ECDSA -> 1 + Algorithm.signingCost(key) / 8;
                default -> 1;
            };
        } catch (Malformed e) {
            return 1;
        }
    }

    private static long rsa(KeyPacket key) throws Malformed {
        KeyPacket.Mpis numbers = new KeyPacket.Mpis(key.packet(), key.material());
        long modulusBits = numbers.bits();
        numbers.next();
        return power(modulusBits, Math.max(UNIT_EXPONENT_BITS, numbers.bits()));
    }

    private static long dsaPower(KeyPacket key) throws Malformed {
        KeyPacket.Mpis numbers = new KeyPacket.Mpis(key.packet(), key.material());
        long primeBits = numbers.bits();
        numbers.next();
        return power(primeBits, numbers.bits());
    }

    private static long power(long modulusBits, long exponentBits) {
        long unit = UNIT_BITS * UNIT_BITS * UNIT_EXPONENT_BITS;
        return (modulusBits * modulusBits * exponentBits + unit - 1) / unit;
    }
}
