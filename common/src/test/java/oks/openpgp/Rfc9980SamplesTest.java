package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import oks.openpgp.CertificateDescription.SubkeyDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The certificates that RFC 9980 prints in its appendix, and one that another program made. */
class Rfc9980SamplesTest {
    /** The fingerprints are those that are printed beside them. */
    @ParameterizedTest
    @CsvSource({
        "rfc9980-v4-ml-kem-768.asc, 342E5DB2DE345215CB2C944F7102FFED3B9CF12D, 4, ed25519",
        "rfc9980-ml-dsa-65.asc, A3E2E14B6A493FF930FB27321F125E9A6880338BE9FB7DA3AE065EA65793242F, 6, ML-DSA-65+Ed25519",
        "rfc9980-slh-dsa-128s.asc, EED4D13FC36C78E48276A93233339C4DD230FD5F6F5C5B82C63D5C0B5E361D92, 6,"
                + " SLH-DSA-SHAKE-128s",
        "openpgpjs-ml-dsa-65.asc, 1F63160EE0D57AA8538BA317102B89FB115CBD840CE08D6B1605463D17F86E19, 6,"
                + " ML-DSA-65+Ed25519"
    })
    void samplesAreTakenWholeAndDescribed(String sample, String fingerprint, int version, String algorithm) {
        ParsedUpload parsed = Samples.parse(Samples.bytes(sample));
        assertThat(parsed.refused()).isEmpty();
        assertThat(parsed.accepted().get(0).dropped()).isEmpty();
        Certificate certificate = parsed.accepted().get(0).certificate();
        CertificateDescription description = CertificateDescription.of(certificate);
        assertThat(certificate.fingerprint()).hasToString(fingerprint);
        assertThat(description.version()).isEqualTo(version);
        assertThat(description.algorithmName()).isEqualTo(algorithm);
        assertThat(Samples.certificate(certificate.bytes())).isEqualTo(certificate);
        assertThat(Samples.certificate(Armor.certificates(List.of(certificate.bytes()))))
                .isEqualTo(certificate);
    }

    @Test
    void theSubkeyOfTheVersion4SampleIsFound() {
        Certificate certificate = Samples.certificate("rfc9980-v4-ml-kem-768.asc");
        assertThat(IndexTerms.of(certificate).subkeys())
                .extracting(Fingerprint::toString)
                .containsExactly("E51DBFEA51936988B5428FFFA4F95F985ED61A51");
        assertThat(CertificateDescription.of(certificate).subkeys())
                .extracting(SubkeyDescription::algorithm, SubkeyDescription::algorithmName, SubkeyDescription::bits)
                .containsExactly(tuple(35, "ML-KEM-768+X25519", 0));
    }

    @Test
    void theSubkeysOfAnotherProgramAreFound() {
        assertThat(CertificateDescription.of(Samples.certificate("openpgpjs-ml-dsa-65.asc"))
                        .subkeys())
                .extracting(SubkeyDescription::algorithmName)
                .containsExactlyInAnyOrder("ML-KEM-768+X25519", "ML-DSA-65+Ed25519");
    }
}
