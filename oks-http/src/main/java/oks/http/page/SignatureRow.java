package oks.http.page;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import oks.openpgp.Fingerprint;
import oks.openpgp.KeyId;
import oks.openpgp.SignatureDescription;

/**
 * A signature in a table of signatures, as its template sees it.
 *
 * @param made the date
 * @param own whether the certificate's owner made it
 * @param issuer key ID of who made it; empty when it does not say
 * @param page where that key is looked up
 * @param kind what it says, in words
 * @param revocation whether it takes something back
 * @param until the date at which it expires; empty for never
 * @param over whether that is past
 */
record SignatureRow(
        String made,
        boolean own,
        String issuer,
        String page,
        String kind,
        boolean revocation,
        String until,
        boolean over) {
    /** Rows of one table; what a flooded certificate has beyond them is only counted. */
    static final int MOST = 200;

    static List<SignatureRow> of(List<SignatureDescription> signatures, Instant now, Words words) {
        return signatures.stream()
                .limit(MOST)
                .map(signature -> of(signature, now, words))
                .toList();
    }

    /** Such as "3 signatures, 2 by others". */
    static String summary(List<SignatureDescription> signatures, Words words) {
        long others = signatures.stream().filter(signature -> !signature.own()).count();
        boolean unverified = signatures.stream().anyMatch(signature -> !signature.verified());
        int all = signatures.size();
        if (others == 0) {
            return all == 1 ? words.of("1 signature by the owner") : words.of("%s signatures by the owner", all);
        }
        String counted = all == 1
                ? words.of("1 signature, by somebody else")
                : words.of("%s signatures, %s by others", all, others);
        return unverified ? words.of("%s, which nobody verified", counted) : counted;
    }

    private static SignatureRow of(SignatureDescription signature, Instant now, Words words) {
        String issuer = signature.issuer().map(KeyId::toString).orElse("");
        String search = signature.issuerFingerprint().map(Fingerprint::toString).orElse(issuer);
        return new SignatureRow(
                Validity.date(Optional.of(signature.created())),
                signature.own(),
                issuer,
                PagePaths.search(search),
                kind(signature.type(), signature.own(), signature.verified(), words),
                isRevocation(signature.type()),
                Validity.date(signature.expires()),
                Validity.isOver(signature.expires(), now));
    }

    /** RFC 9580, section 5.2.1; attestation: draft-dkg-openpgp-1pa3pc. */
    private static String kind(int type, boolean own, boolean verified, Words words) {
        if (own && type >= 0x10 && type <= 0x13) {
            return words.of("self-certification: this name belongs to the key");
        }
        return switch (type) {
            case 0x10 -> words.of("certification");
            case 0x11 -> words.of("certification, name not checked");
            case 0x12 -> words.of("certification, name checked casually");
            case 0x13 -> words.of("certification, name checked carefully");
            case 0x16 -> words.of("approval of others' certifications");
            case 0x18 -> words.of("subkey binding");
            case 0x1f -> words.of("statement on the key");
            case 0x20 ->
                own
                        ? words.of("revocation of the key")
                        : verified
                                ? words.of("revocation of the key by a revoker that its owner named")
                                : words.of("revocation of the key, which counts once its maker's certificate is here");
            case 0x28 -> words.of("revocation of the subkey");
            case 0x30 -> words.of("revocation of certifications");
            default -> words.of("signature of type %s", String.format(Locale.ROOT, "0x%02X", type));
        };
    }

    private static boolean isRevocation(int type) {
        return type == 0x20 || type == 0x28 || type == 0x30;
    }
}
