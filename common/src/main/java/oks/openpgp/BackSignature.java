package oks.openpgp;

import java.util.List;

/**
 * A signing subkey's own signature on its binding (type 0x19, embedded; RFC 9580, section 5.2.1.9): without it, anybody
 * could claim somebody else's signing key as a subkey.
 */
final class BackSignature {
    /** Honest bindings have one; more are tried no further. */
    private static final int MAX_TRIES = 3;

    private final byte[] primaryHashed;
    private final KeyPacket subkey;
    private final byte[] subkeyHashed;
    private final Policy policy;
    private final VerificationBudget budget;
    private SignatureVerifier verifier;

    BackSignature(byte[] primaryHashed, KeyPacket subkey, byte[] subkeyHashed, Policy policy,
            VerificationBudget budget) {
        this.primaryHashed = primaryHashed;
        this.subkey = subkey;
        this.subkeyHashed = subkeyHashed;
        this.policy = policy;
        this.budget = budget;
    }

    /** Whether the signature binds a subkey that signs, yet lacks the subkey's own valid signature. */
    boolean isMissingIn(Signature binding) {
        if (!policy.verify() || binding.type() != Signature.SUBKEY_BINDING || !binding.allowsSigning()) {
            return false;
        }
        List<Packet> embedded = binding.embedded();
        return embedded.subList(0, Math.min(MAX_TRIES, embedded.size())).stream().noneMatch(this::verifies);
    }

    private boolean verifies(Packet embedded) {
        try {
            Signature signature = Signature.parse(embedded);
            if (signature.type() != Signature.PRIMARY_KEY_BINDING || !Algorithm.verifiable(subkey.algorithm())) {
                return false;
            }
            if (verifier == null) {
                verifier = SignatureVerifier.of(subkey, budget);
            }
            return verifier.verify(signature, primaryHashed, subkeyHashed) == SignatureVerifier.Outcome.VALID;
        } catch (Malformed e) {
            return false;
        }
    }
}
