package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.openpgp.ParsedUpload.Accepted;

/**
 * A key revocation that came without its certificate, such as the file that gpg writes when it makes a key. Not verified:
 * that needs the certificate. Immutable.
 */
public final class BareRevocation {
    private final Signature signature;

    private BareRevocation(Signature signature) {
        this.signature = signature;
    }

    static BareRevocation of(Signature signature) {
        Packet own = Packet.of(Packet.SIGNATURE, signature.packet().body()); // lets go of the upload's bytes
        try {
            return new BareRevocation(Signature.parse(own));
        } catch (Malformed e) {
            throw new IllegalStateException("a signature that was read before cannot be read again", e);
        }
    }

    /** The fingerprint of the key that it says it revokes, where it names one; gpg does since 2.1. */
    public Optional<Fingerprint> issuerFingerprint() {
        return signature.issuerFingerprint();
    }

    /** The key ID of the key that it says it revokes. */
    public KeyId issuer() {
        return signature.issuer().orElseThrow();
    }

    /** The signature packet in binary form, with its header. */
    public byte[] bytes() {
        return CertificateParts.framed(signature.packet(), signature.version() == 6);
    }

    /**
     * This revocation on the primary key of a certificate, to be merged with it; empty if it is not this certificate's or
     * does not verify, or if the budget does not allow to find out.
     *
     * @param budget of the upload that the revocation came in; also pays for looking at the certificate
     */
    public Optional<Certificate> on(Certificate stored, VerificationBudget budget) {
        budget.beginCertificate();
        if (!budget.payForHashing(stored.size())) {
            return Optional.empty();
        }
        try {
            RawCertificate raw = new RawCertificate(KeyPacket.parse(stored.primary()), Limits.standard());
            raw.add(signature.packet());
            List<Accepted> verified = new ArrayList<>(1);
            new CertificateCleaner(raw, Limits.standard(), new Policy(ThirdParty.NONE, true, true), budget)
                    .clean(verified, new ArrayList<>(1));
            return verified.stream().findFirst().map(Accepted::certificate);
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            return Optional.empty();
        }
    }
}
