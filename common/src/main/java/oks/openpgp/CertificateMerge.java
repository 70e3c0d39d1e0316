package oks.openpgp;

/**
 * Puts together what is known about a key.
 *
 * <p>The result holds every packet of both sides once, in canonical order; nothing is verified again. Commutative,
 * associative and idempotent.
 */
public final class CertificateMerge {
    private CertificateMerge() {}

    /**
     * The union of two certificates with the same primary key; {@code stored} itself when there is nothing new.
     *
     * @throws IllegalArgumentException if the fingerprints differ
     */
    public static Certificate merge(Certificate stored, Certificate incoming) {
        if (!stored.fingerprint().equals(incoming.fingerprint())) {
            throw new IllegalArgumentException("two certificates with different fingerprints cannot be merged");
        }
        if (stored.equals(incoming)) {
            return stored;
        }
        CertificateParts union = stored.parts();
        union.addAll(incoming.parts());
        Certificate merged = stored.with(union);
        return merged.equals(stored) ? stored : merged;
    }
}
