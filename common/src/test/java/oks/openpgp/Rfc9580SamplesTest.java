package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;
import org.junit.jupiter.api.Test;

/** The certificates and keys that RFC 9580 prints in its appendix. */
class Rfc9580SamplesTest {

    /** A.1: a version 4 key alone, of the Ed25519 before RFC 9580; nothing binds anything to it. */
    @Test
    void theVersion4KeyHasItsFingerprintAndIsNoCertificateYet() {
        byte[] key = HexFormat.of()
                .parseHex("98330453f35f0b16092b06010401da470f0101"
                        + "07403f098994bdd916ed4053197934e4a87c80733a1280d62f8010992e43ee3b2406");
        assertThat(Samples.parse(key).refused())
                .containsExactly(new Refused(
                        "C959BDBAFA32A2F89A153B678CFDE12197965A9A",
                        Reason.NO_VALID_SELF_SIGNATURE,
                        "nothing in it is signed by its own primary key"));
    }

    /** A.3: a version 6 certificate with an Ed25519 primary key and an X25519 subkey, without a user ID. */
    @Test
    void theVersion6CertificateIsReadVerifiedAndIndexed() {
        Certificate certificate = Samples.certificate("rfc9580-a3.asc");
        CertificateDescription description = CertificateDescription.of(certificate);
        assertThat(certificate.fingerprint())
                .hasToString("CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9");
        assertThat(description.algorithmName()).isEqualTo("ed25519");
        assertThat(description.created()).isEqualTo(Instant.parse("2022-11-30T16:08:03Z"));
        assertThat(description.userIds()).isEmpty();
        assertThat(IndexTerms.of(certificate).subkeys())
                .extracting(Fingerprint::toString)
                .containsExactly("12C83F1E706F6308FE151A417743A1F033790E93E9978488D1DB378DA9930885");
        assertThat(IndexTerms.of(certificate).keyIds())
                .extracting(KeyId::toString)
                .containsExactly("CB186C4F0609A697", "12C83F1E706F6308");
        assertThat(Samples.certificate(certificate.bytes())).isEqualTo(certificate);
    }
}
