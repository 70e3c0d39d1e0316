package oks.openpgp;

import java.util.HexFormat;
import java.util.Map;

/**
 * Public-key algorithms by number, and curves by object identifier (RFC 9580, sections 9.1 and 9.2; RFC 9980 for those
 * that a quantum computer does not break).
 */
final class Algorithm {
    static final int RSA = 1;
    static final int RSA_ENCRYPT = 2;
    static final int RSA_SIGN = 3;
    static final int ELGAMAL = 16;
    static final int DSA = 17;
    static final int ECDH = 18;
    static final int ECDSA = 19;
    static final int ELGAMAL_BOTH = 20;
    static final int EDDSA = 22;
    static final int X25519 = 25;
    static final int X448 = 26;
    static final int ED25519 = 27;
    static final int ED448 = 28;
    static final int ML_DSA_65_ED25519 = 30;
    static final int ML_DSA_87_ED448 = 31;
    static final int SLH_DSA_SHAKE_128S = 32;
    static final int SLH_DSA_SHAKE_128F = 33;
    static final int SLH_DSA_SHAKE_256S = 34;
    static final int ML_KEM_768_X25519 = 35;
    static final int ML_KEM_1024_X448 = 36;

    private static final int ED25519_COST = 4;
    private static final int ED448_COST = 16;

    /**
     * An algorithm whose public keys and signatures are bytes of a fixed length.
     *
     * @param bits as gpg counts them; 0 for a pair of keys, or where nobody counts them
     * @param signatureBytes 0 for what signs nothing
     * @param cost of verifying a signature, as {@link VerificationCost} counts; 0 for what signs nothing
     * @param leastVersion of a key packet that may have it
     */
    private record Fixed(String name, int bits, int keyBytes, int signatureBytes, int cost, int leastVersion) {}

    private static final Map<Integer, Fixed> FIXED = Map.ofEntries(
            Map.entry(X25519, new Fixed("x25519", 255, 32, 0, 0, 4)),
            Map.entry(X448, new Fixed("x448", 448, 56, 0, 0, 4)),
            Map.entry(ED25519, new Fixed("ed25519", 255, 32, 64, ED25519_COST, 4)),
            Map.entry(ED448, new Fixed("ed448", 456, 57, 114, ED448_COST, 4)),
            Map.entry(ML_DSA_65_ED25519, new Fixed("ML-DSA-65+Ed25519", 0, 32 + 1952, 64 + 3309, 12, 6)),
            Map.entry(ML_DSA_87_ED448, new Fixed("ML-DSA-87+Ed448", 0, 57 + 2592, 114 + 4627, 30, 6)),
            Map.entry(SLH_DSA_SHAKE_128S, new Fixed("SLH-DSA-SHAKE-128s", 0, 32, 7856, 40, 6)),
            Map.entry(SLH_DSA_SHAKE_128F, new Fixed("SLH-DSA-SHAKE-128f", 0, 32, 17088, 110, 6)),
            Map.entry(SLH_DSA_SHAKE_256S, new Fixed("SLH-DSA-SHAKE-256s", 0, 64, 29792, 80, 6)),
            Map.entry(ML_KEM_768_X25519, new Fixed("ML-KEM-768+X25519", 0, 32 + 1184, 0, 0, 4)),
            Map.entry(ML_KEM_1024_X448, new Fixed("ML-KEM-1024+X448", 0, 56 + 1568, 0, 0, 6)));

    /** @param cost of verifying a signature, as {@link VerificationCost} counts; 0 for what signs nothing */
    private record Curve(String name, int bits, int cost) {}

    private static final Map<String, Curve> CURVES = Map.ofEntries(
            Map.entry("2a8648ce3d030107", new Curve("nistp256", 256, 15)),
            Map.entry("2b81040022", new Curve("nistp384", 384, 40)),
            Map.entry("2b81040023", new Curve("nistp521", 521, 55)),
            Map.entry("2b8104000a", new Curve("secp256k1", 256, 15)),
            Map.entry("2b2403030208010107", new Curve("brainpoolP256r1", 256, 50)),
            Map.entry("2b240303020801010b", new Curve("brainpoolP384r1", 384, 70)),
            Map.entry("2b240303020801010d", new Curve("brainpoolP512r1", 512, 120)),
            Map.entry("2b06010401da470f01", new Curve("ed25519", 255, ED25519_COST)),
            Map.entry("2b656f", new Curve("x448", 448, 0)),
            Map.entry("2b6571", new Curve("ed448", 456, ED448_COST)),
            Map.entry("2b060104019755010501", new Curve("cv25519", 255, 0)));

