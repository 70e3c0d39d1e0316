package oks.openpgp;

import java.util.Optional;

/** Which signatures in an upload may be the owner's, and which of those are left out without being verified. */
final class SignatureRules {
    private final KeyPacket primary;
    private final Policy policy;

    SignatureRules(KeyPacket primary, Policy policy) {
        this.primary = primary;
        this.policy = policy;
    }

    /** Why a signature by the owner is left out. */
    record Objection(DropRule rule, String text) {}

    /** Whether it names another key, and not only in what anybody may have added. */
    boolean isByAnother(Signature signature) {
        return signature.namesIssuer()
                && !signature.namesIssuer(primary)
                && !CanonicalSignature.isDisguised(signature, primary);
    }

    /** Why a signature by the owner is left out without being verified; empty if it is not. */
    Optional<Objection> objection(Signature signature) {
        if (!signature.namesIssuer()) {
            return Optional.of(new Objection(DropRule.NO_ISSUER, "names no issuer"));
        }
        if (!signature.exportable()) {
            return Optional.of(new Objection(DropRule.NOT_EXPORTABLE, "marked as not to be exported"));
        }
        boolean weak = policy.verify()
                && !signature.revokes()
                && !policy.weakHashes().allow(signature.hashAlgorithm(), primary.version());
        return Optional.of(new Objection(
                        DropRule.WEAK_HASH, "made with a hash that is not accepted any more (upload.weak_hashes)"))
                .filter(against -> weak);
    }
}
