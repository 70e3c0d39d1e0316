package oks.openpgp;

/**
 * Puts together what is known about a key.
 *
 * <p>The result holds every packet of both sides once, in canonical order; nothing is verified again. Commutative,
 * associative and idempotent.
 */
public final class CertificateMerge {
    private CertificateMerge() {}

    /** As {@link #merge(Certificate, Certificate, Limits)} with the standard limits. */
    public static Certificate merge(Certificate stored, Certificate incoming) {
        return merge(stored, incoming, Limits.standard());
    }

    /**
     * The union of two certificates with the same primary key; {@code stored} itself when there is nothing new. Signatures
     * by other keys stay within their limit; the owner's own all stay, so whether the result is too large to store is for
     * the caller to decide.
     *
     * @throws IllegalArgumentException if the fingerprints differ
     */
    public static Certificate merge(Certificate stored, Certificate incoming, Limits limits) {
        if (!stored.fingerprint().equals(incoming.fingerprint())) {
            throw new IllegalArgumentException("two certificates with different fingerprints cannot be merged");
        }
        if (stored.equals(incoming)) {
            return stored;
        }
        CertificateParts union = stored.parts();
        union.addAll(incoming.parts());
        if (stored.size() + incoming.size() > limits.maxThirdPartyBytes()) {
            trim(union, limits.maxThirdPartyBytes());
        }
        Certificate merged = stored.with(union);
        return merged.equals(stored) ? stored : merged;
    }

    private static void trim(CertificateParts union, int room) {
        try {
            KeyPacket primary = KeyPacket.parse(union.primary());
            ThirdPartySignatures.trim(union, primary, room);
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }
}
