package oks.openpgp;

import java.util.List;
import java.util.Optional;

/**
 * A signing subkey's own signature on its binding (type 0x19, embedded; RFC 9580, section 5.2.1.9): without it, anybody
 * could claim somebody else's signing key as a subkey.
 *
 * <p>It is needed where the key flags say that the subkey signs or certifies. Where the owner did not say what the
 * subkey is for, it is needed unless the key can encrypt, too: RSA subkeys of the years before key flags have none. A
 * subkey for encryption or authentication has none either, whatever its algorithm could do; nothing proves that it is
 * the owner's.
 */
final class BackSignature {
    /** Honest bindings have one; more are tried no further. */
    private static final int MAX_TRIES = 3;

    private final KeyPacket primary;
    private final byte[] primaryHashed;
    private final KeyPacket subkey;
    private final byte[] subkeyHashed;
    private final Policy policy;
    private final VerificationBudget budget;
    private SignatureVerifier verifier;

    BackSignature(
            KeyPacket primary,
            byte[] primaryHashed,
            KeyPacket subkey,
            byte[] subkeyHashed,
            Policy policy,
            VerificationBudget budget) {
        this.primary = primary;
        this.primaryHashed = primaryHashed;
        this.subkey = subkey;
        this.subkeyHashed = subkeyHashed;
        this.policy = policy;
        this.budget = budget;
    }

    /**
     * The canonical form of a signature on the subkey that the primary key made. Empty if the subkey ought to have
     * signed it and did not, or is said to have and did not.
     */
    Optional<Packet> kept(Signature signature) {
        if (!policy.verify()) {
            return Optional.of(CanonicalSignature.trusted(signature, primary, Optional.of(subkey)));
        }
        if (!signature.needsBackSignature()) {
            return Optional.of(CanonicalSignature.of(signature, primary));
        }
        List<Packet> embedded = signature.embedded();
        int hashed = embedded.size() - signature.unhashedEmbedded().size();
        for (int at = 0; at < Math.min(MAX_TRIES, embedded.size()); at++) {
            Optional<Signature> back = verified(embedded.get(at));
            if (back.isPresent()) {
                Optional<Packet> added =
                        at < hashed ? Optional.empty() : back.map(own -> CanonicalSignature.of(own, subkey));
                return Optional.of(CanonicalSignature.of(signature, primary, added));
            }
        }
        return hashed == 0 && isOptional(signature)
                ? Optional.of(CanonicalSignature.of(signature, primary))
                : Optional.empty();
    }

    /**
     * Whether one of the signatures on a stored subkey is a binding that the subkey signed; it was verified before it
     * was stored.
     */
    static boolean isIn(List<Packet> signatures) throws Malformed {
        for (Packet packet : signatures) {
            Signature signature = Signature.parse(packet);
            if (signature.needsBackSignature() && !signature.embedded().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private boolean isOptional(Signature signature) {
        return signature.keyFlags() < 0 && Algorithm.encrypts(subkey.algorithm());
    }

    private Optional<Signature> verified(Packet embedded) {
        try {
            Signature signature = Signature.parse(embedded);
            if (signature.type() != Signature.PRIMARY_KEY_BINDING || !Algorithm.verifiable(subkey.algorithm())) {
                return Optional.empty();
            }
            if (verifier == null) {
                verifier = SignatureVerifier.of(subkey, budget);
            }
            return verifier.verified(signature, primaryHashed, subkeyHashed);
        } catch (Malformed e) {
            return Optional.empty();
        }
    }
}
