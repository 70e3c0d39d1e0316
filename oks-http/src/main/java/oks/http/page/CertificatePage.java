package oks.http.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.SubkeyDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;
import oks.openpgp.Fingerprint;
import oks.openpgp.SignatureDescription;
import oks.openpgp.WeakKey;

/**
 * All about one certificate, as its template sees it.
 *
 * @param name the primary user ID
 * @param grouped the fingerprint, for reading aloud
 * @param qr an SVG
 * @param revoked whether by its owner or a revoker
 * @param bare whether it is revoked, and consists of nothing but its key and signatures on it
 * @param revoker who did it where it was not the owner: the fingerprint
 * @param revokerPage where that one is looked up
 * @param weak why the primary key is weak; empty where it is not
 * @param replacement the certificate that replaces it, as its owner says; none or one
 * @param replaces those that it replaces, as its owner says
 * @param modified the date at which it last changed here
 */
public record CertificatePage(
        String name,
        String grouped,
        String fileName,
        String download,
        String qr,
        List<UserIdPart> userIds,
        String keyId,
        String algorithm,
        String weak,
        List<KeyLink> replacement,
        List<KeyLink> replaces,
        int version,
        Validity validity,
        boolean revoked,
        boolean bare,
        String revoker,
        String revokerPage,
        String modified,
        boolean hasSubkeys,
        List<SubkeyPart> subkeys,
        boolean signed,
        String summary,
        List<SignatureRow> signatures,
        int left) {

    /** Another certificate and its page. */
    record KeyLink(String page, String grouped) {}

    /** A user ID; {@code left} signatures are not in the list. */
    record UserIdPart(
            String text, Validity validity, boolean signed, String summary, List<SignatureRow> signatures, int left) {}

    /** A subkey; {@code left} signatures are not in the list. */
    record SubkeyPart(
            String grouped,
            String algorithm,
            String weak,
            Validity validity,
            boolean signed,
            String summary,
            List<SignatureRow> signatures,
            int left) {}

    /**
     * The page.
     *
     * @param modified when the certificate last changed here
     */
    public static CertificatePage of(CertificateDescription certificate, Instant modified, Instant now, Words words) {
        Fingerprint fingerprint = certificate.fingerprint();
        List<SignatureDescription> signatures = certificate.signatures();
        return new CertificatePage(
                name(certificate, words),
                PagePaths.grouped(fingerprint),
                PagePaths.fileName(fingerprint),
                PagePaths.download(fingerprint),
                QrSquare.of("OPENPGP4FPR:" + fingerprint, HtmlText.of(words.of("QR code of the fingerprint"))),
                certificate.userIds().stream()
                        .map(userId -> userId(userId, now, words))
                        .toList(),
                fingerprint.keyId().toString(),
                algorithm(certificate.algorithmName(), certificate.bits(), words),
                weak(certificate.weaknesses(), words),
                links(certificate.replacement().stream().toList()),
                links(certificate.replaces()),
                certificate.version(),
                Validity.of(
                        Optional.of(certificate.created()), certificate.expires(), certificate.revoked(), now, words),
                certificate.revoked(),
                certificate.isBare(),
                certificate.revokedBy().map(PagePaths::grouped).orElse(""),
                certificate
                        .revokedBy()
                        .map(revoker -> PagePaths.search(revoker.toString()))
                        .orElse(""),
                Validity.date(Optional.of(modified)),
                !certificate.subkeys().isEmpty(),
                certificate.subkeys().stream()
                        .map(subkey -> subkey(subkey, now, words))
                        .toList(),
                !signatures.isEmpty(),
                SignatureRow.summary(signatures, words),
                SignatureRow.of(signatures, now, words),
                left(signatures));
    }

    /** A certificate's name: its primary user ID. */
    static String name(CertificateDescription certificate, Words words) {
        return certificate.userIds().stream()
                .findFirst()
                .map(UserIdDescription::text)
                .orElse(words.of("No user ID"));
    }

    private static UserIdPart userId(UserIdDescription userId, Instant now, Words words) {
        List<SignatureDescription> signatures = userId.signatures();
        return new UserIdPart(
                userId.text(),
                Validity.of(userId.created(), userId.expires(), userId.revoked(), now, words),
                !signatures.isEmpty(),
                SignatureRow.summary(signatures, words),
                SignatureRow.of(signatures, now, words),
                left(signatures));
    }

    private static SubkeyPart subkey(SubkeyDescription subkey, Instant now, Words words) {
        List<SignatureDescription> signatures = subkey.signatures();
        return new SubkeyPart(
                PagePaths.grouped(subkey.fingerprint()),
                algorithm(subkey.algorithmName(), subkey.bits(), words),
                weak(subkey.weaknesses(), words),
                Validity.of(Optional.of(subkey.created()), subkey.expires(), subkey.revoked(), now, words),
                !signatures.isEmpty(),
                SignatureRow.summary(signatures, words),
                SignatureRow.of(signatures, now, words),
                left(signatures));
    }

    private static List<KeyLink> links(List<Fingerprint> keys) {
        return keys.stream()
                .map(key -> new KeyLink(PagePaths.certificate(key), PagePaths.grouped(key)))
                .toList();
    }

    private static String weak(List<WeakKey> weaknesses, Words words) {
        return weaknesses.stream().map(weakness -> words.of(weakness.words())).collect(Collectors.joining(", "));
    }

    private static int left(List<SignatureDescription> signatures) {
        return Math.max(0, signatures.size() - SignatureRow.MOST);
    }

    private static String algorithm(String name, int bits, Words words) {
        return name + (bits > 0 ? words.of(" (%s bits)", bits) : "");
    }
}
