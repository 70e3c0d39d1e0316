package oks.openpgp;

/** What is given out of a certificate that its owner revoked for good, without reason or as compromised. */
public enum HardRevoked {
    /** Its primary key and revocations ({@link BareCertificate}); no name finds it. */
    BARE,
    /** All of it, found by all its names. */
    ALL;

    /**
     * What is given out.
     *
     * @param canonicalBytes of any certificate; returned as they are unless it is revoked for good
     */
    public byte[] given(byte[] canonicalBytes) {
        return this == ALL ? canonicalBytes : BareCertificate.of(canonicalBytes).orElse(canonicalBytes);
    }

    /** Whether no name may find this certificate. */
    public boolean hides(byte[] canonicalBytes) {
        return this == BARE && BareCertificate.of(canonicalBytes).isPresent();
    }
}
