package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

class DesignatedRevocationsTest {
    private static final Function<Fingerprint, Optional<Certificate>> NOBODY = fingerprint -> Optional.empty();

    private final SampleKey owner = new SampleKey(1);
    private final SampleKey revoker = new SampleKey(2);
    private final SampleKey stranger = new SampleKey(3);
    private final byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
    private final byte[] revocation = revoker.signature(SampleKey.KEY_REVOCATION, subpacket(29, 1), owner.hashed());
    private final byte[] certificate = concat(owner.packet(), named, owner.userIdWithSignature("Owner"));
    private final Certificate revokers = Samples.certificate(revoker.certificate("Revoker"));

    @Test
    void oneWaitsForItsMakerAndCountsOnceThatIsKnown() {
        Certificate waiting = Samples.certificate(concat(certificate, revocation));
        assertThat(DesignatedRevocations.waitAt(waiting)).isTrue();
        assertThat(CertificateDescription.of(waiting).revoked()).isFalse();
        assertThat(CertificateDescription.of(waiting).signatures())
                .filteredOn(s -> s.type() == 0x20)
                .singleElement()
                .satisfies(signature -> assertThat(signature.verified()).isFalse());
        assertThat(waiting.revocationOnly()).isEmpty();
        assertThat(IndexTerms.of(waiting).awaitedRevokers())
                .containsExactly(revokers.fingerprint().keyId());
        assertThat(settled(waiting, NOBODY)).isEqualTo(waiting);

        Certificate revoked = settled(waiting, this::known);
        assertThat(CertificateDescription.of(revoked).revoked()).isTrue();
        assertThat(CertificateDescription.of(revoked).revokedBy()).contains(revokers.fingerprint());
        assertThat(IndexTerms.of(revoked).awaitedRevokers()).isEmpty();
        assertThat(revoked.revocationOnly().orElseThrow().parts().signatures())
                .as("with what names the revoker")
                .hasSize(2);
        assertThat(CertificateMerge.merge(revoked, waiting)).isSameAs(revoked);
        assertThat(CertificateMerge.merge(waiting, revoked)).isEqualTo(revoked);
    }

    @Test
    void whereItStandsAndWhichSignatureNamesItsMakerDoNotMatter() {
        byte[] namedOnUserId = concat(
                owner.packet(),
                SampleKey.packet(13, new byte[] {'O'}),
                owner.signature(
                        SampleKey.POSITIVE_CERTIFICATION,
                        owner.revoker(revoker),
                        owner.hashed(),
                        SampleKey.hashedUserId("O")));
        for (byte[] upload : List.of(
                concat(owner.packet(), revocation, named, owner.userIdWithSignature("Owner")),
                concat(certificate, revocation),
                concat(namedOnUserId, revocation))) {
            assertThat(CertificateDescription.of(settled(Samples.certificate(upload), this::known))
                            .revoked())
                    .isTrue();
        }
    }

    @Test
    void byAStrangerOrOfAnotherKeyNothingIsKept() {
        byte[] byStranger = stranger.signature(SampleKey.KEY_REVOCATION, subpacket(29, 1), owner.hashed());
        byte[] ofAnother = revoker.signature(SampleKey.KEY_REVOCATION, subpacket(29, 1), stranger.hashed());
        Certificate plain = Samples.certificate(certificate);
        for (byte[] wrong : List.of(byStranger, ofAnother)) {
            assertThat(Samples.certificate(concat(certificate, wrong))).isEqualTo(plain);
        }
    }

    @Test
    void aWrongOneIsGoneWhenItsMakerIsKnown() {
        Certificate waiting = Samples.certificate(concat(certificate, forged(1), revocation, forged(2)));
        assertThat(waiting.parts().unverifiedRevocations()).hasSize(3);
        assertThat(settled(waiting, this::known))
                .isEqualTo(settled(Samples.certificate(concat(certificate, revocation)), this::known));
    }

    @Test
    void fewWaitAndAnyOrderLeavesTheSame() {
        List<Certificate> pieces = new ArrayList<>(IntStream.range(0, 30)
                .mapToObj(i -> Samples.certificate(concat(certificate, forged(i))))
                .toList());
        pieces.add(settled(Samples.certificate(concat(certificate, revocation)), this::known));
        Random random = new Random(1);
        Certificate first = pieces.stream().reduce(CertificateMerge::merge).orElseThrow();
        assertThat(first.parts().unverifiedRevocations()).hasSizeBetween(1, WaitingRevocations.MOST);
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(pieces, random);
            int middle = random.nextInt(pieces.size() - 1) + 1;
            Certificate left = pieces.subList(0, middle).stream()
                    .reduce(CertificateMerge::merge)
                    .orElseThrow();
            Certificate right = pieces.subList(middle, pieces.size()).stream()
                    .reduce(CertificateMerge::merge)
                    .orElseThrow();
            assertThat(CertificateMerge.merge(left, right)).isEqualTo(first);
        }
    }

    @Test
    void aloneItIsFoundAgainstACertificateThatNamesItsMaker() {
        BareRevocation bare = Samples.parse(revocation).revocations().get(0);
        VerificationBudget budget = new VerificationBudget(Limits.standard());
        Certificate stored = Samples.certificate(certificate);
        assertThat(CertificateDescription.of(BareRevocations.on(bare, stored, this::known, budget)
                                .orElseThrow())
                        .revoked())
                .isTrue();
        assertThat(DesignatedRevocations.waitAt(
                        BareRevocations.on(bare, stored, NOBODY, budget).orElseThrow()))
                .isTrue();
        assertThat(BareRevocations.on(bare, Samples.certificate(owner.certificate("Owner")), this::known, budget))
                .isEmpty();
    }

    @Test
    void inAnUploadThatDoesNotNameItsMakerItIsHandedOnForTheStoredCertificate() {
        ParsedUpload parsed = Samples.parse(concat(owner.certificate("Owner"), revocation));
        assertThat(parsed.revocations())
                .singleElement()
                .satisfies(bare -> assertThat(bare.certificate())
                        .contains(parsed.accepted().get(0).certificate().fingerprint()));
    }

    @Test
    void aRevocationOfAnotherKeyAfterACertificateIsHandedOnAsItsOwn() {
        ParsedUpload parsed = Samples.parse(concat(owner.certificate("Owner"), stranger.revocation()));
        assertThat(parsed.revocations())
                .singleElement()
                .satisfies(bare -> assertThat(bare.certificate()).isEmpty());
        assertThat(parsed.accepted().get(0).dropped()).isEmpty();
    }

    /** The two bytes of the digest are right, which a stranger can see to. */
    private byte[] forged(int number) {
        byte[] forged = revoker.signature(SampleKey.KEY_REVOCATION, subpacket(29, 1, number), owner.hashed());
        forged[forged.length - 3] ^= 1;
        return forged;
    }

    private Optional<Certificate> known(Fingerprint fingerprint) {
        return Optional.of(revokers).filter(known -> known.fingerprint().equals(fingerprint));
    }

    private static Certificate settled(Certificate certificate, Function<Fingerprint, Optional<Certificate>> known) {
        return DesignatedRevocations.settle(certificate, known, new VerificationBudget(Limits.standard()));
    }
}
