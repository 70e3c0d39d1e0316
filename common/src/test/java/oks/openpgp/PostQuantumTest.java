package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import oks.openpgp.CertificateDescription.SubkeyDescription;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Dropped;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;
import oks.testing.PostQuantumKey;
import oks.testing.PostQuantumKey.Kind;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates of RFC 9980: which are taken, which signatures count, and what keys of which version may have. */
class PostQuantumTest {
    private static final int T = SampleKey.CREATED;
    private static final String NAME = "Petra Quantum <petra@example.org>";
    private static final int ENCRYPT = 12;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aCertificateIsTakenWholeDescribedAndIndexed(Kind kind) {
        PostQuantumKey key = new PostQuantumKey(kind, 1);
        PostQuantumKey signing = new PostQuantumKey(kind, 2);
        Accepted accepted = accepted(concat(key.certificate(NAME), key.withSubkey(signing, T)));
        assertThat(accepted.dropped()).isEmpty();
        Certificate certificate = accepted.certificate();
        CertificateDescription description = CertificateDescription.of(certificate);
        assertThat(description.fingerprint()).hasToString(key.fingerprint());
        assertThat(description.algorithm()).isEqualTo(kind.algorithm());
        assertThat(description.algorithmName()).isEqualTo(kind.algorithmName());
        assertThat(description.bits()).isZero();
        assertThat(description.subkeys())
                .extracting(SubkeyDescription::algorithmName)
                .containsExactlyInAnyOrder("ML-KEM-768+X25519", "ML-KEM-1024+X448", kind.algorithmName());
        assertThat(IndexTerms.of(certificate).emails()).containsExactly("petra@example.org");
        assertThat(IndexTerms.of(certificate).subkeys())
                .extracting(Fingerprint::toString)
                .contains(signing.fingerprint());
        assertThat(Samples.certificate(certificate.bytes())).isEqualTo(certificate);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSignatureWithAnyPartChangedCountsForNothing(Kind kind) {
        PostQuantumKey key = new PostQuantumKey(kind, 1);
        byte[] signature = key.directKey(T);
        int numbers = signature.length - Algorithm.signatureBytes(kind.algorithm());
        int half = numbers + kind.curveBytes();
        for (int at : new int[] {numbers, numbers + 40, half, half + 1000, signature.length - 1}) {
            byte[] changed = signature.clone();
            changed[at] ^= 1;
            assertRefused(concat(key.packet(), changed), Reason.NO_VALID_SELF_SIGNATURE);
        }
    }

    /** One half of each of two good signatures is no signature: both halves must be over the same. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ML_DSA_65", "ML_DSA_87"})
    void halvesOfTwoSignaturesAreNone(Kind kind) {
        PostQuantumKey key = new PostQuantumKey(kind, 1);
        byte[] one = key.directKey(T);
        byte[] other = key.directKey(T + 1);
        int half = one.length - Algorithm.signatureBytes(kind.algorithm()) + kind.curveBytes();
        byte[] curveOfOther = one.clone();
        System.arraycopy(other, half - kind.curveBytes(), curveOfOther, half - kind.curveBytes(), kind.curveBytes());
        byte[] latticeOfOther = one.clone();
        System.arraycopy(other, half, latticeOfOther, half, other.length - half);
        assertThat(Samples.parse(concat(key.packet(), one)).accepted()).hasSize(1);
        assertRefused(concat(key.packet(), curveOfOther), Reason.NO_VALID_SELF_SIGNATURE);
        assertRefused(concat(key.packet(), latticeOfOther), Reason.NO_VALID_SELF_SIGNATURE);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSignatureOfAnotherLengthCostsNothingAndCountsForNothing(Kind kind) {
        PostQuantumKey key = new PostQuantumKey(kind, 1);
        byte[] body = body(key.directKey(T));
        for (int length : new int[] {body.length - 1, body.length + 1}) {
            VerificationBudget budget = new VerificationBudget(Limits.standard());
            byte[] upload = concat(key.packet(), packet(2, Arrays.copyOf(body, length)));
            ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard()).parse(upload, budget);
            assertThat(parsed.accepted()).isEmpty();
            assertThat(budget.verifications()).isZero();
        }
    }

    /** RFC 9980, sections 5.3.1 and 6.2.1: 256 bits at least. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ML_DSA_65", "SLH_DSA_128F"})
    void theHashOfASignatureHas256BitsAtLeast(Kind kind) {
        PostQuantumKey key = new PostQuantumKey(kind, 1);
        for (int hash : new int[] {8, 9, 10, 12, 14}) {
            assertThat(Samples.parse(concat(key.packet(), directKey(key, hash))).accepted())
                    .as("hash " + hash)
                    .hasSize(1);
        }
        assertRefused(concat(key.packet(), directKey(key, HashAlgorithm.SHA224)), Reason.NO_VALID_SELF_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 31, 32, 33, 34})
    void aVersion4PrimaryKeyMustNotHaveThem(int algorithm) {
        byte[] body = PostQuantumKey.body(4, algorithm, new byte[Algorithm.keyBytes(algorithm)]);
        assertThat(Samples.parse(packet(6, body)).refused())
                .extracting(Refused::reason, Refused::text)
                .containsExactly(tuple(
                        Reason.UNSUPPORTED_ALGORITHM,
                        "version 4 keys must not have algorithm " + algorithm + " (" + Algorithm.name(algorithm)
                                + ")"));
    }

    @ParameterizedTest
    @ValueSource(ints = {29, 35, 36, 37, 110})
    void aPrimaryKeyThatCannotSignOrThatNobodyKnowsIsRefused(int algorithm) {
        for (int version : new int[] {4, 6}) {
            byte[] body = PostQuantumKey.body(version, algorithm, new byte[1216]);
            assertThat(Samples.parse(packet(6, body)).refused())
                    .extracting(Refused::reason, Refused::text)
                    .containsExactly(tuple(
                            Reason.UNSUPPORTED_ALGORITHM,
                            "signatures of public-key algorithm " + algorithm + " cannot be verified"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 31, 32, 33, 34, 36})
    void aVersion4SubkeyMustNotHaveThem(int algorithm) {
        SampleKey key = new SampleKey(1);
        byte[] body = PostQuantumKey.body(4, algorithm, new byte[Algorithm.keyBytes(algorithm)]);
        Accepted accepted = accepted(concat(key.certificate(NAME), bound(key, body, 8, ENCRYPT)));
        assertThat(CertificateDescription.of(accepted.certificate()).subkeys()).isEmpty();
        assertThat(accepted.dropped())
                .extracting(Dropped::rule)
                .containsExactly(DropRule.SUBKEY_ALGORITHM, DropRule.ON_DROPPED);
    }

    @Test
    void aVersion4SubkeyMayHaveMlKem768() {
        SampleKey key = new SampleKey(1);
        byte[] body = PostQuantumKey.body(4, 35, PostQuantumKey.kem(35, 1));
        Accepted accepted = accepted(concat(key.certificate(NAME), bound(key, body, 8, ENCRYPT)));
        assertThat(accepted.dropped()).isEmpty();
        assertThat(CertificateDescription.of(accepted.certificate()).subkeys())
                .extracting(SubkeyDescription::algorithmName)
                .containsExactly("ML-KEM-768+X25519");
    }

    /** RFC 9980, section 7.2, whatever upload.weak_hashes allows; a revocation counts whatever its hash. */
    @Test
    void aPostQuantumSubkeyIsNotBoundWithABrokenHash() {
        SampleKey key = new SampleKey(1);
        byte[] body = PostQuantumKey.body(4, 35, PostQuantumKey.kem(35, 1));
        Accepted weak = accepted(concat(key.certificate(NAME), bound(key, body, 2, ENCRYPT)));
        assertThat(CertificateDescription.of(weak.certificate()).subkeys()).isEmpty();
        assertThat(weak.dropped())
                .extracting(Dropped::rule)
                .containsExactly(DropRule.DOES_NOT_VERIFY, DropRule.NO_BINDING_SIGNATURE);

        byte[] revocation =
                key.signature(SampleKey.SUBKEY_REVOCATION, 2, new byte[0], key.hashed(), PostQuantumKey.hashed(body));
        Accepted revoked = accepted(concat(key.certificate(NAME), bound(key, body, 8, ENCRYPT), revocation));
        assertThat(CertificateDescription.of(revoked.certificate()).subkeys())
                .extracting(SubkeyDescription::revoked)
                .containsExactly(true);

        byte[] x25519 = PostQuantumKey.body(4, 25, new byte[32]);
        assertThat(accepted(concat(key.certificate(NAME), bound(key, x25519, 2, ENCRYPT)))
                        .dropped())
                .isEmpty();
    }

    /** What its bytes mean, nobody here can tell; the owner said so, or it is not kept. */
    @Test
    void aSubkeyOfAnUnknownAlgorithmIsKeptWholeWhereItsOwnerBoundItAndItNeedNotSign() {
        PostQuantumKey key = new PostQuantumKey(Kind.ML_DSA_65, 1);
        byte[] body = PostQuantumKey.body(6, 99, new byte[100]);
        byte[] start = key.certificate(NAME);
        byte[] subkey = packet(14, body);
        byte[] encrypting = key.binding(body, PostQuantumKey.SHA_512, T, subpacket(27, ENCRYPT));
        byte[] signing = key.binding(body, PostQuantumKey.SHA_512, T, subpacket(27, 2));

        Certificate kept = accepted(concat(start, subkey, encrypting)).certificate();
        assertThat(CertificateDescription.of(kept).subkeys())
                .extracting(SubkeyDescription::algorithmName)
                .contains("algorithm 99");
        assertThat(kept.parts().subkeys()).containsKey(Packet.of(Packet.PUBLIC_SUBKEY, body));
        assertThat(accepted(concat(start, subkey, signing)).dropped())
                .extracting(Dropped::rule)
                .containsExactly(DropRule.NO_BACK_SIGNATURE, DropRule.NO_BINDING_SIGNATURE);
        assertThat(accepted(concat(start, subkey)).dropped())
                .extracting(Dropped::rule)
                .containsExactly(DropRule.NO_BINDING_SIGNATURE);
    }

    /** Its key could be any bytes; so what follows one that is known must be nothing. */
    @Test
    void aKeyThatIsCutShortIsNotKept() {
        PostQuantumKey key = new PostQuantumKey(Kind.ML_DSA_65, 1);
        byte[] body = PostQuantumKey.body(6, 35, new byte[1215]);
        byte[] binding = key.binding(body, PostQuantumKey.SHA_512, T, subpacket(27, ENCRYPT));
        assertThat(accepted(concat(key.certificate(NAME), packet(14, body), binding))
                        .dropped())
                .extracting(Dropped::rule)
                .containsExactly(DropRule.BROKEN, DropRule.ON_DROPPED);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aVerificationHasItsPrice(Kind kind) throws Exception {
        PostQuantumKey key = new PostQuantumKey(kind, 1);
        KeyPacket packet = KeyPacket.parse(Packet.of(Packet.PUBLIC_KEY, key.body()));
        long cost = VerificationCost.ofSignature(packet);
        VerificationBudget budget = new VerificationBudget(Limits.standard());
        byte[] upload = concat(key.packet(), key.directKey(T));
        UploadParser parser = new UploadParser(Limits.standard(), Policy.standard());
        assertThat(parser.parse(upload, budget).accepted()).hasSize(1);
        assertThat(budget.verifications()).isEqualTo(1);
        assertThat(budget.spent()).isGreaterThan(cost);
        assertThat(parser.price(upload)).isGreaterThan(cost);
        assertThat(new UploadParser(
                                Limits.standard().with(Limit.MAX_CERTIFICATE_COST, (int) cost - 1), Policy.standard())
                        .parse(upload)
                        .refused())
                .extracting(Refused::reason)
                .containsExactly(Reason.TOO_COSTLY);
    }

    private static byte[] directKey(PostQuantumKey key, int hash) {
        return key.signature(SampleKey.DIRECT_KEY, hash, T, subpacket(27, 3), key.hashed());
    }

    private static byte[] bound(SampleKey key, byte[] subkey, int hash, int flags) {
        return concat(
                packet(14, subkey),
                key.signature(
                        SampleKey.SUBKEY_BINDING,
                        hash,
                        subpacket(27, flags),
                        key.hashed(),
                        PostQuantumKey.hashed(subkey)));
    }

    private static byte[] body(byte[] packet) {
        return Arrays.copyOfRange(packet, 3, packet.length);
    }

    private static Accepted accepted(byte[] upload) {
        ParsedUpload parsed = Samples.parse(upload);
        assertThat(parsed.refused()).isEmpty();
        return parsed.accepted().get(0);
    }

    private static void assertRefused(byte[] upload, Reason reason) {
        ParsedUpload parsed = Samples.parse(upload);
        assertThat(parsed.accepted()).isEmpty();
        assertThat(parsed.refused()).extracting(Refused::reason).isEqualTo(List.of(reason));
    }
}
