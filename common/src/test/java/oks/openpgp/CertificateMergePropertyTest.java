package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import oks.testing.SampleKey;

/** The laws of a merge, over parts of real certificates with signatures by other keys kept. */
class CertificateMergePropertyTest {
    private static final List<CertificateParts> WHOLE = Samples.ALL.stream()
            .map(name -> new UploadParser(
                            Limits.standard(),
                            Policy.standard().withThirdParty(ThirdParty.ALL).withVersion3(true))
                    .parse(Samples.bytes(name))
                    .accepted()
                    .get(0)
                    .certificate()
                    .parts())
            .toList();
    /** So tight that signatures by other keys do not all fit. */
    private static final Limits TIGHT = Limits.standard()
            .with(Limit.MAX_BYTES, 1 << 20)
            .with(Limit.MAX_CERTIFICATE, 300)
            .with(Limit.MAX_SIGNATURE, 8192)
            .with(Limit.MAX_USER_IDS, 10)
            .with(Limit.MAX_SUBKEYS, 10)
            .with(Limit.MAX_CERTIFICATES, 10)
            .with(Limit.MAX_CERTIFICATE_COST, 1000)
            .with(Limit.MAX_COST, 1000);

    @Example
    void differentCertificatesAreNotMerged() {
        Certificate one = Samples.certificate("rsa.pgp");
        Certificate other = Samples.certificate("ed25519.pgp");
        assertThatThrownBy(() -> merge(one, other, Limits.standard())).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void theOrderOfTwoDoesNotMatter(@ForAll("limits") Limits limits, @ForAll("parts") List<Certificate> three) {
        assertThat(merge(three.get(0), three.get(1), limits)).isEqualTo(merge(three.get(1), three.get(0), limits));
    }

    @Property
    void theGroupingOfThreeDoesNotMatter(@ForAll("limits") Limits limits, @ForAll("parts") List<Certificate> three) {
        Certificate left = merge(merge(three.get(0), three.get(1), limits), three.get(2), limits);
        Certificate right = merge(three.get(0), merge(three.get(1), three.get(2), limits), limits);
        assertThat(left).isEqualTo(right);
    }

    @Property
    void whatIsThereAlreadyChangesNothing(@ForAll("limits") Limits limits, @ForAll("parts") List<Certificate> three) {
        Certificate merged = merge(three.get(0), three.get(1), limits);
        assertThat(CertificateMerge.merge(merged, merged, limits)).isSameAs(merged);
        assertThat(merge(merged, three.get(1), limits)).isEqualTo(merged);
        assertThat(merge(merged, three.get(0), limits)).isEqualTo(merged);
    }

    @Property
    void theLawsHoldForWhateverStrangersAdded(
            @ForAll("limits") Limits limits, @ForAll("variants") List<Certificate> three) {
        theOrderOfTwoDoesNotMatter(limits, three);
        theGroupingOfThreeDoesNotMatter(limits, three);
        whatIsThereAlreadyChangesNothing(limits, three);
    }

    @Property
    void piecesOfOneUploadGiveWhatTheyGiveOneByOne(@ForAll("parts") List<Certificate> three) {
        Certificate oneByOne = CertificateMerge.merge(CertificateMerge.merge(three.get(0), three.get(1)), three.get(2));
        assertThat(CertificateMerge.gather(three, Limits.standard())).containsExactly(oneByOne);
        assertThat(CertificateMerge.gather(three, TIGHT)).hasSizeBetween(1, 3);
    }

    @Property
    void nothingIsLostAndNothingMadeUp(@ForAll("parts") List<Certificate> three) {
        Certificate merged = CertificateMerge.merge(three.get(0), three.get(1));
        List<Packet> before = new ArrayList<>(three.get(0).parts().all());
        before.addAll(three.get(1).parts().all());
        assertThat(merged.parts().all()).doesNotHaveDuplicates().allMatch(before::contains);
        assertThat(before).allMatch(merged.parts().all()::contains);
    }

    @Property
    void aSignatureWithAnythingAddedToItIsTheSameSignature(
            @ForAll long seed, @ForAll("additions") List<byte[]> additions) {
        SampleKey key = new SampleKey(seed);
        byte[] hashed = SampleKey.concat(SampleKey.subpacket(2, 1, 2, 3, 4), SampleKey.subpacket(27, 3));
        List<Packet> forms = new ArrayList<>();
        for (byte[] addition : additions) {
            byte[] framed = key.signature(SampleKey.DIRECT_KEY, hashed, addition, new byte[][] {key.hashed()});
            forms.add(Packet.of(
                    Packet.SIGNATURE, Arrays.copyOfRange(framed, framed.length > 257 ? 3 : 2, framed.length)));
        }
        List<Packet> kept = SignatureIdentity.distinct(forms);
        Collections.reverse(forms);
        assertThat(kept).hasSize(1).isEqualTo(SignatureIdentity.distinct(forms));
    }

    @Provide
    Arbitrary<List<byte[]>> additions() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(100)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<Limits> limits() {
        return Arbitraries.of(Limits.standard(), TIGHT);
    }

    /**
     * As {@link #parts}, as an earlier version may have stored them: with whatever strangers made of what is not
     * hashed.
     */
    @Provide
    Arbitrary<List<Certificate>> variants() {
        return Arbitraries.of(WHOLE)
                .flatMap(whole -> Arbitraries.longs()
                        .map(seed -> {
                            Random random = new Random(seed);
                            return UnhashedVariants.of(some(whole, random), random);
                        })
                        .list()
                        .ofSize(3));
    }

    /** Three certificates with the same primary key, each with some of the packets of one real certificate. */
    @Provide
    Arbitrary<List<Certificate>> parts() {
        return Arbitraries.of(WHOLE)
                .flatMap(whole -> Arbitraries.longs()
                        .map(seed -> some(whole, new Random(seed)))
                        .list()
                        .ofSize(3));
    }

    private static Certificate some(CertificateParts whole, Random random) {
        CertificateParts some = new CertificateParts(whole.primary());
        some.signatures().addAll(some(whole.signatures(), random));
        whole.userIds().forEach((userId, signatures) -> {
            if (random.nextBoolean()) {
                some.userId(userId).addAll(some(signatures, random));
            }
        });
        whole.subkeys().forEach((subkey, signatures) -> {
            if (random.nextBoolean()) {
                some.subkey(subkey).addAll(some(signatures, random));
            }
        });
        return Certificate.ofStored(some.write());
    }

    private static List<Packet> some(List<Packet> packets, Random random) {
        return packets.stream().filter(p -> random.nextInt(4) > 0).toList();
    }

    private static Certificate merge(Certificate one, Certificate other, Limits limits) {
        return CertificateMerge.merge(trimmed(one, limits), trimmed(other, limits), limits);
    }

    /** What is stored was within the limits when it was stored. */
    private static Certificate trimmed(Certificate certificate, Limits limits) {
        CertificateParts parts = certificate.parts();
        try {
            ThirdPartySignatures.trim(parts, KeyPacket.parse(parts.primary()), limits.maxThirdPartyBytes());
            return Certificate.ofStored(parts.write());
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new AssertionError(e);
        }
    }
}
