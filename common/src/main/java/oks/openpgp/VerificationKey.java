package oks.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.DSA;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.Prehash;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.Ed448PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.DSASigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyConverter;
import org.bouncycastle.util.BigIntegers;

/**
 * A public key as Bouncy Castle verifies with it, decoded once for all signatures of a certificate;
 * {@link QuickVerification} may say yes before it.
 *
 * <p>RSA and Ed25519 keys are decoded here: Bouncy Castle's converter tests an RSA modulus for being composite, which
 * takes some 30 ms, a hundred times as long as the verification, and tells nothing about whether the owner signed.
 */
interface VerificationKey {
    /** Above this a verification takes seconds, and no program makes such keys. */
    int MAX_NUMBER_BITS = 16384;

    /**
     * The public exponent: 65537 nearly always, 3 to 41 in old keys; a long one is an attack: it costs the verifier
     * time.
     */
    int MAX_EXPONENT_BITS = 64;

    /** The subgroup of DSA: 160 to 256 bits. */
    int MAX_SUBGROUP_BITS = 512;

    /**
     * Whether the key signed this digest.
     *
     * @param hash a digest of the algorithm, for its name and size
     * @param signature where the numbers begin, to the end of the packet
     */
    boolean verify(Digest hash, byte[] digest, Packet signature) throws Malformed;

    /** The key of a packet whose algorithm is {@link Algorithm#verifiable}; Malformed if it cannot be used. */
    static VerificationKey of(KeyPacket key) throws Malformed {
        try {
            return switch (key.algorithm()) {
                case Algorithm.RSA, Algorithm.RSA_SIGN -> rsa(key);
                case Algorithm.DSA -> dsa(key);
                case Algorithm.ECDSA -> ecdsa(key);
                case Algorithm.EDDSA -> legacyEdDsa(key);
                case Algorithm.ED25519 -> new Ed25519(new Ed25519PublicKeyParameters(raw(key)));
                case Algorithm.ED448 -> new Ed448(new Ed448PublicKeyParameters(raw(key)));
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
        BigInteger modulus = numbers.next(MAX_NUMBER_BITS);
        BigInteger exponent = numbers.next(MAX_EXPONENT_BITS);
        if (!modulus.testBit(0)) { // would be slow, and is no product of two primes
            throw new Malformed("the RSA modulus is even");
        }
        return new Rsa(new RSAKeyParameters(false, modulus, exponent, true));
    }

    private static VerificationKey dsa(KeyPacket key) throws Malformed, IOException, PGPException {
        KeyPacket.Mpis numbers = new KeyPacket.Mpis(key.packet(), key.material());
        numbers.next(MAX_NUMBER_BITS);
        numbers.next(MAX_SUBGROUP_BITS);
        return new Pair(converted(key), true);
    }

    /** Curves that OpenPGP names; the library knows others, some of which take ten times as long. */
    private static VerificationKey ecdsa(KeyPacket key) throws Malformed, IOException, PGPException {
        if (Algorithm.signingCost(key) == 0) {
            throw new Malformed("ECDSA on an unknown curve");
        }
        return new Pair(converted(key), false);
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
        return new LegacyEd25519(new Ed25519PublicKeyParameters(point, 1));
    }

    static byte[] raw(KeyPacket key) throws Malformed {
        int length = Algorithm.keyBytes(key.algorithm());
        if (key.packet().length() - key.material() != length) {
            throw new Malformed("the key material has an impossible length");
        }
        return key.packet().body(key.material(), length);
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

    static boolean verifies(Signer signer, CipherParameters key, byte[] digest, byte[] signature) {
        signer.init(false, key);
        signer.update(digest, 0, digest.length);
        return signer.verifySignature(signature);
    }

    static boolean verifiesEd25519(Ed25519PublicKeyParameters key, byte[] digest, byte[] signature) {
        return QuickVerification.installed()
                        .filter(quick -> quick.ed25519(key.getEncoded(), digest, signature))
                        .isPresent()
                || verifies(new Ed25519Signer(), key, digest, signature);
    }

    /** PKCS #1 version 1.5 (RFC 9580, section 5.2.3.1). */
    record Rsa(RSAKeyParameters key) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) throws Malformed {
            KeyPacket.Mpis numbers = new KeyPacket.Mpis(signature, 0);
            byte[] number = BigIntegers.asUnsignedByteArray(numbers.next(MAX_NUMBER_BITS));
            numbers.end();
            return verifies(new RSADigestSigner(Prehash.forDigest(hash)), key, digest, number);
        }
    }

    /** DSA and ECDSA: the numbers r and s (sections 5.2.3.2 and 5.2.3.3). */
    record Pair(CipherParameters key, boolean classic) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) throws Malformed {
            KeyPacket.Mpis numbers = new KeyPacket.Mpis(signature, 0);
            BigInteger r = numbers.next(MAX_NUMBER_BITS);
            BigInteger s = numbers.next(MAX_NUMBER_BITS);
            numbers.end();
            DSA signer = classic ? new DSASigner() : new ECDSASigner();
            signer.init(false, key);
            return signer.verifySignature(digest, r, s);
        }
    }

    /** EdDSA of the years before RFC 9580: R and S as numbers, without their leading zeros (section 5.2.3.3.1). */
    record LegacyEd25519(Ed25519PublicKeyParameters key) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) throws Malformed {
            KeyPacket.Mpis numbers = new KeyPacket.Mpis(signature, 0);
            byte[] both = new byte[64];
            for (int end = 32; end <= 64; end += 32) {
                byte[] number = numbers.next();
                if (number.length > 32) {
                    throw new Malformed("a signature has a number that is too long");
                }
                System.arraycopy(number, 0, both, end - number.length, number.length);
            }
            numbers.end();
            return verifiesEd25519(key, digest, both);
        }
    }

    /** Ed25519: 64 bytes (section 5.2.3.4). */
    record Ed25519(Ed25519PublicKeyParameters key) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) {
            return verifiesEd25519(key, digest, signature.body());
        }
    }

    /** Ed448: 114 bytes, with an empty context (section 5.2.3.5). */
    record Ed448(Ed448PublicKeyParameters key) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) {
            return verifies(new Ed448Signer(new byte[0]), key, digest, signature.body());
        }
    }
}
