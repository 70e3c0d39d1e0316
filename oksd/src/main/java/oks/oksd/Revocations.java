package oks.oksd;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.openpgp.BareRevocation;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.VerificationBudget;
import oks.store.CertificateSearch;
import oks.store.Matches;
import oks.store.StoredCertificate;

/** Finds the certificates to which revocations belong that came alone. Any thread; reads the store. */
final class Revocations {
    /** Key IDs can be made to collide; more certificates than this are not tried. */
    private static final int CANDIDATES = 10;

    private final CertificateSearch search;

    Revocations(CertificateSearch search) {
        this.search = search;
    }

    /**
     * The primary key of the certificate that is revoked, with the revocation, to be merged with the rest of it; empty if
     * neither a certificate of the same upload nor a stored one is revoked by it.
     *
     * @param beside the certificates of the upload in which the revocation came
     * @param budget of that upload
     */
    Optional<Certificate> find(
            BareRevocation revocation, Map<Fingerprint, Certificate> beside, VerificationBudget budget) {
        if (budget.exceeded()) {
            return Optional.empty();
        }
        return revocation.issuerFingerprint()
                .flatMap(issuer -> Optional.ofNullable(beside.get(issuer)))
                .map(List::of)
                .orElseGet(() -> stored(revocation))
                .stream()
                .flatMap(issuer -> revocation.on(issuer, budget).stream())
                .findFirst();
    }

    private List<Certificate> stored(BareRevocation revocation) {
        Matches issuers = revocation.issuerFingerprint()
                .map(issuer -> search.byFingerprint(issuer, 1))
                .orElseGet(() -> search.byKeyId(revocation.issuer(), CANDIDATES));
        return issuers.certificates().stream().map(StoredCertificate::certificate).toList();
    }

    /** What is said of a revocation for which nothing was found. */
    static Uploads.Line refusal(BareRevocation revocation, VerificationBudget budget) {
        Outcome outcome = budget.excess().map(text -> Outcome.refused(Reason.TOO_COSTLY, text)).orElseGet(() -> Outcome.refused(
                Reason.REVOCATION_WITHOUT_CERTIFICATE, "no certificate is stored here that this revocation revokes"));
        return new Uploads.Line(revocation.issuerFingerprint(), outcome);
    }
}
