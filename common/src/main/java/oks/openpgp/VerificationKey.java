package oks.openpgp;

import java.math.BigInteger;
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
import org.bouncycastle.util.BigIntegers;

/**
 * A public key as Bouncy Castle verifies with it, decoded once for all signatures of a certificate;
 * {@link QuickVerification} may say yes before it.
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

    static byte[] raw(KeyPacket key) throws Malformed {
        int length = Algorithm.keyBytes(key.algorithm());
        if (key.packet().length() - key.material() != length) {
            throw new Malformed("the key material has an impossible length");
        }
        return key.packet().body(key.material(), length);
    }

    static boolean verifies(Signer signer, CipherParameters key, byte[] digest, byte[] signature) {
        signer.init(false, key);
        signer.update(digest, 0, digest.length);
        return signer.verifySignature(signature);
    }

    /**
     * A public key of Ed25519. The point is decoded for the first signature that is verified with it: that takes half
     * of a verification, and a trusted load verifies none. One thread.
     */
    final class Ed25519Point {
        private final byte[] encoded;
        private Ed25519PublicKeyParameters decoded; // null until the first verification

        /** @param encoded 32 bytes */
        Ed25519Point(byte[] encoded) {
            this.encoded = encoded;
        }

        boolean verifies(byte[] digest, byte[] signature) {
            return QuickVerification.installed()
                            .filter(quick -> quick.ed25519(encoded, digest, signature))
                            .isPresent()
                    || VerificationKey.verifies(new Ed25519Signer(), decoded(), digest, signature);
        }

        /** Throws what the library throws for a point that is not on the curve. */
        private Ed25519PublicKeyParameters decoded() {
            if (decoded == null) {
                decoded = new Ed25519PublicKeyParameters(encoded);
            }
            return decoded;
        }
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
    record LegacyEd25519(Ed25519Point key) implements VerificationKey {
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
            return key.verifies(digest, both);
        }
    }

    /** Ed25519: 64 bytes (section 5.2.3.4). */
    record Ed25519(Ed25519Point key) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) {
            return key.verifies(digest, signature.body());
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
