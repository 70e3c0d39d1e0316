package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BareCertificateTest {
    private final SampleKey owner = new SampleKey(1);
    private final SampleKey revoker = new SampleKey(2);
    private final byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
    private final byte[] whole = concat(
            owner.packet(),
            named,
            owner.userIdWithSignature("Alice Secret <alice@example.org>"),
            owner.withSubkey(new SampleKey(3), 2));

    private byte[] revocation(byte[] reason) {
        return owner.signature(SampleKey.KEY_REVOCATION, reason, owner.hashed());
    }

    private static byte[] served(Certificate certificate) {
        return HardRevoked.BARE.given(certificate.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, -1, 0, 2})
    void withoutReasonOrCompromisedNothingButKeyAndRevocationIsGiven(int code) {
        byte[] reason = code == -2
                ? subpacket(27, 3)
                : code == -1 ? new byte[] {1, 29} : concat(new byte[] {4, 29, (byte) code}, new byte[] {'o', 'h'});
        Certificate certificate = Samples.certificate(concat(whole, revocation(reason)));
        byte[] bare = served(certificate);
        assertThat(bare)
                .isEqualTo(Samples.certificate(concat(owner.packet(), revocation(reason)))
                        .bytes());
        assertThat(HardRevoked.ALL.given(certificate.bytes())).isEqualTo(certificate.bytes());
        assertThat(HardRevoked.BARE.hides(certificate.bytes())).isTrue();
        assertThat(HardRevoked.ALL.hides(certificate.bytes())).isFalse();
        assertThat(HardRevoked.BARE.given(bare)).as("its own bare form").isEqualTo(bare);
        IndexTerms terms = IndexTerms.of(certificate);
        assertThat(terms.hardRevoked()).isTrue();
        assertThat(terms.bareSksHash())
                .isEqualTo(IndexTerms.of(Certificate.ofStored(bare)).sksHash())
                .isNotEqualTo(terms.sksHash());
        CertificateDescription described = CertificateDescription.of(Certificate.ofStored(bare));
        assertThat(described.revoked()).isTrue();
        assertThat(described.isBare()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 32, 100})
    void supersededOrRetiredItStaysWhole(int code) {
        Certificate certificate = Samples.certificate(concat(whole, revocation(subpacket(29, code))));
        assertThat(CertificateDescription.of(certificate).revoked()).isTrue();
        assertThat(served(certificate)).isEqualTo(certificate.bytes());
        assertThat(IndexTerms.of(certificate).hardRevoked()).isFalse();
        assertThat(IndexTerms.of(certificate).bareSksHash())
                .isEqualTo(IndexTerms.of(certificate).sksHash());
    }

    @Test
    void aHardRevocationBesideASoftOneCounts() {
        Certificate both =
                Samples.certificate(concat(whole, revocation(subpacket(29, 1)), revocation(subpacket(29, 2))));
        assertThat(Certificate.ofStored(served(both)).parts().signatures()).hasSize(2);
    }

    @Test
    void aReasonThatNobodySignedIsNone() {
        byte[] hashed = concat(SampleKey.subpacket(2, 0x65, 0x92, 0, 0));
        byte[] unhashed = concat(owner.issuer(), subpacket(29, 1));
        byte[] revocation = owner.signature(SampleKey.KEY_REVOCATION, hashed, unhashed, new byte[][] {owner.hashed()});
        assertThat(HardRevoked.BARE.hides(
                        Samples.certificate(concat(whole, revocation)).bytes()))
                .isTrue();
    }

    /** The owner's names are the owner's to take away; and the bare form would lack what names the revoker. */
    @Test
    void aRevokersOrAStrangersRevocationTakesNoNameAway() {
        byte[] byRevoker = revoker.signature(SampleKey.KEY_REVOCATION, subpacket(29, 2), owner.hashed());
        byte[] byStranger = new SampleKey(9).signature(SampleKey.KEY_REVOCATION, subpacket(29, 2), owner.hashed());
        Certificate revoked = DesignatedRevocations.settle(
                Samples.certificate(concat(whole, byRevoker)),
                fingerprint -> java.util.Optional.of(Samples.certificate(revoker.certificate("Revoker"))),
                new VerificationBudget(Limits.standard()));
        assertThat(CertificateDescription.of(revoked).revoked()).isTrue();
        assertThat(served(revoked)).isEqualTo(revoked.bytes());
        Certificate plain = Samples.certificate(concat(whole, byStranger));
        assertThat(served(plain)).isEqualTo(plain.bytes());
    }

    @Test
    void whoUploadsTheRestAgainBringsNoNameBack() {
        Certificate old = Samples.certificate(whole);
        Certificate bare = Samples.certificate(concat(owner.packet(), owner.revocation()));
        Certificate merged = CertificateMerge.merge(bare, old);
        assertThat(merged).isEqualTo(CertificateMerge.merge(old, bare));
        assertThat(served(merged)).isEqualTo(bare.bytes());
        assertThat(CertificateMerge.merge(merged, old)).isEqualTo(merged);
    }

    @Test
    void theRevocationsOfABareCertificateStandAloneAndOfNoOther() {
        Certificate bare = Samples.certificate(concat(owner.packet(), owner.revocation()));
        byte[] revocations = BareCertificate.revocationsIn(bare.bytes());
        assertThat(concat(bare.bytes())).endsWith(revocations);
        assertThat(UploadsOf.revocations(revocations)).hasSize(1);
        assertThat(BareCertificate.revocationsIn(
                        Samples.certificate(concat(whole, owner.revocation())).bytes()))
                .isEmpty();
        assertThat(BareCertificate.revocationsIn(
                        Samples.certificate(concat(owner.packet(), named)).bytes()))
                .isEmpty();
    }

    private static final class UploadsOf {
        static java.util.List<BareRevocation> revocations(byte[] packets) {
            return new UploadParser(Limits.standard(), Policy.standard())
                    .parse(packets)
                    .revocations();
        }
    }
}
