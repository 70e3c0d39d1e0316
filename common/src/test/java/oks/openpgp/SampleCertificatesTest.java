package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import oks.openpgp.ParsedUpload.Accepted;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;

class SampleCertificatesTest {
    private final UploadParser parser = new UploadParser(Limits.standard(), Policy.standard());

    @Test
    void samplesAreAcceptedWholeAndAreCanonical() {
        for (long seed = 0; seed < 20; seed++) {
            ParsedUpload upload = parser.parse(SampleCertificates.certificate(seed));
            assertThat(upload.refused()).isEmpty();
            Accepted accepted = upload.accepted().get(0);
            assertThat(accepted.dropped()).isEmpty();
            assertThat(accepted.certificate().bytes()).isEqualTo(SampleCertificates.certificate(seed));
            assertThat(accepted.certificate().fingerprint()).hasToString(SampleCertificates.fingerprint(seed));
            assertThat(IndexTerms.of(accepted.certificate()).emails()).containsExactly(SampleCertificates.email(seed));
        }
    }

    @Test
    void updatesMergeAndRevocationsAttach() {
        Certificate first = only(SampleCertificates.certificate(7));
        Certificate second = only(SampleCertificates.updated(7, 1));
        Certificate merged = CertificateMerge.merge(first, second);
        assertThat(merged).isEqualTo(second);
        assertThat(CertificateMerge.merge(merged, first)).isSameAs(merged);

        BareRevocation revocation =
                parser.parse(SampleCertificates.revocation(7)).revocations().get(0);
        assertThat(revocation.issuer()).isEqualTo(first.fingerprint().keyId());
        assertThat(BareRevocations.on(revocation, only(SampleCertificates.certificate(8)), budget()))
                .isEmpty();
        Certificate revoked = CertificateMerge.merge(
                first, BareRevocations.on(revocation, first, budget()).orElseThrow());
        assertThat(revoked).isEqualTo(only(SampleCertificates.revoked(7)));
        assertThat(CertificateDescription.of(revoked).revoked()).isTrue();
    }

    @Test
    void armorOfSeveralCertificatesReadsBack() {
        byte[] armored =
                Armor.certificates(List.of(SampleCertificates.certificate(1), SampleCertificates.certificate(2)));
        assertThat(parser.parse(armored).accepted()).hasSize(2);
    }

    private static VerificationBudget budget() {
        return new VerificationBudget(Limits.standard());
    }

    private Certificate only(byte[] bytes) {
        ParsedUpload upload = parser.parse(bytes);
        assertThat(upload.refused()).isEmpty();
        return upload.accepted().get(0).certificate();
    }
}
