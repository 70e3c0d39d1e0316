package oks.openpgp;

/** The rule for signatures of other people's keys on user IDs. */
public enum ThirdParty {
    /** None: they are dropped by issuer, unverified. */
    NONE,
    /**
     * Those which the certificate's owner approved by an attestation key signature (type 0x16, subpacket 37; draft
     * "First-Party Attested Third-Party Certifications").
     */
    ATTESTED,
    /** All that are exportable, unverified, within a budget of bytes that leaves room for the owner's own. */
    ALL
}
