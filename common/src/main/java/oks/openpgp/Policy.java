package oks.openpgp;

import java.util.Objects;

/**
 * What an operator wants to keep.
 *
 * @param thirdParty which signatures by other keys are kept
 * @param acceptVersion3 whether version 3 certificates (RSA of the 1990s; MD5 fingerprints) are taken
 * @param verify whether self-signatures are verified; without, only their issuer is looked at: for input that was
 *     verified before
 */
public record Policy(ThirdParty thirdParty, boolean acceptVersion3, boolean verify) {
    public Policy {
        Objects.requireNonNull(thirdParty);
    }

    /** Attested signatures only, no version 3, everything verified. */
    public static Policy standard() {
        return new Policy(ThirdParty.ATTESTED, false, true);
    }
}
