package oks.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import oks.openpgp.VerificationKey.Ed25519Point;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.params.Ed448PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyConverter;

/**
 * Decodes public keys for verification.
 *
 * <p>RSA and Ed25519 keys are decoded here: Bouncy Castle's converter tests an RSA modulus for being composite, which
 * takes some 30 ms, a hundred times as long as the verification, and tells nothing about whether the owner signed.
 */
final class VerificationKeys {
    private VerificationKeys() {}

    /** The key of a packet whose algorithm is {@link Algorithm#verifiable}; Malformed if it cannot be used. */
    static VerificationKey of(KeyPacket key) throws Malformed {
        try {
            return switch (key.algorithm()) {
                case Algorithm.RSA, Algorithm.RSA_SIGN -> rsa(key);
                case Algorithm.DSA -> dsa(key);
                case Algorithm.ECDSA -> ecdsa(key);
                case Algorithm.EDDSA -> legacyEdDsa(key);
                case Algorithm.ED25519 -> new VerificationKey.Ed25519(new Ed25519Point(VerificationKey.raw(key)));
                case Algorithm.ED448 ->
                    new VerificationKey.Ed448(new Ed448PublicKeyParameters(VerificationKey.raw(key)));
                case Algorithm.ML_DSA_65_ED25519,
                        Algorithm.ML_DSA_87_ED448,
                        Algorithm.SLH_DSA_SHAKE_128S,
                        Algorithm.SLH_DSA_SHAKE_128F,
                        Algorithm.SLH_DSA_SHAKE_256S -> PostQuantumKeys.of(key);
                default -> throw new Malformed("public-key algorithm " + key.algorithm() + " is unknown");
            };
        } catch (IOException | PGPException | RuntimeException e) { // what the library throws for impossible numbers
            throw new Malformed("the key material is broken or of an unknown kind");
        }
    }

    private static VerificationKey rsa(KeyPacket key) throws Malformed {
        KeyPacket.Mpis numbers = new KeyPacket.Mpis(key.packet(), key.material());
        BigInteger modulus = numbers.next(VerificationKey.MAX_NUMBER_BITS);
        BigInteger exponent = numbers.next(VerificationKey.MAX_EXPONENT_BITS);
        if (!modulus.testBit(0)) { // would be slow, and is no product of two primes
            throw new Malformed("the RSA modulus is even");
        }
        return new VerificationKey.Rsa(new RSAKeyParameters(false, modulus, exponent, true));
    }

    private static VerificationKey dsa(KeyPacket key) throws Malformed, IOException, PGPException {
        KeyPacket.Mpis numbers = new KeyPacket.Mpis(key.packet(), key.material());
        numbers.next(VerificationKey.MAX_NUMBER_BITS);
        numbers.next(VerificationKey.MAX_SUBGROUP_BITS);
        return new VerificationKey.Pair(converted(key), true);
    }

    /** Curves that OpenPGP names; the library knows others, some of which take ten times as long. */
    private static VerificationKey ecdsa(KeyPacket key) throws Malformed, IOException, PGPException {
        if (Algorithm.signingCost(key) == 0) {
            throw new Malformed("ECDSA on an unknown curve");
        }
        return new VerificationKey.Pair(converted(key), false);
    }

    /** Length and identifier of the curve, then the point with 0x40 before it (RFC 9580, section 5.5.5.5). */
    private static VerificationKey legacyEdDsa(KeyPacket key) throws Malformed {
        Packet packet = key.packet();
        int end = key.material() + 1 + packet.at(key.material());
        String curve = HexFormat.of().formatHex(packet.body(key.material() + 1, packet.at(key.material())));
        byte[] point = new KeyPacket.Mpis(packet, end).next();
        if (!curve.equals("2b06010401da470f01") || point.length != 33 || point[0] != 0x40) {
            throw new Malformed("EdDSA on an unknown curve");
        }
        return new VerificationKey.LegacyEd25519(new Ed25519Point(Arrays.copyOfRange(point, 1, point.length)));
    }

    private static CipherParameters converted(KeyPacket key) throws IOException, PGPException {
        byte[] framed = ByteBuffer.allocate(6 + key.packet().length())
                .put((byte) (0xc0 | Packet.PUBLIC_KEY))
                .put((byte) 0xff)
                .putInt(key.packet().length())
                .put(key.packet().body())
                .array();
        PublicKeyPacket parsed = (PublicKeyPacket) new BCPGInputStream(new ByteArrayInputStream(framed)).readPacket();
        return new BcPGPKeyConverter().getPublicKey(new PGPPublicKey(parsed, new BcKeyFingerprintCalculator()));
    }
}
