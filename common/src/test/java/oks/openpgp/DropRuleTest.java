package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.hashedUserId;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

/** What is left out of a certificate is told with the rule for which it is. */
class DropRuleTest {
    private static final String NAME = "Name 1 <name1@example.org>";
    private static final SampleKey KEY = new SampleKey(1);
    private static final SampleKey OTHER = new SampleKey(2);
    private static final byte[] EVE = packet(13, "Eve".getBytes(StandardCharsets.UTF_8));
    private static final Limits LIMITS = Limits.standard();
    private static final byte[] PHOTO = {(byte) 0xd1, 3, 2, 1, 0};
    private static final byte[] OF_VERSION_9 = packet(14, new byte[] {9, 0, 0, 0, 1, 1, 0});

    private static final byte[] ML_DSA_IN_VERSION_4 = PostQuantumKey.body(4, 30, new byte[1984]);
    private static final byte[] X25519_WITH_MORE = PostQuantumKey.body(4, 25, new byte[40]);

    private static Fingerprint fingerprint(byte[] body) {
        try {
            return KeyPacket.parse(Packet.of(Packet.PUBLIC_SUBKEY, body)).fingerprint();
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> rules() {
        byte[] weak =
                KEY.signature(SampleKey.POSITIVE_CERTIFICATION, 2, subpacket(27, 3), KEY.hashed(), hashedUserId("Eve"));
        return Stream.of(
                arguments(DropRule.NO_SELF_SIGNATURE, EVE, "user ID \"Eve\": no valid self-signature"),
                arguments(
                        DropRule.NO_BINDING_SIGNATURE,
                        OTHER.subkeyPacket(),
                        "subkey " + OTHER.fingerprint() + ": no valid binding signature"),
                arguments(
                        DropRule.USER_ID_TOO_LONG,
                        KEY.userIdWithSignature("x".repeat(2049)),
                        "user ID \"" + "x".repeat(80) + "…\": longer than 2048 bytes (upload.max_user_id)"),
                arguments(
                        DropRule.ON_DROPPED,
                        KEY.userIdWithSignature("x".repeat(2049)),
                        "user ID \"" + "x".repeat(80) + "…\": 1 signature: what they are on was dropped"),
                arguments(
                        DropRule.USER_ATTRIBUTE_NOT_KEPT,
                        PHOTO,
                        "user attribute: photos and other user attributes are not kept here (upload.max_user_attribute = 0)"),
                arguments(
                        DropRule.SUBKEY_TOO_LONG,
                        packet(14, new byte[8193]),
                        "subkey: longer than 8192 bytes (upload.max_packet)"),
                arguments(
                        DropRule.SIGNATURE_TOO_LONG,
                        concat(EVE, packet(2, new byte[65537])),
                        "user ID \"Eve\": 1 signature: longer than 65536 bytes (upload.max_signature)"),
                arguments(
                        DropRule.UNKNOWN_PACKET,
                        new byte[] {(byte) 0xfc, 1, 0},
                        "packet of type 60: packets of this type are not kept"),
                arguments(
                        DropRule.BY_ANOTHER_KEY,
                        concat(
                                OTHER.subkeyPacket(),
                                OTHER.signature(
                                        SampleKey.SUBKEY_BINDING, subpacket(27, 3), KEY.hashed(), OTHER.hashed())),
                        "subkey " + OTHER.fingerprint() + ": 1 signature: made by another key"),
                arguments(
                        DropRule.THIRD_PARTY,
                        concat(KEY.userIdWithSignature("Eve"), byOther(new byte[0])),
                        "user ID \"Eve\": 1 signature: made by another key, not attested (upload.third_party = attested)"),
                arguments(
                        DropRule.NOT_EXPORTABLE,
                        concat(KEY.userIdWithSignature("Eve"), byOther(subpacket(4, 0))),
                        "user ID \"Eve\": 1 signature: marked as not to be exported"),
                arguments(
                        DropRule.MISPLACED,
                        concat(EVE, KEY.signature(0, new byte[0], KEY.hashed())),
                        "user ID \"Eve\": 1 signature: of a type that does not belong here"),
                arguments(
                        DropRule.NO_ISSUER,
                        concat(
                                EVE,
                                KEY.signature(
                                        SampleKey.POSITIVE_CERTIFICATION,
                                        subpacket(2, 1, 2, 3, 4),
                                        new byte[0],
                                        new byte[][] {KEY.hashed(), hashedUserId("Eve")})),
                        "user ID \"Eve\": 1 signature: names no issuer"),
                arguments(
                        DropRule.WEAK_HASH,
                        concat(EVE, weak),
                        "user ID \"Eve\": 1 signature: made with a hash that is not accepted any more (upload.weak_hashes)"),
                arguments(
                        DropRule.DOES_NOT_VERIFY,
                        concat(EVE, certification("nobody")),
                        "user ID \"Eve\": 1 signature: does not verify"),
                arguments(
                        DropRule.TOO_MANY_WRONG,
                        concat(EVE, wrong(40)),
                        "user ID \"Eve\": 8 signatures: not verified after too many wrong ones"),
                arguments(
                        DropRule.SUBKEY_ALGORITHM,
                        packet(14, ML_DSA_IN_VERSION_4),
                        "subkey " + fingerprint(ML_DSA_IN_VERSION_4)
                                + ": version 4 keys must not have algorithm 30 (ML-DSA-65+Ed25519)"),
                arguments(
                        DropRule.PRIVATE_BYTES,
                        packet(14, X25519_WITH_MORE),
                        "subkey " + fingerprint(X25519_WITH_MORE)
                                + ": followed by 8 bytes that are no part of it and may be a private key"),
                arguments(
                        DropRule.NO_BACK_SIGNATURE,
                        KEY.withClaimedSubkey(OTHER, subpacket(27, 2)),
                        "subkey " + OTHER.fingerprint() + ": 1 signature: the signing subkey did not sign its binding"),
                arguments(
                        DropRule.BROKEN,
                        concat(EVE, packet(2, new byte[] {4, 0x13})),
                        "user ID \"Eve\": 1 signature: a signature is broken or of an unknown version"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theTextIsTheRule(DropRule rule, byte[] part, String line) {
        Policy strict = Policy.standard().withWeakHashes(WeakHashes.NONE);
        ParsedUpload parsed = new UploadParser(LIMITS, strict).parse(concat(KEY.certificate(NAME), part));
        assertThat(parsed.refused()).isEmpty();
        assertThat(parsed.accepted().get(0).dropped())
                .filteredOn(dropped -> dropped.rule() == rule)
                .extracting(Dropped::line)
                .containsExactly(line);
    }

    @Test
    void aSubkeyOfAnotherVersionIsToldSo() {
        byte[] subkey = packet(14, concat(new byte[] {6, 0, 0, 0, 1, 27, 0, 0, 0, 32}, new byte[32]));
        assertThat(dropped(concat(KEY.certificate(NAME), subkey), LIMITS))
                .filteredOn(d -> d.rule() == DropRule.SUBKEY_VERSION)
                .singleElement()
                .extracting(Dropped::line)
                .asString()
                .endsWith("a version 6 subkey cannot belong to a version 4 key");
        assertThat(dropped(concat(KEY.certificate(NAME), OF_VERSION_9), LIMITS))
                .filteredOn(d -> d.rule() == DropRule.BROKEN)
                .singleElement()
                .extracting(Dropped::line)
                .asString()
                .startsWith("subkey: ");
    }

    @Test
    void signaturesThatANewerOneReplacesAreCounted() {
        PostQuantumKey key = new PostQuantumKey(PostQuantumKey.Kind.SLH_DSA_128F, 1);
        byte[] upload = concat(key.packet(), key.directKey(1), key.directKey(3), key.directKey(2));
        assertThat(dropped(upload, LIMITS))
                .extracting(Dropped::rule, Dropped::line)
                .containsExactly(tuple(
                        DropRule.REPLACED,
                        "primary key: 2 signatures: replaced by a newer one, and too large to keep all"));
    }

    @Test
    void signaturesByOthersThatFindNoRoomNameTheSetting() {
        Limits little = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 400)
                .with(Limit.MAX_SIGNATURE, 8192)
                .with(Limit.MAX_SUBKEYS, 10)
                .with(Limit.MAX_CERTIFICATES, 10)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100);
        ParsedUpload parsed = new UploadParser(little, Policy.standard().withThirdParty(ThirdParty.ALL))
                .parse(concat(
                        KEY.certificate("Eve"),
                        byOther(subpacket(27, 1)),
                        byOther(subpacket(27, 2)),
                        byOther(subpacket(27, 3))));
        assertThat(parsed.accepted().get(0).dropped())
                .extracting(Dropped::line)
                .containsExactly(
                        "certificate: 2 signatures: no more room for signatures by other keys (upload.max_certificate)");
    }

    @Test
    void whatWouldCostTooMuchToVerifyNamesTheSetting() {
        Limits cheap = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 1 << 18)
                .with(Limit.MAX_SIGNATURE, 8192)
                .with(Limit.MAX_SUBKEYS, 10)
                .with(Limit.MAX_CERTIFICATES, 10)
                .with(Limit.MAX_CERTIFICATE_COST, 20)
                .with(Limit.MAX_COST, 20);
        byte[] spoilt = certification("nobody");
        assertThat(dropped(concat(KEY.certificate(NAME), EVE, spoilt, spoilt(spoilt)), cheap))
                .extracting(Dropped::rule)
                .contains(DropRule.DOES_NOT_VERIFY);
        byte[][] many = new byte[30][];
        Arrays.setAll(
                many,
                i -> concat(packet(13, ("Eve" + i).getBytes(StandardCharsets.UTF_8)), certification("nobody" + i)));
        assertThat(dropped(concat(KEY.certificate(NAME), concat(many)), cheap))
                .filteredOn(d -> d.rule() == DropRule.TOO_COSTLY)
                .first()
                .extracting(Dropped::line)
                .asString()
                .endsWith(": 1 signature: not verified: too costly (upload.max_certificate_cost)");
    }

    @Test
    void everyRuleIsTestedHereAndHasItsOwnCodeAndWords() {
        assertThat(DropRule.values())
                .extracting(DropRule::code)
                .doesNotHaveDuplicates()
                .allMatch(code -> code > 0 && code < 256);
        assertThat(DropRule.values()).extracting(rule -> rule.words(2, false)).doesNotHaveDuplicates();
        assertThat(DropRule.THIRD_PARTY.words(42_186, true)).isEqualTo("42,186 signatures by other keys");
        assertThat(DropRule.USER_ATTRIBUTE_NOT_KEPT.words(1, false)).isEqualTo("1 user attribute such as photos");
        assertThat(DropRule.values())
                .allSatisfy(rule -> assertThat(DropRule.ofCode(rule.code())).contains(rule));
        assertThat(DropRule.ofCode(0)).isEmpty();
        List<Object> tested = Stream.concat(
                        rules().map(arguments -> arguments.get()[0]),
                        Stream.of(
                                DropRule.SUBKEY_VERSION,
                                DropRule.THIRD_PARTY_ROOM,
                                DropRule.TOO_COSTLY,
                                DropRule.WEAK_SUBKEY, // WeakKeyTest
                                DropRule.REPLACED))
                .toList();
        assertThat(tested).contains((Object[]) DropRule.values());
    }

    @Test
    void reasonsHaveTheCodesOfThePublishedProtocol() {
        assertThat(Reason.values()).extracting(Reason::code).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        assertThat(Reason.NOT_OPENPGP.code()).isEqualTo(1);
        assertThat(Reason.REVOCATION_WITHOUT_CERTIFICATE.code()).isEqualTo(9);
        assertThat(Reason.TOO_COSTLY.code()).isEqualTo(12);
        assertThat(Reason.ofCode(0)).isEmpty();
        assertThat(Reason.WEAK_KEY.code()).isEqualTo(13);
        assertThat(Reason.ofCode(14)).isEmpty();
    }

    @Test
    void aCertificateOfWhichNothingIsLeftIsRefusedForTheRuleThatFailed() {
        String x = "user ID \"" + "x".repeat(80) + "…\": longer than 2048 bytes (upload.max_user_id)";
        assertRefused(
                concat(KEY.packet(), KEY.userIdWithSignature("x".repeat(2049))),
                Reason.TOO_LARGE,
                "nothing is left to keep: " + x);
        assertRefused(KEY.packet(), Reason.NO_VALID_SELF_SIGNATURE, "nothing in it is signed by its own primary key");
        assertRefused(
                concat(KEY.packet(), EVE),
                Reason.NO_VALID_SELF_SIGNATURE,
                "nothing in it is signed by its own primary key: user ID \"Eve\": no valid self-signature");
        assertRefused(
                concat(KEY.packet(), EVE, certification("nobody")),
                Reason.NO_VALID_SELF_SIGNATURE,
                "nothing in it is signed by its own primary key: user ID \"Eve\": 1 signature: does not verify");
        assertRefused(
                concat(
                        KEY.packet(),
                        EVE,
                        KEY.signature(
                                SampleKey.POSITIVE_CERTIFICATION,
                                1,
                                subpacket(27, 3),
                                KEY.hashed(),
                                hashedUserId("Eve"))),
                Reason.NO_VALID_SELF_SIGNATURE,
                "nothing in it is signed by its own primary key: "
                        + "user ID \"Eve\": 1 signature: made with a hash that is not accepted any more (upload.weak_hashes)");
        assertRefused(
                concat(
                        KEY.packet(),
                        EVE,
                        byOther(new byte[0]),
                        KEY.userIdWithSignature("x".repeat(2049)),
                        PHOTO,
                        OF_VERSION_9,
                        packet(14, new byte[8193])),
                Reason.NO_VALID_SELF_SIGNATURE,
                "nothing in it is signed by its own primary key: " + x + "; "
                        + "user attribute: photos and other user attributes are not kept here (upload.max_user_attribute = 0); "
                        + "subkey: longer than 8192 bytes (upload.max_packet); and 1 more");
    }

    @Test
    void signaturesByOthersOnALeftOutUserIdAreCounted() {
        assertThat(dropped(concat(KEY.certificate(NAME), EVE, byOther(new byte[0]), byOther(subpacket(27, 1))), LIMITS))
                .extracting(Dropped::line)
                .containsExactly(
                        "user ID \"Eve\": no valid self-signature",
                        "user ID \"Eve\": 2 signatures: what they are on was dropped");
    }

    @Test
    void countsAreRightHoweverManyPartsAreLeftOut() {
        byte[][] many = new byte[2000][];
        Arrays.setAll(many, i -> new byte[] {(byte) (0xc0 | 41 + i % 20), 1, 0});
        byte[][] names = new byte[999][];
        Arrays.setAll(names, i -> packet(13, ("Eve " + i).getBytes(StandardCharsets.UTF_8)));
        List<Dropped> dropped = dropped(concat(KEY.certificate(NAME), concat(many), concat(names)), LIMITS);
        assertThat(dropped).hasSizeLessThan(1010);
        assertThat(dropped.stream().mapToInt(Dropped::count).sum()).isEqualTo(2000 + 999);
        assertThat(dropped)
                .last()
                .extracting(Dropped::line)
                .isEqualTo("further parts: no valid self-signature (19 times)");
    }

    private static void assertRefused(byte[] upload, Reason reason, String text) {
        ParsedUpload parsed = new UploadParser(LIMITS, Policy.standard().withWeakHashes(WeakHashes.NONE)).parse(upload);
        assertThat(parsed.accepted()).isEmpty();
        assertThat(parsed.refused()).containsExactly(new Refused(KEY.fingerprint(), reason, text));
    }

    private static List<Dropped> dropped(byte[] upload, Limits limits) {
        ParsedUpload parsed = new UploadParser(limits, Policy.standard()).parse(upload);
        assertThat(parsed.refused()).isEmpty();
        return parsed.accepted().get(0).dropped();
    }

    private static byte[] byOther(byte[] subpackets) {
        return OTHER.signature(SampleKey.POSITIVE_CERTIFICATION, subpackets, KEY.hashed(), hashedUserId("Eve"));
    }

    private static byte[] certification(String userId) {
        return KEY.signature(SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), KEY.hashed(), hashedUserId(userId));
    }

    private static byte[] wrong(int signatures) {
        byte[][] wrong = new byte[signatures][];
        for (int i = 0; i < signatures; i++) {
            wrong[i] = certification("Eve");
            wrong[i][wrong[i].length - 3] ^= (byte) (i + 1);
        }
        return concat(wrong);
    }

    private static byte[] spoilt(byte[] signaturePacket) {
        byte[] spoilt = signaturePacket.clone();
        spoilt[spoilt.length - 3] ^= 1;
        return spoilt;
    }
}
