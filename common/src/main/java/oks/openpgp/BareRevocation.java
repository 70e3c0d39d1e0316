package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import oks.openpgp.ParsedUpload.Accepted;

/**
 * A key revocation that came without its certificate, such as the file that gpg writes when it makes a key, or without
 * what makes it count there. Not verified: that needs the certificate, and the revoker's where somebody else made it.
 * Immutable.
 */
public final class BareRevocation {
    private final Signature signature;
    private final Optional<Fingerprint> certificate;
    /** The certificate after which it stood, though it does not look like one of it. */
    private final Optional<Fingerprint> standsIn;

    private BareRevocation(Signature signature, Optional<Fingerprint> certificate, Optional<Fingerprint> standsIn) {
        this.signature = signature;
        this.certificate = certificate;
        this.standsIn = standsIn;
    }

    static BareRevocation of(Signature signature) {
        return of(signature, Optional.empty(), Optional.empty());
    }

    /** One that stood in an upload of this certificate, and by the first two bytes of its digest is one of another. */
    static BareRevocation standingIn(Fingerprint certificate, Signature signature) {
        return of(signature, Optional.empty(), Optional.of(certificate));
    }

    /**
     * One that stood in an upload of this certificate, by a key that the owner's signatures in the upload do not name.
     */
    static BareRevocation ofCertificate(Fingerprint certificate, Signature signature) {
        return of(signature, Optional.of(certificate), Optional.empty());
    }

    private static BareRevocation of(
            Signature signature, Optional<Fingerprint> certificate, Optional<Fingerprint> standsIn) {
        Packet own = Packet.of(Packet.SIGNATURE, signature.packet().body()); // lets go of the upload's bytes
        try {
            return new BareRevocation(Signature.parse(own), certificate, standsIn);
        } catch (Malformed e) {
            throw new IllegalStateException("a signature that was read before cannot be read again", e);
        }
    }

    /** The certificate that it revokes, if anything; empty where only its maker is known. */
    public Optional<Fingerprint> certificate() {
        return certificate;
    }

    /** The fingerprint of the key that it says made it, where it names one; gpg does since 2.1. */
    public Optional<Fingerprint> issuerFingerprint() {
        return signature.issuerFingerprint();
    }

    /** The key ID of the key that it says made it. */
    public KeyId issuer() {
        return signature.issuer().orElseThrow();
    }

    /** The signature packet in binary form, with its header. */
    public byte[] bytes() {
        return CertificateParts.framed(signature.packet(), signature.version() == 6);
    }

    /**
     * This revocation on the primary key of a certificate, to be merged with it; empty if neither its owner made it nor
     * a revoker that it names, or if it does not verify, or if the budget does not allow to find out.
     *
     * @param known finds the certificates of revokers by the fingerprint of the primary key
     * @param budget of the upload that the revocation came in; also pays for looking at the certificate
     */
    public Optional<Certificate> on(
            Certificate stored, Function<Fingerprint, Optional<Certificate>> known, VerificationBudget budget) {
        budget.beginCertificate();
        KeyPacket primary = KeyPacket.ofStored(stored.primary());
        if (!signature.namesIssuer(primary)) {
            return byRevoker(stored, primary, known, budget);
        }
        if (!budget.payForHashing(stored.size())) {
            return Optional.empty();
        }
        RawCertificate raw = new RawCertificate(primary, Limits.standard());
        raw.add(signature.packet());
        List<Accepted> verified = new ArrayList<>(1);
        new CertificateCleaner(raw, Limits.standard(), new Policy(ThirdParty.NONE, true, true), budget)
                .clean(verified, new ArrayList<>(1));
        return verified.stream().findFirst().map(Accepted::certificate);
    }

    /** As {@link #on(Certificate, Function, VerificationBudget)}, where no revokers are known. */
    Optional<Certificate> on(Certificate stored, VerificationBudget budget) {
        return on(stored, fingerprint -> Optional.empty(), budget);
    }

    private Optional<Certificate> byRevoker(
            Certificate stored,
            KeyPacket primary,
            Function<Fingerprint, Optional<Certificate>> known,
            VerificationBudget budget) {
        boolean likely = SignatureVerifier.mayBeOver(signature, budget, primary.hashed());
        boolean stoodHere = standsIn.filter(stored.fingerprint()::equals).isPresent();
        if (!signature.exportable() || !likely && !stoodHere || !budget.payForHashing(stored.size())) {
            return Optional.empty();
        }
        CertificateParts parts = stored.parts();
        int before = parts.signatures().size();
        DesignatedRevocations.add(parts, signature, known, budget);
        boolean waits = likely && !parts.unverifiedRevocations().isEmpty() && parts.canWait();
        boolean added = parts.signatures().size() > before || waits;
        return added ? Optional.of(stored.with(parts)) : Optional.empty();
    }
}
