package oks.openpgp;

import java.util.Arrays;
import oks.openpgp.VerificationKey.Ed25519Point;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.params.Ed448PublicKeyParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.SLHDSAParameters;
import org.bouncycastle.crypto.params.SLHDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.signers.SLHDSASigner;

/**
 * The keys of RFC 9980 that sign, and how their signatures are verified. Keys and signatures are bytes of a fixed
 * length; of the composite ones, the part of the elliptic curve comes first (sections 5.3 and 6.2). Both are pure
 * signatures over the digest, with an empty context.
 */
final class PostQuantumKeys {
    private static final int ED25519_KEY = 32;
    private static final int ED25519_SIGNATURE = 64;
    private static final int ED448_KEY = 57;
    private static final int ED448_SIGNATURE = 114;

    private PostQuantumKeys() {}

    /** The key of a packet with one of these algorithms; Malformed if its length is wrong. */
    static VerificationKey of(KeyPacket key) throws Malformed {
        byte[] raw = VerificationKey.raw(key);
        return switch (key.algorithm()) {
            case Algorithm.ML_DSA_65_ED25519 ->
                new MlDsa65Ed25519(
                        new Ed25519Point(Arrays.copyOf(raw, ED25519_KEY)),
                        mlDsa(MLDSAParameters.ml_dsa_65, raw, ED25519_KEY));
            case Algorithm.ML_DSA_87_ED448 ->
                new MlDsa87Ed448(
                        new Ed448PublicKeyParameters(raw, 0), mlDsa(MLDSAParameters.ml_dsa_87, raw, ED448_KEY));
            case Algorithm.SLH_DSA_SHAKE_128S -> slhDsa(key, SLHDSAParameters.shake_128s, raw);
            case Algorithm.SLH_DSA_SHAKE_128F -> slhDsa(key, SLHDSAParameters.shake_128f, raw);
            case Algorithm.SLH_DSA_SHAKE_256S -> slhDsa(key, SLHDSAParameters.shake_256s, raw);
            default -> throw new IllegalArgumentException(Algorithm.name(key.algorithm()) + " is not post-quantum");
        };
    }

    private static MLDSAPublicKeyParameters mlDsa(MLDSAParameters parameters, byte[] raw, int from) {
        return new MLDSAPublicKeyParameters(parameters, Arrays.copyOfRange(raw, from, raw.length));
    }

    private static VerificationKey slhDsa(KeyPacket key, SLHDSAParameters parameters, byte[] raw) {
        return new SlhDsa(key.algorithm(), new SLHDSAPublicKeyParameters(parameters, raw));
    }

    /** The bytes of a signature; Malformed, before anything is verified, if their number is not the algorithm's. */
    private static byte[] bytes(Packet signature, int algorithm) throws Malformed {
        if (signature.length() != Algorithm.signatureBytes(algorithm)) {
            throw new Malformed("a signature has an impossible length");
        }
        return signature.body();
    }

    private static boolean verifiesMlDsa(MLDSAPublicKeyParameters key, byte[] digest, byte[] both, int from) {
        return VerificationKey.verifies(new MLDSASigner(), key, digest, Arrays.copyOfRange(both, from, both.length));
    }

    /** Good only if both halves are (section 5.2.3); the cheap one is tried first. */
    record MlDsa65Ed25519(Ed25519Point curve, MLDSAPublicKeyParameters lattice) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) throws Malformed {
            byte[] both = bytes(signature, Algorithm.ML_DSA_65_ED25519);
            return curve.verifies(digest, Arrays.copyOf(both, ED25519_SIGNATURE))
                    && verifiesMlDsa(lattice, digest, both, ED25519_SIGNATURE);
        }
    }

    /** As {@link MlDsa65Ed25519}, of the larger kind. */
    record MlDsa87Ed448(Ed448PublicKeyParameters curve, MLDSAPublicKeyParameters lattice) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) throws Malformed {
            byte[] both = bytes(signature, Algorithm.ML_DSA_87_ED448);
            return VerificationKey.verifies(
                            new Ed448Signer(new byte[0]), curve, digest, Arrays.copyOf(both, ED448_SIGNATURE))
                    && verifiesMlDsa(lattice, digest, both, ED448_SIGNATURE);
        }
    }

    /** SLH-DSA with SHAKE. */
    record SlhDsa(int algorithm, SLHDSAPublicKeyParameters key) implements VerificationKey {
        @Override
        public boolean verify(Digest hash, byte[] digest, Packet signature) throws Malformed {
            byte[] bytes = bytes(signature, algorithm);
            SLHDSASigner signer = new SLHDSASigner();
            signer.init(false, key);
            return signer.verifySignature(digest, bytes);
        }
    }
}
