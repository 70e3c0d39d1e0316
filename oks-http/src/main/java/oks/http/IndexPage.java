package oks.http;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.SubkeyDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;

/** The list of certificates found, for people. */
final class IndexPage {
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
        certificates.forEach(page::append);
        return Page.of("Search: " + HtmlText.of(search), page.out.toString());
    }

    private void append(CertificateDescription certificate) {
        String fingerprint = certificate.fingerprint().toString();
        out.append("<article>\n<h2><a href=\"/pks/lookup?op=get&amp;search=0x").append(fingerprint).append("\"><code>");
        out.append(grouped(fingerprint)).append("</code></a></h2>\n<p>");
        out.append(HtmlText.of(certificate.algorithmName()));
        validity(Optional.of(certificate.created()), certificate.expires(), certificate.revoked());
        out.append("</p>\n<ul>\n");
        for (UserIdDescription userId : certificate.userIds()) {
            out.append("<li><bdi>").append(HtmlText.of(userId.text())).append("</bdi>");
            validity(userId.created(), userId.expires(), userId.revoked());
            out.append("</li>\n");
        }
        out.append("</ul>\n");
        if (!certificate.subkeys().isEmpty()) {
            append(certificate.subkeys());
        }
        out.append("</article>\n");
    }

    private void append(List<SubkeyDescription> subkeys) {
        out.append("<details><summary>Subkeys: ").append(subkeys.size()).append("</summary>\n<ul>\n");
        for (SubkeyDescription subkey : subkeys) {
            out.append("<li><code>").append(grouped(subkey.fingerprint().toString())).append("</code> ");
            out.append(HtmlText.of(subkey.algorithmName()));
            validity(Optional.of(subkey.created()), subkey.expires(), subkey.revoked());
            out.append("</li>\n");
        }
        out.append("</ul></details>\n");
    }

    private void validity(Optional<Instant> created, Optional<Instant> expires, boolean revoked) {
        created.ifPresent(time -> out.append(", created ").append(date(time)));
        expires.ifPresent(time -> out.append(time.isAfter(now) ? ", expires " : ", <strong>expired</strong> ").append(date(time)));
        if (revoked) {
            out.append(", <strong>revoked</strong>");
        }
    }

    private static LocalDate date(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    /** Digits in groups of four, for reading aloud. */
    private static String grouped(String digits) {
        return digits.replaceAll("(.{4})(?!$)", "$1 ");
    }
}
