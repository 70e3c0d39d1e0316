package oks.openpgp;

import java.time.Instant;
import java.util.Optional;

/**
 * Description of a signature on a part of a certificate, as the signature itself says. Those of the owner were verified
 * before they were stored, and so were revocations by others that count; other signatures were not: their makers' keys
 * need not be here.
 *
 * @param type RFC 9580, section 5.2.1, such as 0x13 for a positive certification
 * @param own whether it names the certificate's own primary key as its issuer
 * @param verified whether it was found to be made by the key that it names
 * @param issuer the key that it says made it; empty if it does not say
 * @param issuerFingerprint the same as a fingerprint; older signatures have none
 * @param expires empty for never
 */
public record SignatureDescription(
        int type,
        boolean own,
        boolean verified,
        Optional<KeyId> issuer,
        Optional<Fingerprint> issuerFingerprint,
        Instant created,
        Optional<Instant> expires) {

    static SignatureDescription of(Signature signature, KeyPacket primary, boolean verified) {
        Instant created = Instant.ofEpochSecond(signature.created());
        return new SignatureDescription(
                signature.type(),
                signature.namesIssuer(primary),
                verified,
                signature.issuer(),
                signature.issuerFingerprint(),
                created,
                signature.lifetime() == 0 ? Optional.empty() : Optional.of(created.plusSeconds(signature.lifetime())));
    }
}
