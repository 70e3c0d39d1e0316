package oks.openpgp;

import java.util.Objects;

/**
 * What an operator wants to keep.
 *
 * @param thirdParty which signatures by other keys are kept
 * @param acceptVersion3 whether version 3 certificates (RSA of the 1990s; MD5 fingerprints) are taken
 * @param verify whether self-signatures are verified; without, only their issuer is looked at: for input that was
 *     verified before
 * @param weakHashes which self-signatures with broken hashes count; a revocation always does
 */
public record Policy(ThirdParty thirdParty, boolean acceptVersion3, boolean verify, WeakHashes weakHashes) {
    public Policy {
        Objects.requireNonNull(thirdParty);
        Objects.requireNonNull(weakHashes);
    }

    /** A policy that takes weak hashes as gpg does. */
    public Policy(ThirdParty thirdParty, boolean acceptVersion3, boolean verify) {
        this(thirdParty, acceptVersion3, verify, WeakHashes.SHA1);
    }

    /** Attested signatures only, no version 3, everything verified, weak hashes as gpg takes them. */
    public static Policy standard() {
        return new Policy(ThirdParty.ATTESTED, false, true);
    }
}
