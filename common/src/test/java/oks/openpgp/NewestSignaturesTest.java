package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Dropped;
import oks.testing.PostQuantumKey;
import oks.testing.PostQuantumKey.Kind;
import oks.testing.SampleKey;

/** Of what an SLH-DSA key signed, the newest of each kind is kept, whatever came first. */
class NewestSignaturesTest {
    private static final int T = SampleKey.CREATED;
    private static final int SUPERSEDED = 1;
    private static final int COMPROMISED = 2;
    private static final String ADA = "Ada <ada@example.org>";
    private static final String BOB = "Bob <bob@example.org>";
    private static final PostQuantumKey KEY = new PostQuantumKey(Kind.SLH_DSA_128F, 7);
    private static final PostQuantumKey SUBKEY = new PostQuantumKey(Kind.SLH_DSA_128F, 8);

    /** A whole certificate, in pieces that may come in any order and number; three times of each. */
    private static final List<byte[]> PIECES = pieces();

    private static List<byte[]> pieces() {
        List<byte[]> pieces = new ArrayList<>();
        for (int time = T; time < T + 3; time++) {
            pieces.add(KEY.directKey(time));
            pieces.add(KEY.revocation(SUPERSEDED, time));
            pieces.add(KEY.revocation(COMPROMISED, time));
            pieces.add(concat(PostQuantumKey.userId(ADA), KEY.certification(ADA, time)));
            pieces.add(concat(PostQuantumKey.userId(BOB), KEY.certification(BOB, time)));
            pieces.add(KEY.withSubkey(SUBKEY, time));
        }
        return pieces;
    }

    @Example
    void anUploadKeepsTheNewestAndTellsOfTheOthers() {
        Accepted accepted = accepted(concat(PIECES.toArray(byte[][]::new)));
        CertificateParts parts = accepted.certificate().parts();
        assertThat(times(parts.signatures()))
                .as("the first of the hard revocations")
                .containsExactlyInAnyOrder(T + 2L, T + 2L, (long) T);
        assertThat(parts.userIds().values())
                .allSatisfy(kept -> assertThat(times(kept)).containsExactly(T + 2L));
        assertThat(parts.subkeys().values())
                .allSatisfy(kept -> assertThat(times(kept)).containsExactly(T + 2L));
        assertThat(accepted.dropped()).extracting(Dropped::rule).containsOnly(DropRule.REPLACED);
        assertThat(accepted.dropped().stream().mapToInt(Dropped::count).sum()).isEqualTo(12);
        assertThat(accepted.dropped().get(0).reason())
                .isEqualTo("2 signatures: replaced by a newer one, and too large to keep all");
    }

