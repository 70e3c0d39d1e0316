package oks.openpgp;

import java.util.HexFormat;
import java.util.Map;

/** Public-key algorithms by number, and curves by object identifier (RFC 9580, sections 9.1 and 9.2). */
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

    private static final int ED25519_COST = 4;
    private static final int ED448_COST = 16;

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
            case RSA, RSA_SIGN, DSA, ECDSA, EDDSA, ED25519, ED448 -> true;
            default -> false;
        };
    }

    /** Whether keys of this algorithm are made for encryption, whatever else. */
    static boolean encrypts(int algorithm) {
        return switch (algorithm) {
            case RSA, RSA_ENCRYPT, ELGAMAL, ELGAMAL_BOTH, ECDH, X25519, X448 -> true;
            default -> false;
        };
    }

    /** A name as gpg and sq write it, such as {@code rsa4096} or {@code ed25519}; {@code algorithm N} if unknown. */
    static String name(KeyPacket key) {
        int bits = bits(key);
        return switch (key.algorithm()) {
            case RSA, RSA_ENCRYPT, RSA_SIGN -> "rsa" + bits;
            case ELGAMAL, ELGAMAL_BOTH -> "elg" + bits;
            case DSA -> "dsa" + bits;
            case ECDH, ECDSA, EDDSA -> curve(key).name();
            case X25519 -> "x25519";
            case X448 -> "x448";
            case ED25519 -> "ed25519";
            case ED448 -> "ed448";
            default -> "algorithm " + key.algorithm();
        };
    }

    /** The size of the key as gpg counts it (255 for Curve25519); 0 if unknown. */
    static int bits(KeyPacket key) {
        return switch (key.algorithm()) {
            case RSA, RSA_ENCRYPT, RSA_SIGN, ELGAMAL, ELGAMAL_BOTH, DSA -> firstNumber(key);
            case ECDH, ECDSA, EDDSA -> curve(key).bits();
            case X25519, ED25519 -> 255;
            case X448 -> 448;
            case ED448 -> 456;
            default -> 0;
        };
    }

    /** Cost of a verification with a curve; 0 if the curve is unknown or not for signatures. */
    static int signingCost(KeyPacket key) {
        return switch (key.algorithm()) {
            case ECDSA, EDDSA -> curve(key).cost();
            case ED25519 -> ED25519_COST;
            case ED448 -> ED448_COST;
            default -> 0;
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
