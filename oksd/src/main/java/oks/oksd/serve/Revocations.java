package oks.oksd.serve;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import oks.oksd.writer.SubmissionResult;
import oks.openpgp.BareRevocation;
import oks.openpgp.BareRevocations;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.KeyId;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.VerificationBudget;
import oks.service.ServiceAnswer.Detail;
import oks.store.CertificateStore;
import oks.store.Matches;
import oks.store.StoredCertificate;

/** Finds the certificates to which revocations belong that came alone. Any thread; reads the store. */
final class Revocations {
    /** Key IDs can be made to collide; more certificates than this are not tried. */
    private static final int CANDIDATES = 10;
    /** Anybody can name somebody else as the revoker; more certificates than this are not tried. */
    private static final int NAMING = 100;

    private final CertificateStore store;

    Revocations(CertificateStore store) {
        this.store = store;
    }

    /**
     * The certificate that is revoked, with the revocation, to be merged with what is stored; empty if neither a
     * certificate of the same upload nor a stored one is revoked by it.
     *
     * @param beside the certificates of the upload in which the revocation came
     * @param budget of that upload
     */
    Optional<Certificate> find(
            BareRevocation revocation, Map<Fingerprint, Certificate> beside, VerificationBudget budget) {
        if (budget.exceeded()) {
            return Optional.empty();
        }
        Function<Fingerprint, Optional<Certificate>> known = known(beside);
        List<Certificate> candidates =
                revocation.certificate().map(named -> both(named, beside)).orElseGet(() -> issuers(revocation, beside));
        return candidates.stream()
                .takeWhile(candidate -> budget.payForReading(candidate.size()))
                .flatMap(candidate -> BareRevocations.on(revocation, candidate, known, budget).stream())
                .findFirst()
                .or(() -> ofSomebodyElse(revocation, beside, known, budget));
    }

    /** Finds a certificate by its primary key: in the same upload, then in the store. */
    Function<Fingerprint, Optional<Certificate>> known(Map<Fingerprint, Certificate> beside) {
        return fingerprint -> Optional.ofNullable(beside.get(fingerprint))
                .or(() -> store.get(fingerprint).map(StoredCertificate::certificate));
    }

    /**
     * A revocation that stands alone names its maker only: by a revoker, it can be of any certificate that came with
     * it, or of one that names this revoker. The two octets of the digest tell nearly all others apart.
     */
    private Optional<Certificate> ofSomebodyElse(
            BareRevocation revocation,
            Map<Fingerprint, Certificate> beside,
            Function<Fingerprint, Optional<Certificate>> known,
            VerificationBudget budget) {
        return revocation.certificate().isPresent()
                ? Optional.empty()
                : Stream.concat(beside.values().stream(), Stream.of(revocation).flatMap(this::naming))
                        .takeWhile(candidate -> budget.payForReading(candidate.size()))
                        .flatMap(candidate -> BareRevocations.on(revocation, candidate, known, budget).stream())
                        .findFirst();
    }

    private Stream<Certificate> naming(BareRevocation revocation) {
        KeyId maker = revocation.issuerFingerprint().map(Fingerprint::keyId).orElseGet(revocation::issuer);
        return store.search().namingRevoker(maker, NAMING).certificates().stream()
                .map(StoredCertificate::certificate);
    }

    /** The uploaded and the stored certificate: either may name the revoker. */
    private List<Certificate> both(Fingerprint fingerprint, Map<Fingerprint, Certificate> beside) {
        return Stream.concat(
                        Optional.ofNullable(beside.get(fingerprint)).stream(),
                        store.get(fingerprint).map(StoredCertificate::certificate).stream())
                .toList();
    }

    private List<Certificate> issuers(BareRevocation revocation, Map<Fingerprint, Certificate> beside) {
        return revocation
                .issuerFingerprint()
                .flatMap(issuer -> Optional.ofNullable(beside.get(issuer)))
                .map(List::of)
                .orElseGet(() -> stored(revocation));
    }

    private List<Certificate> stored(BareRevocation revocation) {
        Matches issuers = revocation
                .issuerFingerprint()
                .map(issuer -> store.search().byFingerprint(issuer, 1))
                .orElseGet(() -> store.search().byKeyId(revocation.issuer(), CANDIDATES));
        return issuers.certificates().stream()
                .map(StoredCertificate::certificate)
                .toList();
    }

    /** The refusal of a revocation for which no certificate was found. */
    static UploadLine refusal(BareRevocation revocation, VerificationBudget budget) {
        SubmissionResult outcome = budget.excess()
                .map(text -> SubmissionResult.refused(Reason.TOO_COSTLY, text))
                .orElseGet(() -> SubmissionResult.refused(
                        Reason.REVOCATION_WITHOUT_CERTIFICATE,
                        "no certificate is stored here that this revocation revokes, or its maker's is not, and it "
                                + "cannot wait for that: upload the maker's certificate first"));
        return new UploadLine(revocation.issuerFingerprint(), outcome, Detail.NONE);
    }
}
