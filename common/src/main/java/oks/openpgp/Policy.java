package oks.openpgp;

import java.util.Objects;

/**
 * The operator's choice of what is kept.
 *
 * @param thirdParty which signatures by other keys are kept
 * @param acceptVersion3 whether version 3 certificates (RSA of the 1990s; MD5 fingerprints) are taken
 * @param verify whether self-signatures are verified; without, only their issuer is looked at: for input that was
 *     verified before
 * @param weakKeys what becomes of weak keys
 * @param weakHashes which self-signatures with broken hashes count; a revocation always does
 */
public record Policy(
        ThirdParty thirdParty, boolean acceptVersion3, boolean verify, WeakKeys weakKeys, WeakHashes weakHashes) {
    public Policy {
        Objects.requireNonNull(thirdParty);
        Objects.requireNonNull(weakKeys);
        Objects.requireNonNull(weakHashes);
    }

    /** Attested signatures only, no version 3, everything verified, weak hashes as gpg takes them. */
    public static Policy standard() {
        return new Policy(ThirdParty.ATTESTED, false, true, WeakKeys.MARK, WeakHashes.SHA1);
    }

    /** The same policy that keeps these signatures by other keys. */
    public Policy withThirdParty(ThirdParty kept) {
        return new Policy(kept, acceptVersion3, verify, weakKeys, weakHashes);
    }

    /** The same policy that takes version 3 certificates, or not. */
    public Policy withVersion3(boolean accepted) {
        return new Policy(thirdParty, accepted, verify, weakKeys, weakHashes);
    }

    /** The same policy that verifies self-signatures, or not: for input that was verified before. */
    public Policy withVerification(boolean wanted) {
        return new Policy(thirdParty, acceptVersion3, wanted, weakKeys, weakHashes);
    }

    /** The same policy that takes these self-signatures with broken hashes. */
    public Policy withWeakHashes(WeakHashes taken) {
        return new Policy(thirdParty, acceptVersion3, verify, weakKeys, taken);
    }

    /** The same policy that does this with weak keys. */
    public Policy withWeakKeys(WeakKeys rule) {
        return new Policy(thirdParty, acceptVersion3, verify, rule, weakHashes);
    }
}
