package oks.http;

import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.SubkeyDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;
import oks.openpgp.Fingerprint;
import java.time.Instant;
import java.util.Optional;

/** All about one certificate, for people. */
final class CertificatePage {
    private static final int NEWEST_LEGACY_VERSION = 4;

    private final StringBuilder out = new StringBuilder();
    private final CertificateDescription certificate;
    private final Instant now;

    private CertificatePage(CertificateDescription certificate, Instant now) {
        this.certificate = certificate;
        this.now = now;
    }

    /**
     * The page.
     *
     * @param modified when the certificate last changed here
     */
    static String of(CertificateDescription certificate, Instant modified, Instant now) {
        CertificatePage page = new CertificatePage(certificate, now);
        String name = certificate.userIds().stream().findFirst().map(UserIdDescription::text).orElse("No user ID");
        page.head(name);
        page.userIds();
        page.key(modified);
        page.subkeys();
        return Page.of(HtmlText.of(name), page.out.toString());
    }

    private void head(String name) {
        Fingerprint fingerprint = certificate.fingerprint();
        out.append("<h1><bdi>").append(HtmlText.of(name)).append("</bdi>");
        out.append(Validity.badge(certificate.expires(), certificate.revoked(), now)).append("</h1>\n<div class=\"head\">\n<div>\n");
        out.append("<h2>Fingerprint</h2>\n<p class=\"key\"><code>").append(Page.grouped(fingerprint)).append("</code></p>\n");
        out.append("<p>A keyserver proves nothing about a name: compare the fingerprint with the one that its owner gives you.</p>\n");
        out.append("<p><a class=\"button\" download=\"").append(fingerprint).append(fingerprint.version() > NEWEST_LEGACY_VERSION ? ".pgp" : ".asc");
        out.append("\" href=\"").append(download()).append("\">Download certificate</a></p>\n</div>\n");
        out.append(QrSquare.of("OPENPGP4FPR:" + fingerprint, "QR code of the fingerprint")).append("</div>\n");
    }

    private String download() {
        Fingerprint fingerprint = certificate.fingerprint();
        return fingerprint.version() > NEWEST_LEGACY_VERSION ? "/pks/v2/certs/by-vfingerprint/06/" + fingerprint
                : "/pks/lookup?op=get&amp;search=0x" + fingerprint;
    }

    private void userIds() {
        out.append("<h2>User IDs</h2>\n");
        if (certificate.userIds().isEmpty()) {
            out.append("<p>None.</p>\n");
            return;
        }
        out.append("<ul class=\"plain\">\n");
        for (UserIdDescription userId : certificate.userIds()) {
            out.append("<li><bdi>").append(HtmlText.of(userId.text())).append("</bdi>");
            out.append(Validity.badge(userId.expires(), userId.revoked(), now)).append("<br><small>");
            out.append(Validity.dates(userId.created(), userId.expires(), now)).append("</small></li>\n");
        }
        out.append("</ul>\n");
    }

    private void key(Instant modified) {
        out.append("<h2>Key</h2>\n<table>\n");
        row("Key ID", "<code>" + certificate.fingerprint().keyId() + "</code>");
        row("Algorithm", algorithm(certificate.algorithmName(), certificate.bits()));
        row("Version", Integer.toString(certificate.version()));
        row("Created", Validity.date(certificate.created()));
        row("Expires", certificate.expires().map(Validity::date).orElse("never"));
        row("Revoked", certificate.revoked() ? "<strong class=\"bad\">yes, by its owner</strong>" : "no");
        row("Last change here", Validity.date(modified));
        out.append("</table>\n");
    }

    private void subkeys() {
        if (certificate.subkeys().isEmpty()) {
            return;
        }
        out.append("<h2>Subkeys</h2>\n<ul class=\"plain\">\n");
        for (SubkeyDescription subkey : certificate.subkeys()) {
            out.append("<li class=\"key\"><code>").append(Page.grouped(subkey.fingerprint())).append("</code>");
            out.append(Validity.badge(subkey.expires(), subkey.revoked(), now)).append("<br><small>");
            out.append(algorithm(subkey.algorithmName(), subkey.bits())).append(", ");
            out.append(Validity.dates(Optional.of(subkey.created()), subkey.expires(), now)).append("</small></li>\n");
        }
        out.append("</ul>\n");
    }

    private void row(String name, String html) {
        out.append("<tr><th scope=\"row\">").append(name).append("</th><td>").append(html).append("</td></tr>\n");
    }

    private static String algorithm(String name, int bits) {
        return HtmlText.of(name) + (bits > 0 ? " (" + bits + " bits)" : "");
    }
}
