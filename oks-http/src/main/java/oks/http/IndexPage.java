package oks.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;

/**
 * The list of certificates found, as its template sees it.
 *
 * @param search what was searched for
 * @param total  how many certificates there are
 * @param one    whether that is one
 * @param shown  how many are listed
 * @param cut    whether that is not all
 */
record IndexPage(String search, long total, boolean one, int shown, boolean cut, List<Result> certificates) {
    private static final int MOST_USER_IDS = 5;

    /** A certificate in the list. */
    record Result(String page, String name, String grouped, String algorithm, Validity validity, boolean hasOthers,
            List<OtherUserId> others, int more) { }

    /** A user ID besides the primary one. */
    record OtherUserId(String text, Validity validity) { }

    static IndexPage of(String search, long total, List<CertificateDescription> certificates, Instant now) {
        return new IndexPage(search, total, total == 1, certificates.size(), total > certificates.size(),
                certificates.stream().map(certificate -> result(certificate, now)).toList());
    }

    private static Result result(CertificateDescription certificate, Instant now) {
        List<UserIdDescription> userIds = certificate.userIds();
        List<OtherUserId> others = userIds.stream().skip(1).limit(MOST_USER_IDS - 1L)
                .map(one -> new OtherUserId(one.text(), Validity.of(one.created(), one.expires(), one.revoked(), now))).toList();
        return new Result(PagePaths.certificate(certificate.fingerprint()), CertificatePage.name(certificate),
                PagePaths.grouped(certificate.fingerprint()), certificate.algorithmName(),
                Validity.of(Optional.of(certificate.created()), certificate.expires(), certificate.revoked(), now),
                !others.isEmpty(), others, Math.max(0, userIds.size() - MOST_USER_IDS));
    }
}
