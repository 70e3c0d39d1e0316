package oks.http.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;

/**
 * The list of certificates found, as its template sees it.
 *
 * @param search what was searched for
 * @param total how many certificates there are
 * @param one whether that is one
 * @param atLeast whether there may be more, because counting took too long
 * @param shown how many are listed
 * @param from the place of the first of them in the list, counted from 1
 * @param to the place of the last
 * @param cut whether that is not all
 * @param previous where the part of the list before this one is; empty for none
 * @param next where the list goes on; empty where it ends
 */
public record IndexPage(
        String search,
        long total,
        boolean one,
        boolean atLeast,
        int shown,
        int from,
        int to,
        boolean cut,
        String previous,
        String next,
        List<Result> certificates) {
    private static final int MOST_USER_IDS = 5;

    /** A certificate in the list. */
    record Result(
            String page,
            String name,
            String grouped,
            String algorithm,
            Validity validity,
            boolean hasOthers,
            List<OtherUserId> others,
            int more) {}

    /** A user ID besides the primary one. */
    record OtherUserId(String text, Validity validity) {}

    public static IndexPage of(
            String search, ResultPart part, List<CertificateDescription> certificates, Instant now, Words words) {
        return new IndexPage(
                search,
                part.total(),
                part.total() == 1 && !part.more(),
                part.more(),
                certificates.size(),
                part.skip() + 1,
                part.skip() + part.size(),
                part.total() > part.size() || part.more(),
                part.previous().orElse(""),
                part.next().orElse(""),
                certificates.stream()
                        .map(certificate -> result(certificate, now, words))
                        .toList());
    }

    private static Result result(CertificateDescription certificate, Instant now, Words words) {
        List<UserIdDescription> userIds = certificate.userIds();
        List<OtherUserId> others = userIds.stream()
                .skip(1)
                .limit(MOST_USER_IDS - 1L)
                .map(one -> new OtherUserId(
                        one.text(), Validity.of(one.created(), one.expires(), one.revoked(), now, words)))
                .toList();
        return new Result(
                PagePaths.certificate(certificate.fingerprint()),
                CertificatePage.name(certificate, words),
                PagePaths.grouped(certificate.fingerprint()),
                certificate.weaknesses().isEmpty()
                        ? certificate.algorithmName()
                        : words.of("%s (weak)", certificate.algorithmName()),
                Validity.of(
                        Optional.of(certificate.created()), certificate.expires(), certificate.revoked(), now, words),
                !others.isEmpty(),
                others,
                Math.max(0, userIds.size() - MOST_USER_IDS));
    }
}
