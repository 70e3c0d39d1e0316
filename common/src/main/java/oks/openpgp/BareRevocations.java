package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import oks.openpgp.ParsedUpload.Accepted;

/** Puts a {@link BareRevocation} on the certificate that it revokes. */
public final class BareRevocations {
    private BareRevocations() {}

    /**
     * A revocation on the primary key of a certificate, to be merged with it; empty if neither its owner made it nor a
     * revoker that it names, or if it does not verify, or if the budget does not allow to find out.
     *
     * @param known finds the certificates of revokers by the fingerprint of the primary key
     * @param budget of the upload that the revocation came in; also pays for looking at the certificate
     */
    public static Optional<Certificate> on(
            BareRevocation revocation,
            Certificate stored,
            Function<Fingerprint, Optional<Certificate>> known,
            VerificationBudget budget) {
        budget.beginCertificate();
        Signature signature = revocation.signature();
        KeyPacket primary = KeyPacket.ofStored(stored.primary());
        if (!signature.namesIssuer(primary)) {
            return byRevoker(revocation, stored, primary, known, budget);
        }
        if (!budget.payForHashing(stored.size())) {
            return Optional.empty();
        }
        RawCertificate raw = new RawCertificate(primary, Limits.standard());
        raw.add(signature.packet());
        List<Accepted> verified = new ArrayList<>(1);
        new CertificateCleaner(
                        raw,
                        Limits.standard(),
                        Policy.standard().withThirdParty(ThirdParty.NONE).withVersion3(true),
                        budget)
                .clean(verified, new ArrayList<>(1));
        return verified.stream().findFirst().map(Accepted::certificate);
    }

    /** The same where no revokers are known. */
    static Optional<Certificate> on(BareRevocation revocation, Certificate stored, VerificationBudget budget) {
        return on(revocation, stored, fingerprint -> Optional.empty(), budget);
    }

    private static Optional<Certificate> byRevoker(
            BareRevocation revocation,
            Certificate stored,
            KeyPacket primary,
            Function<Fingerprint, Optional<Certificate>> known,
            VerificationBudget budget) {
        Signature signature = revocation.signature();
        boolean likely = SignatureVerifier.mayBeOver(signature, budget, primary.hashed());
        boolean stoodHere = revocation.stoodIn(stored.fingerprint());
        if (!signature.exportable() || !likely && !stoodHere || !budget.payForHashing(stored.size())) {
            return Optional.empty();
        }
        CertificateParts parts = stored.parts();
        int before = parts.signatures().size();
        DesignatedRevocations.add(parts, signature, known, budget);
        boolean added = parts.signatures().size() > before || likely && waits(parts, signature, primary);
        return added ? Optional.of(stored.with(parts)) : Optional.empty();
    }

    /** Whether a revocation found room: others may have taken it, and long ones never wait. */
    private static boolean waits(CertificateParts parts, Signature revocation, KeyPacket primary) {
        SignatureIdentity identity = SignatureIdentity.of(CanonicalSignature.foreign(revocation, primary));
        return parts.canWait()
                && WaitingRevocations.of(parts.signatures(), parts.unverifiedRevocations()).stream()
                        .anyMatch(packet -> SignatureIdentity.of(packet).same(identity));
    }
}
