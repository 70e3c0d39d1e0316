package oks.openpgp;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.Digest;

/**
 * Verifies signatures made by one key. What is hashed is the packets as they came, never an encoding made anew (RFC
 * 9580, section 5.2.4). One thread, that of the budget.
 */
final class SignatureVerifier {
    /** The outcome of a verification. */
    enum VerificationResult {
        VALID,
        /**
         * Not to be verified: another algorithm, or the two bytes that begin the digest are others. Those are a hint
         * (RFC 9580, section 5.2.3): {@link #withTruePrefix} makes it a signature that can be verified, where that is
         * worth its cost.
         */
        UNLIKELY,
        /** The key did not sign this. */
        WRONG,
        /** Not found out: the budget does not allow it. */
        UNAFFORDABLE
    }

    private final KeyPacket key;
    private final VerificationBudget budget;
    private final long cost;
    private VerificationKey decoded;

    private SignatureVerifier(KeyPacket key, VerificationBudget budget) {
        this.key = key;
        this.budget = budget;
        this.cost = VerificationCost.ofSignature(key);
    }

    /** A verifier for this key that spends this budget; Malformed if signatures of such a key cannot be verified. */
    static SignatureVerifier of(KeyPacket key, VerificationBudget budget) throws Malformed {
        SignatureVerifier verifier = new SignatureVerifier(key, budget);
        if (budget.payForKey(key)) {
            verifier.decoded = VerificationKeys.of(key);
        }
        return verifier;
    }

    /** Whether this key made this signature over these bytes. */
    VerificationResult verify(Signature signature, byte[]... subject) {
        try {
            if (!fits(signature)) {
                return VerificationResult.UNLIKELY;
            }
            if (decoded == null || !budget.payForHashing(hashedBytes(signature, subject))) {
                return VerificationResult.UNAFFORDABLE;
            }
            Digest hash = HashAlgorithm.newDigest(signature.hashAlgorithm());
            byte[] digest = digest(hash, signature, subject);
            if (!isStartOf(digest, signature)) {
                return VerificationResult.UNLIKELY;
            }
            if (!budget.payForVerification(cost)) {
                return VerificationResult.UNAFFORDABLE;
            }
            return verified(hash, digest, signature.numbers());
        } catch (Malformed e) {
            return VerificationResult.UNLIKELY;
        } catch (RuntimeException e) { // what the library throws for numbers that make no sense
            return VerificationResult.WRONG;
        }
    }

    private VerificationResult verified(Digest hash, byte[] digest, Packet numbers) {
        try {
            return decoded.verify(hash, digest, numbers) ? VerificationResult.VALID : VerificationResult.WRONG;
        } catch (
                Malformed e) { // before anything costly was done: a flood of these is no reason to refuse a certificate
            budget.takeBack(cost);
            return VerificationResult.UNLIKELY;
        }
    }

    /**
     * As {@link #verify}, whatever the two bytes that begin the digest: the signature as it verifies, with the right
     * ones; empty if it does not, or if the budget does not allow to find out.
     */
    Optional<Signature> verified(Signature signature, byte[]... subject) {
        VerificationResult outcome = verify(signature, subject);
        if (outcome != VerificationResult.UNLIKELY) {
            return Optional.of(signature).filter(same -> outcome == VerificationResult.VALID);
        }
        return withTruePrefix(signature, subject).filter(mended -> verify(mended, subject) == VerificationResult.VALID);
    }

    /**
     * A signature with the two bytes that do begin the digest of these bytes; empty if it has them, if it cannot be by
     * this key, or if the budget does not allow to hash.
     */
    Optional<Signature> withTruePrefix(Signature signature, byte[]... subject) {
        try {
            if (!fits(signature) || decoded == null || !budget.payForHashing(hashedBytes(signature, subject))) {
                return Optional.empty();
            }
            byte[] digest = digest(HashAlgorithm.newDigest(signature.hashAlgorithm()), signature, subject);
            return isStartOf(digest, signature)
                    ? Optional.empty()
                    : Optional.of(signature.withDigestStart(digest[0], digest[1]));
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    /** Cost of {@link #withTruePrefix} and a verification of its result, in bytes hashed. */
    long fullCost(Signature signature, byte[]... subject) {
        return 2 * hashedBytes(signature, subject) + VerificationBudget.hashedFor(cost);
    }

    /**
     * Whether a signature may have been made over these bytes, whoever made it: the two bytes that begin the digest are
     * right. Of others one in 65,536 passes.
     */
    static boolean mayBeOver(Signature signature, VerificationBudget budget, byte[]... subject) {
        long bytes = hashedBytes(signature, subject);
        try {
            return budget.allowsSearch(bytes)
                    && budget.payForHashing(bytes)
                    && isStartOf(
                            digest(HashAlgorithm.newDigest(signature.hashAlgorithm()), signature, subject), signature);
        } catch (Malformed e) {
            return false;
        }
    }

    private static boolean isStartOf(byte[] digest, Signature signature) {
        return ((digest[0] & 0xff) << 8 | digest[1] & 0xff) == signature.digestStart();
    }

    /** Bytes that are hashed to verify a signature. */
    static long hashedBytes(Signature signature, byte[]... subject) {
        long bytes = signature.packet().length();
        for (byte[] part : subject) {
            bytes += part.length;
        }
        return bytes;
    }

    /**
     * Version 6 keys make version 6 signatures and no others, with a salt as long as the hash wants (section 5.2.3),
     * and post-quantum ones with a hash that is long enough.
     */
    private boolean fits(Signature signature) {
        boolean version6 = signature.version() == 6;
        return sameAlgorithm(signature.keyAlgorithm(), key.algorithm())
                && HashAlgorithm.suits(key.algorithm(), signature.hashAlgorithm())
                && version6 == (key.version() == 6)
                && (!version6 || signature.salt().length == HashAlgorithm.saltBytes(signature.hashAlgorithm()));
    }

    private static boolean sameAlgorithm(int one, int other) {
        return one == other
                || (one == Algorithm.RSA || one == Algorithm.RSA_SIGN)
                        && (other == Algorithm.RSA || other == Algorithm.RSA_SIGN);
    }

    private static byte[] digest(Digest hash, Signature signature, byte[][] subject) {
        byte[] salt = signature.salt();
        hash.update(salt, 0, salt.length);
        for (byte[] part : content(signature, subject)) {
            hash.update(part, 0, part.length);
        }
        byte[] trailer = signature.trailer();
        hash.update(trailer, 0, trailer.length);
        return HashAlgorithm.result(hash);
    }

    /** Version 3 signatures hash a user ID without the five bytes before it. */
    private static byte[][] content(Signature signature, byte[][] subject) {
        boolean userId = signature.isCertification() || signature.type() == Signature.CERTIFICATION_REVOCATION;
        if (signature.version() > 3 || !userId) {
            return subject;
        }
        return new byte[][] {subject[0], Arrays.copyOfRange(subject[1], 5, subject[1].length)};
    }
}
