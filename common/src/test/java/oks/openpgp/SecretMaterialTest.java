package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import oks.openpgp.ParsedUpload.Dropped;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;
import oks.testing.PostQuantumKey;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only its owner may have is kept nowhere: in packets made for it, or behind a public key. */
class SecretMaterialTest {
    private static final byte[] SECRET = "the secret of the key".getBytes(StandardCharsets.US_ASCII);
    private static final String NAME = "Sam Secret <sam@example.org>";
    private static final SampleKey KEY = new SampleKey(1);
    private static final String CURVE = "092b06010401da470f01"; // Ed25519; its kind does not matter here
    private static final String NUMBER = "0008ff";

    static Stream<Arguments> algorithms() {
        return Stream.of(
                Arguments.of(1, NUMBER.repeat(2)),
                Arguments.of(2, NUMBER.repeat(2)),
                Arguments.of(3, NUMBER.repeat(2)),
                Arguments.of(16, NUMBER.repeat(3)),
                Arguments.of(17, NUMBER.repeat(4)),
                Arguments.of(18, CURVE + NUMBER + "03010809"),
                Arguments.of(19, CURVE + NUMBER),
                Arguments.of(20, NUMBER.repeat(3)),
                Arguments.of(22, CURVE + NUMBER),
                Arguments.of(25, "01".repeat(32)),
                Arguments.of(26, "01".repeat(56)),
                Arguments.of(27, "01".repeat(32)),
                Arguments.of(28, "01".repeat(57)),
                Arguments.of(30, "01".repeat(1984)),
                Arguments.of(31, "01".repeat(2649)),
                Arguments.of(32, "01".repeat(32)),
                Arguments.of(33, "01".repeat(32)),
                Arguments.of(34, "01".repeat(64)),
                Arguments.of(35, "01".repeat(1216)),
                Arguments.of(36, "01".repeat(1624)));
    }

    /** The owner's own signature over all of it makes it no better. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void bytesAfterTheKeyOfASubkeyAreNotKept(int algorithm, String material) throws Exception {
        byte[] whole = HexFormat.of().parseHex(material);
        if (Algorithm.allowedIn(algorithm, 4)) {
            assertThat(dropped(PostQuantumKey.body(4, algorithm, whole))).isEmpty();
            assertThat(dropped(PostQuantumKey.body(4, algorithm, concat(whole, SECRET))))
                    .containsExactly(DropRule.PRIVATE_BYTES, DropRule.ON_DROPPED);
            assertThat(dropped(PostQuantumKey.body(4, algorithm, concat(whole, new byte[1]))))
                    .containsExactly(DropRule.PRIVATE_BYTES, DropRule.ON_DROPPED);
        }
        KeyPacket version6 = key(PostQuantumKey.body(6, algorithm, concat(whole, SECRET)));
        assertThat(KeyMaterial.surplus(version6)).isEqualTo(SECRET.length);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aCertificateWithBytesAfterItsPrimaryKeyIsRefused(int algorithm, String material) {
        byte[] whole = concat(HexFormat.of().parseHex(material), SECRET);
        for (int version : new int[] {4, 6}) {
            byte[] body = PostQuantumKey.body(version, algorithm, whole);
            List<Refused> refused = Samples.parse(concat(packet(6, body), PostQuantumKey.userId(NAME)))
                    .refused();
            boolean private0 = Algorithm.verifiable(algorithm) && Algorithm.allowedIn(algorithm, version);
            assertThat(refused)
                    .extracting(Refused::reason)
                    .containsExactly(private0 ? Reason.PRIVATE_KEY : Reason.UNSUPPORTED_ALGORITHM);
            if (private0) {
                assertThat(refused.get(0).text())
                        .isEqualTo("the primary key is followed by " + SECRET.length
                                + " bytes that are no part of it and may be a private key; nothing was kept");
            }
        }
    }

    /** Its fingerprint and key ID say nothing about what follows its numbers. */
    @Test
    void aVersion3CertificateWithBytesAfterItsPrimaryKeyIsRefused() {
        byte[] body = concat(
                new byte[] {3, 0, 0, 0, 1, 0, 0, 1}, HexFormat.of().parseHex("0040ffffffffffffffff" + NUMBER), SECRET);
        ParsedUpload parsed = new UploadParser(
                        Limits.standard(), Policy.standard().withVersion3(true))
                .parse(concat(packet(6, body), PostQuantumKey.userId(NAME)));
        assertThat(parsed.refused()).extracting(Refused::reason).containsExactly(Reason.PRIVATE_KEY);
    }

    /** Secret keys, secret subkeys, and keys that are secret all over. */
    @ParameterizedTest
    @ValueSource(ints = {5, 7, Packet.PERSISTENT_SYMMETRIC_KEY})
    void secretPacketsAreRefusedWhereverTheyStand(int type) {
        byte[] secret = framed(type, PostQuantumKey.body(6, 30, SECRET));
        byte[] certificate = KEY.certificate(NAME);
        for (byte[] upload : List.of(
                secret,
                concat(certificate, secret),
                concat(secret, certificate),
                concat(KEY.packet(), secret, KEY.userIdWithSignature(NAME)))) {
            ParsedUpload parsed = Samples.parse(upload);
            assertThat(parsed.refused()).extracting(Refused::reason).contains(Reason.PRIVATE_KEY);
            assertThat(parsed.accepted())
                    .allSatisfy(accepted ->
                            assertThat(accepted.certificate().bytes()).isEqualTo(certificate));
        }
        assertThat(Samples.parse(concat(certificate, secret)).accepted())
                .hasSize(type == Packet.SECRET_KEY ? 1 : 0); // that one begins another certificate
    }

    private static List<DropRule> dropped(byte[] subkey) {
        byte[] binding =
                KEY.signature(SampleKey.SUBKEY_BINDING, subpacket(27, 12), KEY.hashed(), PostQuantumKey.hashed(subkey));
        ParsedUpload parsed = Samples.parse(concat(KEY.certificate(NAME), packet(14, subkey), binding));
        assertThat(parsed.refused()).isEmpty();
        assertThat(new String(parsed.accepted().get(0).certificate().bytes(), StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(SECRET, StandardCharsets.ISO_8859_1));
        return parsed.accepted().get(0).dropped().stream().map(Dropped::rule).toList();
    }

    private static KeyPacket key(byte[] body) throws Exception {
        return KeyPacket.parse(Packet.of(Packet.PUBLIC_SUBKEY, body));
    }

    private static byte[] framed(int type, byte[] body) {
        return PacketWriter.framed(Packet.of(type, body), true);
    }
}
