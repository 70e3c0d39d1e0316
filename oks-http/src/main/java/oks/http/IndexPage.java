package oks.http;

import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The list of certificates found, for people. */
final class IndexPage {
    private static final int MOST_USER_IDS = 5;

    private final StringBuilder out = new StringBuilder();
    private final Instant now;

    private IndexPage(Instant now) {
        this.now = now;
    }

    /**
     * The page.
     *
     * @param total how many certificates there are, of which those given are shown
     */
    static String of(String search, long total, List<CertificateDescription> certificates, Instant now) {
        IndexPage page = new IndexPage(now);
        page.out.append(Page.searchForm(search)).append("<h1>").append(total == 1 ? "1 certificate" : total + " certificates");
        page.out.append(" for <q><bdi>").append(HtmlText.of(search)).append("</bdi></q></h1>\n");
        if (total > certificates.size()) {
            page.out.append("<p>Shown here: ").append(certificates.size()).append(". A longer search finds less.</p>\n");
        }
        page.out.append("<ul class=\"results\">\n");
        certificates.forEach(page::append);
        return Page.of("Search: " + HtmlText.of(search), page.out.append("</ul>\n").toString());
    }

    private void append(CertificateDescription certificate) {
        out.append("<li>\n<h2><a href=\"").append(Page.pathOf(certificate.fingerprint())).append("\">");
        String name = certificate.userIds().stream().findFirst().map(UserIdDescription::text).orElse("No user ID");
        out.append("<bdi>").append(HtmlText.of(name)).append("</bdi></a>");
        out.append(Validity.badge(certificate.expires(), certificate.revoked(), now)).append("</h2>\n");
        out.append("<p class=\"key\"><code>").append(Page.grouped(certificate.fingerprint())).append("</code></p>\n<p>");
        out.append(HtmlText.of(certificate.algorithmName())).append(", ");
        out.append(Validity.dates(Optional.of(certificate.created()), certificate.expires(), now)).append("</p>\n");
        others(certificate.userIds());
        out.append("</li>\n");
    }

    private void others(List<UserIdDescription> userIds) {
        if (userIds.size() < 2) {
            return;
        }
        out.append("<ul>\n");
        for (UserIdDescription userId : userIds.subList(1, Math.min(userIds.size(), MOST_USER_IDS))) {
            out.append("<li><bdi>").append(HtmlText.of(userId.text())).append("</bdi>");
            out.append(Validity.badge(userId.expires(), userId.revoked(), now)).append("</li>\n");
        }
        if (userIds.size() > MOST_USER_IDS) {
            out.append("<li>and ").append(userIds.size() - MOST_USER_IDS).append(" more</li>\n");
        }
        out.append("</ul>\n");
    }
}