    /** What a newer one replaces is not even verified. */
    @Example
    void manyOldSignaturesNeitherFillNorRefuseACertificate() {
        List<byte[]> packets = new ArrayList<>(List.of(PostQuantumKey.userId(ADA)));
        for (int time = T; time < T + 80; time++) { // 80 of 17 KB are more than a certificate may have
            packets.add(KEY.certification(ADA, time));
        }
        VerificationBudget budget = new VerificationBudget(Limits.standard());
        ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard())
                .parse(concat(KEY.packet(), concat(packets.toArray(byte[][]::new))), budget);
        assertThat(parsed.accepted()).hasSize(1);
        assertThat(parsed.accepted().get(0).certificate().size()).isLessThan(20_000);
        assertThat(budget.verifications()).isEqualTo(1);
    }

    @Example
    void aLaterSofterRevocationTakesNoWarningBack() {
        Certificate hard = certificate(List.of(KEY.revocation(COMPROMISED, T)));
        Certificate soft = certificate(List.of(KEY.revocation(SUPERSEDED, T + 5)));
        assertThat(CertificateMerge.merge(hard, soft).parts().signatures()).hasSize(2);
    }

    /** Whoever has stolen the key makes revocations, too: ones that clients ignore. */
    @Example
    void noRevocationThatClientsIgnoreTakesAWarningBack() {
        int year2100 = (int) 4_102_444_800L;
        byte[] warning = KEY.revocation(COMPROMISED, T + 10);
        for (byte[] ignored : List.of(
                revocation(T + 20, new byte[] {5, 3, 0, 0, 0, 1}), // expired a second later
                revocation(T + 5, new byte[] {5, 3, 0, 0, 0, 1}),
                revocation(T + 20, new byte[] {2, (byte) (0x80 | 101), 0}), // critical, and unknown
                revocation(T + 5, new byte[] {2, (byte) (0x80 | 101), 0}),
                revocation(T + 5, new byte[] {10, (byte) (0x80 | 20), 0, 0, 0, 0, 0, 1, 0, 0, 'x'}), // a notation
                KEY.revocation(COMPROMISED, year2100),
                KEY.revocation(COMPROMISED, T - 1))) { // before there was a key
            Certificate one = certificate(List.of(warning));
            Certificate two = certificate(List.of(ignored));
            assertThat(CertificateMerge.merge(one, two)).isEqualTo(one);
            assertThat(CertificateMerge.merge(two, one)).isEqualTo(one);
            assertThat(certificate(List.of(ignored, warning))).isEqualTo(one);
        }
    }

    @Example
    void aSignatureThatClientsDoNotUnderstandReplacesNone() {
        byte[] unknown =
                KEY.signature(SampleKey.DIRECT_KEY, 10, T + 9, new byte[] {2, (byte) (0x80 | 101), 0}, KEY.hashed());
        Certificate good = certificate(List.of(KEY.directKey(T)));
        assertThat(CertificateMerge.merge(good, certificate(List.of(unknown)))).isEqualTo(good);
    }

    private static byte[] revocation(int time, byte[]... subpackets) {
        byte[] reason = {3, 29, COMPROMISED, 0};
        return KEY.signature(SampleKey.KEY_REVOCATION, 10, time, concat(reason, concat(subpackets)), KEY.hashed());
    }

    /** Others' small signatures are the owner's history, and stay. */
    @Example
    void otherAlgorithmsKeepAllTheirSignatures() {
        PostQuantumKey key = new PostQuantumKey(Kind.ML_DSA_65, 7);
        ParsedUpload parsed =
                Samples.parse(concat(key.packet(), key.directKey(T), key.directKey(T + 1), key.directKey(T + 2)));
        assertThat(parsed.accepted().get(0).dropped()).isEmpty();
        assertThat(parsed.accepted().get(0).certificate().parts().signatures()).hasSize(3);
    }

    /** An owner's binding of an SLH-DSA subkey holds one of its signatures. */
    @Example
    void bindingsOfSlhDsaSubkeysAreKeptOnceUnderAnyPrimaryKey() {
        PostQuantumKey key = new PostQuantumKey(Kind.ML_DSA_65, 7);
        byte[] upload =
                concat(key.packet(), key.directKey(T), key.withSubkey(SUBKEY, T), key.withSubkey(SUBKEY, T + 1));
        Certificate certificate = accepted(upload, key).certificate();
        assertThat(certificate.parts().subkeys().values())
                .singleElement()
                .satisfies(kept -> assertThat(times(kept)).containsExactly(T + 1L));
    }

    @Property(tries = 60)
    void anyOrderAndGroupingLeadsToTheSame(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        List<byte[]> pieces = new ArrayList<>(PIECES);
        pieces.removeIf(piece -> random.nextInt(3) == 0);
        if (pieces.size() < 3) {
            return;
        }
        Certificate atOnce = certificate(pieces);
        Collections.shuffle(pieces, random);
        int one = 1 + random.nextInt(pieces.size() - 2);
        int two = one + 1 + random.nextInt(pieces.size() - one - 1);
        Certificate a = certificate(pieces.subList(0, one));
        Certificate b = certificate(pieces.subList(one, two));
        Certificate c = certificate(pieces.subList(two, pieces.size()));
        assertThat(CertificateMerge.merge(CertificateMerge.merge(a, b), c)).isEqualTo(atOnce);
        assertThat(CertificateMerge.merge(a, CertificateMerge.merge(b, c))).isEqualTo(atOnce);
        assertThat(CertificateMerge.merge(c, CertificateMerge.merge(b, a))).isEqualTo(atOnce);
        assertThat(CertificateMerge.merge(atOnce, b)).isSameAs(atOnce);
        assertThat(CertificateMerge.gather(List.of(c, a, b), Limits.standard())).containsExactly(atOnce);
        assertThat(Samples.certificate(atOnce.bytes())).isEqualTo(atOnce);
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs();
    }

    private static Certificate certificate(List<byte[]> pieces) {
        return accepted(concat(pieces.toArray(byte[][]::new))).certificate();
    }

    private static Accepted accepted(byte[] pieces) {
        return accepted(concat(KEY.packet(), pieces), KEY);
    }

    private static Accepted accepted(byte[] upload, PostQuantumKey key) {
        ParsedUpload parsed = Samples.parse(upload);
        assertThat(parsed.refused()).isEmpty();
        Accepted accepted = parsed.accepted().get(0);
        assertThat(accepted.certificate().fingerprint()).hasToString(key.fingerprint());
        return accepted;
    }

    private static List<Long> times(List<Packet> signatures) {
        return signatures.stream()
                .map(packet -> Signature.ofStored(packet).created())
                .toList();
    }
}