    private static final Curve UNKNOWN_CURVE = new Curve("unknown curve", 0, 0);

    private Algorithm() {}

    /** Whether signatures of this algorithm can be verified here. */
    static boolean verifiable(int algorithm) {
        return switch (algorithm) {
            case RSA, RSA_SIGN, DSA, ECDSA, EDDSA -> true;
            default -> signatureBytes(algorithm) > 0;
        };
    }

    /** Whether keys of this algorithm are made for encryption, whatever else. */
    static boolean encrypts(int algorithm) {
        return switch (algorithm) {
            case RSA, RSA_ENCRYPT, ELGAMAL, ELGAMAL_BOTH, ECDH -> true;
            default -> FIXED.containsKey(algorithm) && signatureBytes(algorithm) == 0;
        };
    }

    /** Whether this is one of the algorithms of RFC 9980, which a quantum computer does not break. */
    static boolean isPostQuantum(int algorithm) {
        return algorithm >= ML_DSA_65_ED25519 && algorithm <= ML_KEM_1024_X448;
    }

    /** Whether its signatures have some 8 to 30 KB, so that only the newest of a kind is kept. */
    static boolean isStatelessHashBased(int algorithm) {
        return algorithm >= SLH_DSA_SHAKE_128S && algorithm <= SLH_DSA_SHAKE_256S;
    }

    /** Whether keys of this version may have this algorithm; true for algorithms that nobody here knows. */
    static boolean allowedIn(int algorithm, int version) {
        Fixed fixed = FIXED.get(algorithm);
        return fixed == null || version >= fixed.leastVersion();
    }

    /** The length of a public key of this algorithm; 0 where keys differ in length or the algorithm is unknown. */
    static int keyBytes(int algorithm) {
        Fixed fixed = FIXED.get(algorithm);
        return fixed == null ? 0 : fixed.keyBytes();
    }

    /** The length of a signature of this algorithm; 0 where they are numbers, or there are none, or it is unknown. */
    static int signatureBytes(int algorithm) {
        Fixed fixed = FIXED.get(algorithm);
        return fixed == null ? 0 : fixed.signatureBytes();
    }

    /**
     * A name as gpg and sq write it, such as {@code rsa4096}, {@code ed25519} or {@code ML-DSA-65+Ed25519};
     * {@code algorithm N} if unknown.
     */
    static String name(KeyPacket key) {
        int bits = bits(key);
        return switch (key.algorithm()) {
            case RSA, RSA_ENCRYPT, RSA_SIGN -> "rsa" + bits;
            case ELGAMAL, ELGAMAL_BOTH -> "elg" + bits;
            case DSA -> "dsa" + bits;
            case ECDH, ECDSA, EDDSA -> curve(key).name();
            default -> name(key.algorithm());
        };
    }

    /** The name of an algorithm whose keys are all of one kind; {@code algorithm N} for the others. */
    static String name(int algorithm) {
        Fixed fixed = FIXED.get(algorithm);
        return fixed == null ? "algorithm " + algorithm : fixed.name();
    }

    /** The size of the key as gpg counts it (255 for Curve25519); 0 if unknown or post-quantum. */
    static int bits(KeyPacket key) {
        return switch (key.algorithm()) {
            case RSA, RSA_ENCRYPT, RSA_SIGN, ELGAMAL, ELGAMAL_BOTH, DSA -> firstNumber(key);
            case ECDH, ECDSA, EDDSA -> curve(key).bits();
            default -> {
                Fixed fixed = FIXED.get(key.algorithm());
                yield fixed == null ? 0 : fixed.bits();
            }
        };
    }

    /** Cost of a verification where it depends on algorithm or curve alone; 0 if unknown or not for signatures. */
    static int signingCost(KeyPacket key) {
        return switch (key.algorithm()) {
            case ECDSA, EDDSA -> curve(key).cost();
            default -> {
                Fixed fixed = FIXED.get(key.algorithm());
                yield fixed == null ? 0 : fixed.cost();
            }
        };
    }

    private static int firstNumber(KeyPacket key) {
        try {
            return new KeyPacket.Mpis(key.packet(), key.material()).bits();
        } catch (Malformed e) {
            return 0;
        }
    }

    private static Curve curve(KeyPacket key) {
        Packet packet = key.packet();
        int at = key.material();
        int length = at < packet.length() ? packet.at(at) : 0;
        if (length > packet.length() - at - 1) {
            return UNKNOWN_CURVE;
        }
        String identifier = HexFormat.of().formatHex(packet.body(at + 1, length));
        return CURVES.getOrDefault(identifier, UNKNOWN_CURVE);
    }
}
