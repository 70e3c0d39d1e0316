package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.hashedUserId;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Whatever strangers make of what a signature does not hash: what is stored is what is verified, and what gpg writes.
 */
class CanonicalSignatureTest {
    private static final List<String> SAMPLES = Samples.ALL;
    /** As gpg 2.2 exported them: each signature says its issuer's key ID where it is not hashed. */
    private static final List<String> OF_GPG =
            List.of("rsa.pgp", "dsa-elgamal.pgp", "ed25519.pgp", "revoked.pgp", "signing-subkey.pgp");

    private static final Policy ALL =
            Policy.standard().withThirdParty(ThirdParty.ALL).withVersion3(true);
    private static final String NAME = "Name 1 <name1@example.org>";

    private final SampleKey key = new SampleKey(1);
    private final SampleKey other = new SampleKey(2);

    private static Certificate accept(byte[] upload) {
        ParsedUpload parsed = new UploadParser(Limits.standard(), ALL).parse(upload);
        assertThat(parsed.accepted()).hasSize(1);
        return parsed.accepted().get(0).certificate();
    }

    private static void requireSameBeside(Certificate original, UnaryOperator<Packet> change) {
        for (boolean changedFirst : new boolean[] {true, false}) {
            assertThat(accept(UnhashedVariants.beside(original.bytes(), changedFirst, change)))
                    .isEqualTo(original);
        }
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void whatIsAddedToSignaturesGoesAgain(String name) {
        Certificate original = accept(Samples.bytes(name));
        for (UnaryOperator<Packet> change : UnhashedVariants.harmless()) {
            assertThat(accept(UnhashedVariants.all(original.bytes(), change))).isEqualTo(original);
            requireSameBeside(original, change);
        }
    }

    /**
     * Of bindings of signing subkeys the subkey's own signature goes with it: then the variant is dropped, not the
     * original.
     */
    @ParameterizedTest
    @FieldSource("OF_GPG")
    void whatIsTakenAwayComesBackInWhateverOrder(String name) {
        Certificate original = accept(Samples.bytes(name));
        byte[] stripped = UnhashedVariants.all(original.bytes(), UnhashedVariants::stripped);
        Certificate first = accept(stripped);
        assertThat(CertificateMerge.merge(first, original)).isEqualTo(original);
        assertThat(CertificateMerge.merge(original, first)).isSameAs(original);
        requireSameBeside(original, UnhashedVariants::stripped);
    }

    /** The state of a database that took a stripped form before: the shortest was kept then. */
    @ParameterizedTest
    @FieldSource("OF_GPG")
    void whatAnEarlierVersionStoredHealsAtTheNextUpload(String name) {
        Certificate original = accept(Samples.bytes(name));
        for (UnaryOperator<Packet> change : List.<UnaryOperator<Packet>>of(
                UnhashedVariants::stripped, UnhashedVariants::padded, UnhashedVariants::withFewerBits)) {
            Certificate stored = Certificate.ofStored(UnhashedVariants.all(original.bytes(), change));
            assertThat(CertificateMerge.merge(stored, original)).isEqualTo(original);
            assertThat(CertificateMerge.merge(original, stored)).isEqualTo(original);
        }
    }

    /** gpg 2.2 takes no signature without a key ID, so that a revocation would not be seen. */
    @Test
    void aRevocationThatNamesItsIssuerAsAFingerprintOnlyGetsItsKeyId() {
        Certificate revoked = accept(Samples.bytes("revoked.pgp"));
        byte[] stripped = UnhashedVariants.all(revoked.bytes(), UnhashedVariants::stripped);
        assertThat(accept(stripped)).isEqualTo(revoked);
        assertThat(accept(stripped).revocationOnly()).isEqualTo(revoked.revocationOnly());
    }

    @Test
    void aFormThatNamesAnotherIssuerDoesNotTakeTheOwnersAlong() {
        Certificate original = accept(Samples.bytes("rsa.pgp"));
        requireSameBeside(original, UnhashedVariants::named);
    }

    @Test
    void asSomebodyElsesWhatIsTheOwnersIsNotStored() {
        byte[] hashed = concat(subpacket(2, 1, 2, 3, 4), subpacket(27, 3));
        byte[][] content = {key.hashed(), hashedUserId(NAME)};
        byte[] named = key.signature(SampleKey.POSITIVE_CERTIFICATION, hashed, subpacket(16, keyId(key)), content);
        byte[] disguised =
                key.signature(SampleKey.POSITIVE_CERTIFICATION, hashed, subpacket(16, 0, 0, 0, 0, 0, 0, 0, 1), content);
        Certificate owners = accept(concat(key.certificate(NAME), named));
        Certificate strangers = accept(concat(key.certificate(NAME), disguised));
        assertThat(strangers.parts().all())
                .as("kept unverified, as by another key")
                .hasSize(4);
        assertThat(CertificateMerge.merge(owners, strangers)).isSameAs(owners);
        assertThat(CertificateMerge.merge(strangers, owners)).isEqualTo(owners);
    }

    @Test
    void aSubkeysOwnSignatureIsFoundAmongThoseThatStrangersAdded() {
        Certificate original = accept(Samples.bytes("signing-subkey.pgp"));
        assertThat(accept(UnhashedVariants.all(original.bytes(), UnhashedVariants::withEmbeddedJunk)))
                .isEqualTo(original);
        requireSameBeside(original, UnhashedVariants::withEmbeddedJunk);
        requireSameBeside(original, packet -> UnhashedVariants.withEmbeddedJunk(UnhashedVariants.stripped(packet)));
    }

    @Test
    void theUnhashedAreaOfTheSubkeysOwnSignatureIsMadeAnewToo() {
        byte[] back = other.signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        Certificate plain = accept(bound(body(back)));
        for (UnaryOperator<Packet> change : List.<UnaryOperator<Packet>>of(
                UnhashedVariants::stripped, UnhashedVariants::padded, UnhashedVariants::withFewerBits)) {
            assertThat(accept(bound(change.apply(Packet.of(Packet.SIGNATURE, body(back)))
                            .body())))
                    .isEqualTo(plain);
        }
    }

    /** A signing subkey with its own signature where it is not hashed. */
    private byte[] bound(byte[] back) {
        byte[] embedded = new byte[back.length + 6];
        System.arraycopy(
                new byte[] {(byte) 255, 0, 0, (byte) (back.length + 1 >> 8), (byte) (back.length + 1), 32},
                0,
                embedded,
                0,
                6);
        System.arraycopy(back, 0, embedded, 6, back.length);
        byte[] binding = key.signature(
                SampleKey.SUBKEY_BINDING,
                concat(subpacket(2, 1, 2, 3, 4), subpacket(27, 2)),
                concat(embedded, subpacket(16, keyId(key))),
                new byte[][] {key.hashed(), other.hashed()});
        return concat(key.certificate(NAME), other.subkeyPacket(), binding);
    }

    private static byte[] body(byte[] framed) {
        return Arrays.copyOfRange(framed, 2, framed.length);
    }

    private static int[] keyId(SampleKey key) {
        int[] bytes = new int[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = Integer.parseInt(key.fingerprint().substring(24 + 2 * i, 26 + 2 * i), 16);
        }
        return bytes;
    }
}
