package oks.openpgp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UploadParserTest {
    private static final byte[] ONE = SampleCertificates.certificate(1);
    private static final byte[] TWO = SampleCertificates.certificate(2);
    private static final byte[] SECRET = "the number nobody may see".getBytes(US_ASCII);
    private static final SampleKey KEY = new SampleKey(1);

    static Stream<Arguments> refusals() {
        byte[] rsaExponent = concat(new byte[] {4, 0, 0, 0, 1, 1, 8, 0}, filled(256), new byte[] {8, 0}, filled(256));
        return Stream.of(
                Arguments.of(
                        "version 5 key", packet(6, new byte[] {5, 0, 0, 0, 1, 22, 0}), Reason.UNSUPPORTED_VERSION, "5"),
                Arguments.of(
                        "algorithm 99",
                        packet(6, new byte[] {4, 0, 0, 0, 1, 99, 0}),
                        Reason.UNSUPPORTED_ALGORITHM,
                        "99"),
                Arguments.of(
                        "ElGamal",
                        packet(6, new byte[] {4, 0, 0, 0, 1, 16, 0, 1, 1}),
                        Reason.UNSUPPORTED_ALGORITHM,
                        "16"),
                Arguments.of(
                        "RSA with an exponent that takes for ever",
                        packet(6, rsaExponent),
                        Reason.UNSUPPORTED_ALGORITHM,
                        "2048 bits"),
                Arguments.of(
                        "curve unknown",
                        packet(6, new byte[] {4, 0, 0, 0, 1, 22, 1, 5, 0, 1, 1}),
                        Reason.UNSUPPORTED_ALGORITHM,
                        ""),
                Arguments.of("key cut short inside", packet(6, new byte[] {4, 0}), Reason.MALFORMED, ""),
                Arguments.of("key cut short", Arrays.copyOf(ONE, 20), Reason.MALFORMED, "cut short"),
                Arguments.of("signature cut short", Arrays.copyOf(ONE, ONE.length - 5), Reason.MALFORMED, "cut short"),
                Arguments.of("rubbish after it", concat(ONE, new byte[] {1, 2, 3}), Reason.MALFORMED, "no packet"),
                Arguments.of(
                        "key packet in parts",
                        concat(new byte[] {(byte) 0xc6, (byte) 0xe1, 4, 0}, ONE),
                        Reason.MALFORMED,
                        "parts"),
                Arguments.of(
                        "packet without a length",
                        concat(new byte[] {(byte) 0x9b}, ONE),
                        Reason.MALFORMED,
                        "no length"),
                Arguments.of(
                        "length of four gigabytes",
                        new byte[] {(byte) 0xc6, -1, -1, -1, -1, -1, 4},
                        Reason.MALFORMED,
                        "cut short"),
                Arguments.of("literal data", packet(11, new byte[20]), Reason.NO_CERTIFICATE, "type 11"),
                Arguments.of(
                        "message in parts",
                        concat(new byte[] {(byte) 0xd2, (byte) 0xe1, 4, 0, 1, 9}),
                        Reason.NO_CERTIFICATE,
                        "type 18"),
                Arguments.of("user ID alone", packet(13, SECRET), Reason.NO_CERTIFICATE, "type 13"),
                Arguments.of(
                        "signature alone",
                        KEY.signature(0x00, new byte[0], SECRET),
                        Reason.NO_CERTIFICATE,
                        "no key revocation"),
                Arguments.of("marker alone", packet(10, "PGP".getBytes(US_ASCII)), Reason.NO_CERTIFICATE, ""),
                Arguments.of(
                        "bare revocation of nobody",
                        KEY.signature(SampleKey.KEY_REVOCATION, subpacket(2, 1, 1, 1, 1), new byte[0], new byte[][] {
                            KEY.hashed()
                        }),
                        Reason.MALFORMED,
                        "which key"),
                Arguments.of("zeros", new byte[100], Reason.NOT_OPENPGP, ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badInputIsRefusedWithItsReason(String what, byte[] upload, Reason reason, String text) {
        ParsedUpload parsed = Samples.parse(upload);
        assertThat(parsed.accepted()).isEmpty();
        assertThat(parsed.revocations()).isEmpty();
        assertThat(parsed.refused()).hasSize(1);
        assertThat(parsed.refused().get(0).reason()).isEqualTo(reason);
        assertThat(parsed.refused().get(0).text()).contains(text).doesNotContain(new String(SECRET, US_ASCII));
    }

    static Stream<Arguments> privateKeys() {
        byte[] body = concat(Arrays.copyOfRange(KEY.packet(), 2, KEY.packet().length), SECRET);
        byte[] userId = KEY.userIdWithSignature(SampleCertificates.userId(1));
        return Stream.of(
                Arguments.of("secret key", concat(packet(5, body), userId)),
                Arguments.of("secret subkey in a certificate", concat(ONE, packet(7, body))),
                Arguments.of("secret subkey alone", packet(7, body)),
                Arguments.of("secret key with subkey", concat(packet(5, body), userId, packet(7, body))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("privateKeys")
    void aPrivateKeyIsRefusedAndNothingOfItKept(String what, byte[] upload) {
        ParsedUpload parsed = Samples.parse(concat(upload, TWO));
        assertThat(parsed.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(TWO);
        assertThat(parsed.refused()).extracting(Refused::reason).containsExactly(Reason.PRIVATE_KEY);
        assertThat(parsed.toString()).doesNotContain(new String(SECRET, US_ASCII));
    }

    @Test
    void goodCertificatesAroundABadOneAreAccepted() {
        byte[] bad = packet(6, new byte[] {4, 0, 0, 0, 1, 99, 0});
        ParsedUpload parsed = Samples.parse(concat(ONE, bad, TWO));
        assertThat(parsed.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(ONE, TWO);
        assertThat(parsed.refused()).extracting(Refused::reason).containsExactly(Reason.UNSUPPORTED_ALGORITHM);
        assertThat(Fingerprint.parse(parsed.refused().get(0).subject()).version())
                .isEqualTo(4);
    }

    @Test
    void trustMarkerAndPaddingPacketsMeanNothing() {
        byte[] marker = packet(10, "PGP".getBytes(US_ASCII));
        byte[] padding = concat(new byte[] {(byte) 0xd5, 3}, new byte[3]);
        ParsedUpload parsed = Samples.parse(concat(marker, ONE, packet(12, new byte[2]), padding, TWO));
        assertThat(parsed.accepted())
                .hasSize(2)
                .allSatisfy(a -> assertThat(a.dropped()).isEmpty());
        assertThat(parsed.refused()).isEmpty();
    }

    @Test
    void aNewlineAfterABinaryUploadIsNoPartOfIt() {
        ParsedUpload parsed = Samples.parse(concat(ONE, "\r\n".getBytes(US_ASCII)));
        assertThat(parsed.refused()).isEmpty();
        assertThat(parsed.accepted()).hasSize(1);
    }

    @Test
    void aUserIdThatLooksLikeArmorIsJustAUserId() {
        byte[] odd = KEY.certificate("-----BEGIN PGP PRIVATE KEY BLOCK----- <a@example.org>");
        assertThat(Samples.certificate(odd).bytes()).isEqualTo(odd);
    }

    @Test
    void aFloodOfArmorHeadersIsReportedOnce() {
        Limits limits = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 1000)
                .with(Limit.MAX_PACKET, 100)
                .with(Limit.MAX_SIGNATURE, 200)
                .with(Limit.MAX_USER_ID, 40)
                .with(Limit.MAX_USER_IDS, 2)
                .with(Limit.MAX_SUBKEYS, 1)
                .with(Limit.MAX_CERTIFICATES, 3)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100);
        ParsedUpload parsed =
                parse(limits, "-----BEGIN PGP MESSAGE-----\n".repeat(1000).getBytes(US_ASCII));
        assertThat(parsed.refused())
                .hasSize(4)
                .last()
                .extracting(Refused::reason)
                .isEqualTo(Reason.TOO_MANY);
    }

    @Test
    void packetHeadersOfEitherFormatGiveTheSameCertificate() {
        byte[] current = new byte[0];
        for (Packet packet : Samples.certificate(ONE).parts().all()) { // lengths of five bytes
            current = concat(
                    current,
                    new byte[] {(byte) (0xc0 | packet.type()), -1, 0, 0, 0, (byte) packet.length()},
                    packet.body());
        }
        assertThat(Samples.certificate(current).bytes()).isEqualTo(ONE);
    }

    @Test
    void theLimitsHold() {
        Limits limits = Limits.standard()
                .with(Limit.MAX_BYTES, 4000)
                .with(Limit.MAX_CERTIFICATE, 1000)
                .with(Limit.MAX_PACKET, 100)
                .with(Limit.MAX_SIGNATURE, 200)
                .with(Limit.MAX_USER_ID, 40)
                .with(Limit.MAX_USER_IDS, 2)
                .with(Limit.MAX_SUBKEYS, 1)
                .with(Limit.MAX_CERTIFICATES, 3)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100);
        byte[] many = concat(ONE, TWO, SampleCertificates.certificate(3), SampleCertificates.certificate(4), ONE);
        ParsedUpload parsed = parse(limits, many);
        assertThat(parsed.accepted()).hasSize(3);
        assertThat(parsed.refused())
                .containsExactly(new Refused("", Reason.TOO_MANY, "2 more than 3 certificates in one upload"));
        assertThat(reason(limits, new byte[4001])).isEqualTo(Reason.TOO_LARGE);
        assertThat(reason(limits, SampleCertificates.withUserIds(1, "a", "b", "c")))
                .isEqualTo(Reason.TOO_MANY);
        assertThat(reason(limits, packet(6, concat(new byte[] {4, 0, 0, 0, 1, 1}, new byte[200]))))
                .isEqualTo(Reason.TOO_LARGE);
        byte[] subkeys = concat(ONE, new SampleKey(2).subkeyPacket(), new SampleKey(3).subkeyPacket());
        assertThat(reason(limits, subkeys)).isEqualTo(Reason.TOO_MANY);

        ParsedUpload longName = parse(limits, concat(ONE, KEY.userIdWithSignature("x".repeat(41))));
        assertThat(longName.accepted().get(0).certificate().bytes()).isEqualTo(ONE);
        assertThat(longName.accepted().get(0).dropped()).hasSize(2); // the user ID and its signature

        Limits tight = Limits.standard()
                .with(Limit.MAX_BYTES, 4000)
                .with(Limit.MAX_CERTIFICATE, 150)
                .with(Limit.MAX_PACKET, 100)
                .with(Limit.MAX_SIGNATURE, 200)
                .with(Limit.MAX_USER_ID, 40)
                .with(Limit.MAX_USER_IDS, 2)
                .with(Limit.MAX_SUBKEYS, 1)
                .with(Limit.MAX_CERTIFICATES, 3)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100);
        assertThat(reason(tight, ONE)).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void aBareRevocationIsKeptForItsCertificate() {
        for (byte[] upload : List.of(Samples.bytes("revocation.asc"), binaryRevocation())) {
            ParsedUpload parsed = Samples.parse(upload);
            assertThat(parsed.refused()).isEmpty();
            BareRevocation revocation = parsed.revocations().get(0);
            Certificate before = Samples.certificate("before-revocation.pgp");
            assertThat(revocation.issuerFingerprint()).contains(before.fingerprint());
            assertThat(CertificateMerge.merge(
                            before,
                            BareRevocations.on(revocation, before, budget()).orElseThrow()))
                    .isEqualTo(Samples.certificate("revoked.pgp"));
            assertThat(BareRevocations.on(revocation, Samples.certificate("ed25519.pgp"), budget()))
                    .isEmpty();
        }
    }

    @Test
    void aForgedBareRevocationDoesNotAttach() {
        byte[] forged = new SampleKey(2)
                .signature(
                        SampleKey.KEY_REVOCATION,
                        concat(subpacket(2, 1, 1, 1, 1)),
                        subpacket(16, keyId()),
                        new byte[][] {KEY.hashed()});
        BareRevocation revocation = Samples.parse(forged).revocations().get(0);
        assertThat(revocation.issuer())
                .isEqualTo(Samples.certificate(ONE).fingerprint().keyId());
        assertThat(BareRevocations.on(revocation, Samples.certificate(ONE), budget()))
                .isEmpty();
    }

    private static VerificationBudget budget() {
        return new VerificationBudget(Limits.standard());
    }

    private static byte[] binaryRevocation() {
        return Samples.parse(Samples.bytes("revocation.asc"))
                .revocations()
                .get(0)
                .bytes();
    }

    private static int[] keyId() {
        byte[] fingerprint = Fingerprint.parse(KEY.fingerprint()).bytes();
        int[] keyId = new int[8];
        Arrays.setAll(keyId, i -> fingerprint[12 + i]);
        return keyId;
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }

    private static ParsedUpload parse(Limits limits, byte[] upload) {
        return new UploadParser(limits, Policy.standard()).parse(upload);
    }

    private static Reason reason(Limits limits, byte[] upload) {
        ParsedUpload parsed = parse(limits, upload);
        assertThat(parsed.accepted()).isEmpty();
        assertThat(parsed.refused()).hasSize(1);
        return parsed.refused().get(0).reason();
    }
}
