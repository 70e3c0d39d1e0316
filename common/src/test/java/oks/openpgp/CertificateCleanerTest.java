package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.hashedUserId;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Dropped;
import oks.openpgp.ParsedUpload.Reason;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateCleanerTest {
    private static final List<String> SAMPLES = Samples.ALL;
    private static final String NAME = "Name 1 <name1@example.org>";

    private final SampleKey key = new SampleKey(1);
    private final SampleKey other = new SampleKey(2);
    private final byte[] certificate = key.certificate(NAME);

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void everySampleIsAcceptedWithAllItsSelfSignatures(String name) {
        Accepted accepted = Samples.parse(Samples.bytes(name)).accepted().get(0);
        assertThat(accepted.dropped())
                .allSatisfy(d -> assertThat(d.component() + d.reason())
                        .containsAnyOf("user attribute", "another key", "exported"));
        Certificate again = Samples.certificate(accepted.certificate().bytes());
        assertThat(again).isEqualTo(accepted.certificate());
        assertThat(Certificate.ofStored(again.bytes())).isEqualTo(again);
    }

    @Test
    void whatGpgExportsOfASimpleKeyIsKeptByteForByte() {
        for (String name : List.of("rsa.pgp", "dsa-elgamal.pgp", "ed25519.pgp", "expired.pgp", "revoked.pgp")) {
            assertThat(Samples.certificate(name).bytes()).as(name).isEqualTo(Samples.bytes(name));
        }
    }

    @Test
    void aUserIdThatTheOwnerDidNotSignIsDroppedAndReported() {
        byte[] foreign = other.userIdWithSignature("Eve <eve@example.org>");
        byte[] unsigned = packet(13, "None".getBytes(StandardCharsets.UTF_8));
        Accepted accepted = accept(concat(certificate, foreign, unsigned));
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::component, Dropped::reason)
                .contains(
                        tuple("user ID \"Eve <eve@example.org>\"", "no valid self-signature"),
                        tuple("user ID \"None\"", "no valid self-signature"));
    }

    @Test
    void aSelfSignatureMovedToAnotherUserIdDoesNotCount() {
        byte[] signature =
                key.signature(SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), key.hashed(), hashedUserId(NAME));
        byte[] moved = concat(key.packet(), packet(13, "Eve".getBytes(StandardCharsets.UTF_8)), signature);
        assertThat(reason(moved)).isEqualTo(Reason.NO_VALID_SELF_SIGNATURE);
    }

    @Test
    void directSignatureRevocationAndBindingEachSuffice() {
        accept(concat(key.packet(), key.signature(SampleKey.DIRECT_KEY, subpacket(27, 3), key.hashed())));
        accept(concat(key.packet(), key.revocation()));
        accept(concat(key.packet(), other.subkeyPacket(), binding(subpacket(27, 12))));
        assertThat(reason(key.packet())).isEqualTo(Reason.NO_VALID_SELF_SIGNATURE);
    }

    @Test
    void aSigningSubkeyMustHaveSignedItsBinding() {
        byte[] unsigned = concat(certificate, other.subkeyPacket(), binding(subpacket(27, 2)));
        assertThat(accept(unsigned).certificate().bytes()).isEqualTo(certificate);
        assertThat(accept(unsigned).dropped())
                .extracting(Dropped::reason)
                .contains("1 signature: the signing subkey did not sign its binding", "no valid binding signature");

        byte[] back = other.signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        byte[] signed = concat(certificate, other.subkeyPacket(), binding(concat(subpacket(27, 2), embedded(back))));
        assertThat(accept(signed).dropped()).isEmpty();

        byte[] stolen =
                new SampleKey(3).signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        byte[] claimed = concat(certificate, other.subkeyPacket(), binding(concat(subpacket(27, 2), embedded(stolen))));
        assertThat(accept(claimed).certificate().bytes()).isEqualTo(certificate);

        byte[] ofAnotherType = other.signature(SampleKey.SUBKEY_BINDING, new byte[0], key.hashed(), other.hashed());
        byte[] mistaken =
                concat(certificate, other.subkeyPacket(), binding(concat(subpacket(27, 2), embedded(ofAnotherType))));
        assertThat(accept(mistaken).certificate().bytes()).isEqualTo(certificate);
    }

    /** Whoever binds a victim's signing key leaves the key flags out, since he has no signature by it. */
    @Test
    void aSubkeyThatCanOnlySignMustHaveSignedItsBindingWithoutKeyFlagsToo() {
        byte[] claimed = concat(certificate, other.subkeyPacket(), binding(new byte[0]));
        assertThat(accept(claimed).certificate().bytes()).isEqualTo(certificate);
        assertThat(accept(claimed).dropped())
                .extracting(Dropped::reason)
                .contains("1 signature: the signing subkey did not sign its binding", "no valid binding signature");

        byte[] back = other.signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        Accepted signed = accept(concat(certificate, other.subkeyPacket(), binding(embedded(back))));
        assertThat(signed.dropped()).isEmpty();
        assertThat(IndexTerms.of(signed.certificate()).proven()).contains(Fingerprint.parse(other.fingerprint()));
    }

    /** For encryption or authentication nobody makes one; then the subkey is the owner's on his word alone. */
    @ParameterizedTest
    @ValueSource(ints = {0x04, 0x0c, 0x20, 0})
    void aSubkeyThatShallNotSignNeedsNoSignatureAndIsNotProven(int flags) {
        byte[] stolen =
                new SampleKey(3).signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        for (byte[] subpackets : List.of(subpacket(27, flags), concat(subpacket(27, flags), embedded(stolen)))) {
            Accepted bound = accept(concat(certificate, other.subkeyPacket(), binding(subpackets)));
            assertThat(bound.dropped()).isEmpty();
            assertThat(IndexTerms.of(bound.certificate()).proven())
                    .containsExactly(Fingerprint.parse(key.fingerprint()));
        }
    }

    /** As certificates of the years before key flags have them. */
    @Test
    void anRsaSubkeyWithoutKeyFlagsIsKeptButNotProven() {
        byte[] body = concat(new byte[] {4, 0x3a, 0, 0, 0, 1, 2, 0}, new byte[63], new byte[] {1, 0, 5, 0x11});
        body[8] = (byte) 0x80;
        byte[] hashed = concat(new byte[] {(byte) 0x99, 0, (byte) body.length}, body);
        byte[] subkey = packet(Packet.PUBLIC_SUBKEY, body);
        Accepted bound = accept(concat(
                certificate, subkey, key.signature(SampleKey.SUBKEY_BINDING, new byte[0], key.hashed(), hashed)));
        assertThat(bound.dropped()).isEmpty();
        assertThat(IndexTerms.of(bound.certificate()).proven()).hasSize(1);

        byte[] stolen = embedded(other.signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), hashed));
        Accepted claimed = accept(
                concat(certificate, subkey, key.signature(SampleKey.SUBKEY_BINDING, stolen, key.hashed(), hashed)));
        assertThat(claimed.certificate().bytes())
                .as("said to be signed, and not")
                .isEqualTo(certificate);
    }

    @Test
    void notEveryBackSignatureIsTried() {
        byte[] wrong = embedded(
                new SampleKey(3).signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed()));
        byte[] right =
                embedded(other.signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed()));
        assertThat(accept(withSigningSubkey(wrong, wrong, right)).dropped()).isEmpty();
        assertThat(accept(withSigningSubkey(wrong, wrong, wrong, right))
                        .certificate()
                        .bytes())
                .isEqualTo(certificate);
    }

    private byte[] withSigningSubkey(byte[]... embedded) {
        return concat(certificate, other.subkeyPacket(), binding(concat(subpacket(27, 2), concat(embedded))));
    }

    @Test
    void aSubkeyOfVersion6DoesNotBelongToAVersion4Key() {
        byte[] body = concat(new byte[] {6, 0, 0, 0, 1, 25, 0, 0, 0, 32}, new byte[32]); // X25519
        byte[] hashed = concat(new byte[] {(byte) 0x9b, 0, 0, 0, (byte) body.length}, body);
        byte[] bound = key.signature(SampleKey.SUBKEY_BINDING, subpacket(27, 12), key.hashed(), hashed);
        Accepted accepted = accept(concat(certificate, packet(14, body), bound));
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::reason)
                .containsExactly(
                        "a version 6 subkey cannot belong to a version 4 key",
                        "1 signature: what they are on was dropped");
    }

    @Test
    void aSubkeyOfAnUnknownAlgorithmIsKeptIfItsBindingIsGood() {
        byte[] body = concat(new byte[] {4, 0, 0, 0, 1, 99}, new byte[1200]);
        byte[] hashed = concat(new byte[] {(byte) 0x99, (byte) (body.length >> 8), (byte) body.length}, body);
        byte[] bound = key.signature(SampleKey.SUBKEY_BINDING, subpacket(27, 12), key.hashed(), hashed);
        assertThat(accept(concat(certificate, packet(14, body), bound)).dropped())
                .isEmpty();
    }

    @Test
    void signaturesThatMustNotBeExportedOrDoNotSayWhoseTheyAreAreDropped() {
        byte[] local = key.signature(SampleKey.DIRECT_KEY, subpacket(4, 0), key.hashed());
        byte[] anonymous =
                key.signature(SampleKey.DIRECT_KEY, subpacket(2, 1, 2, 3, 4), new byte[0], new byte[][] {key.hashed()});
        Accepted accepted = accept(concat(key.packet(), local, anonymous, key.userIdWithSignature(NAME)));
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::reason)
                .containsExactlyInAnyOrder("1 signature: marked as not to be exported", "1 signature: names no issuer");
    }

    /** Who gets somebody to sign a document could choose its bytes so that they are a key and a user ID. */
    @Test
    void aSignatureOfATypeForSomethingElseCountsForNothingThoughItVerifies() {
        byte[] eve = packet(13, "Eve".getBytes(StandardCharsets.UTF_8));
        byte[] document = key.signature(0x00, new byte[0], key.hashed(), hashedUserId("Eve"));
        byte[] directOnUserId = key.signature(SampleKey.DIRECT_KEY, new byte[0], key.hashed(), hashedUserId("Eve"));
        byte[] directOnSubkey = key.signature(SampleKey.DIRECT_KEY, new byte[0], key.hashed(), other.hashed());
        byte[] bindingOnPrimary = key.signature(SampleKey.SUBKEY_BINDING, new byte[0], key.hashed());
        byte[] upload = concat(
                key.packet(),
                bindingOnPrimary,
                key.userIdWithSignature(NAME),
                eve,
                document,
                directOnUserId,
                other.subkeyPacket(),
                directOnSubkey);
        Accepted accepted = accept(upload);
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::component, Dropped::reason)
                .contains(
                        tuple("primary key", "1 signature: of a type that does not belong here"),
                        tuple("user ID \"Eve\"", "2 signatures: of a type that does not belong here"),
                        tuple("subkey " + other.fingerprint(), "1 signature: of a type that does not belong here"));
    }

    /** Anybody can change what is not hashed. */
    @Test
    void whatAnybodyCouldHaveAddedToASignatureCountsForNothing() {
        byte[] unhashed = concat(subpacket(16, keyId(key)), subpacket(4, 0), subpacket(9, 0, 0, 0, 1));
        byte[] signature = key.signature(
                SampleKey.POSITIVE_CERTIFICATION,
                concat(subpacket(2, 1, 2, 3, 4), subpacket(27, 3)),
                unhashed,
                new byte[][] {key.hashed(), hashedUserId(NAME)});
        Accepted accepted = accept(concat(key.packet(), packet(13, NAME.getBytes(StandardCharsets.UTF_8)), signature));
        assertThat(accepted.dropped()).as("not a local signature").isEmpty();
        assertThat(CertificateDescription.of(accepted.certificate()).expires()).isEmpty();
    }

    @Test
    void aSignatureThatNamesTwoKeysIsNotTheOwners() {
        byte[] hashed = concat(subpacket(2, 1, 2, 3, 4), subpacket(33, versioned(other)));
        byte[] signature =
                key.signature(SampleKey.DIRECT_KEY, hashed, subpacket(16, keyId(key)), new byte[][] {key.hashed()});
        assertThat(accept(concat(key.packet(), signature, key.userIdWithSignature(NAME)))
                        .dropped())
                .extracting(Dropped::line)
                .containsExactly("primary key: 1 signature: made by another key");
    }

    @Test
    void revocationsByOtherKeysAreDropped() {
        byte[] foreign = other.signature(SampleKey.KEY_REVOCATION, subpacket(29, 0), key.hashed());
        Accepted accepted = accept(concat(key.packet(), foreign, key.userIdWithSignature(NAME)));
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::line)
                .containsExactly("primary key: 1 signature: made by another key");
    }

    @Test
    void aRevocationAfterItsCertificateCounts() {
        byte[] whole = concat(certificate, other.subkeyPacket(), binding(subpacket(27, 12)), key.revocation());
        byte[] afterWhatIsNotKept = concat(certificate, packet(13, new byte[3000]), key.revocation());
        for (byte[] upload : List.of(whole, afterWhatIsNotKept)) {
            for (boolean verify : List.of(true, false)) {
                Policy policy =
                        Policy.standard().withThirdParty(ThirdParty.NONE).withVerification(verify);
                Accepted accepted = new UploadParser(Limits.standard(), policy)
                        .parse(upload)
                        .accepted()
                        .get(0);
                assertThat(CertificateDescription.of(accepted.certificate()).revoked())
                        .isTrue();
                assertThat(accepted.dropped())
                        .extracting(Dropped::reason)
                        .noneMatch(reason -> reason.contains("1 signature"));
            }
        }
    }

    @Test
    void signaturesOutOfOrderArePutWhereTheyVerify() {
        List<byte[]> components = List.of(
                packet(13, NAME.getBytes(StandardCharsets.UTF_8)),
                packet(13, "Two".getBytes(StandardCharsets.UTF_8)),
                other.subkeyPacket());
        List<byte[]> signatures = new ArrayList<>(List.of(
                key.signature(SampleKey.DIRECT_KEY, subpacket(27, 3), key.hashed()),
                key.revocation(),
                key.signature(SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), key.hashed(), hashedUserId(NAME)),
                key.signature(SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), key.hashed(), hashedUserId("Two")),
                key.signature(SampleKey.CERTIFICATION_REVOCATION, subpacket(29, 32), key.hashed(), hashedUserId("Two")),
                binding(subpacket(27, 12)),
                key.signature(SampleKey.SUBKEY_REVOCATION, subpacket(29, 0), key.hashed(), other.hashed())));
        Certificate inOrder = accept(concat(
                        key.packet(),
                        signatures.get(0),
                        signatures.get(1),
                        components.get(0),
                        signatures.get(2),
                        components.get(1),
                        signatures.get(3),
                        signatures.get(4),
                        components.get(2),
                        signatures.get(5),
                        signatures.get(6)))
                .certificate();
        assertThat(inOrder.parts().all()).hasSize(1 + 3 + 7);
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            List<byte[]> packets = new ArrayList<>(components);
            packets.addAll(signatures);
            Collections.shuffle(packets, random);
            Accepted accepted = accept(concat(key.packet(), concat(packets.toArray(byte[][]::new))));
            assertThat(accepted.certificate()).isEqualTo(inOrder);
            assertThat(accepted.dropped()).isEmpty();
        }
    }

    @Test
    void aSpoiledCopyOfASignatureTakesNoGoodOneAlong() {
        byte[] hashed = concat(subpacket(2, 1, 2, 3, 4), subpacket(27, 3));
        byte[][] content = {key.hashed(), hashedUserId(NAME)};
        byte[] userId = packet(13, NAME.getBytes(StandardCharsets.UTF_8));
        byte[] good = key.signature(SampleKey.POSITIVE_CERTIFICATION, hashed, key.issuer(), content);
        Certificate alone = accept(concat(key.packet(), userId, good)).certificate();
        List<byte[]> spoiled = List.of(
                subpacket(16, 0, 0, 0, 0, 0, 0, 0, 0),
                new byte[0],
                new byte[] {100, 16},
                concat(key.issuer(), other.issuer()));
        for (byte[] unhashed : spoiled) {
            byte[] twin = key.signature(SampleKey.POSITIVE_CERTIFICATION, hashed, unhashed, content);
            for (byte[] both : List.of(concat(good, twin), concat(twin, good))) {
                assertThat(accept(concat(key.packet(), userId, both)).certificate())
                        .isEqualTo(alone);
            }
        }
    }

    @Test
    void aBindingWithASpoiledBackSignatureTakesNoGoodOneAlong() {
        byte[] hashed = concat(subpacket(2, 1, 2, 3, 4), subpacket(27, 2));
        byte[][] content = {key.hashed(), other.hashed()};
        byte[] back = other.signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        byte[] wrong =
                new SampleKey(3).signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        byte[] good = key.signature(SampleKey.SUBKEY_BINDING, hashed, concat(key.issuer(), embedded(back)), content);
        Certificate alone =
                accept(concat(certificate, other.subkeyPacket(), good)).certificate();
        for (byte[] unhashed : List.of(key.issuer(), concat(key.issuer(), embedded(wrong)))) {
            byte[] twin = key.signature(SampleKey.SUBKEY_BINDING, hashed, unhashed, content);
            assertThat(accept(concat(certificate, other.subkeyPacket(), twin, good))
                            .certificate())
                    .isEqualTo(alone);
        }
    }

    @Test
    void aFloodOfSignaturesThatBelongNowhereCostsNobodyHisCertificate() {
        Limits cheap = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 1 << 18)
                .with(Limit.MAX_SIGNATURE, 8192)
                .with(Limit.MAX_SUBKEYS, 10)
                .with(Limit.MAX_CERTIFICATES, 10)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100);
        byte[] stray =
                key.signature(SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), key.hashed(), hashedUserId("nobody"));
        byte[][] flood = new byte[600][];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = i % 2 == 0 ? packet(13, ("Eve " + i).getBytes(StandardCharsets.UTF_8)) : stray.clone();
            flood[i][flood[i].length - 1] ^= (byte) i;
        }
        VerificationBudget budget = new VerificationBudget(cheap);
        ParsedUpload parsed =
                new UploadParser(cheap, Policy.standard()).parse(concat(certificate, concat(flood)), budget);
        assertThat(budget.ranOut()).as("a larger budget may find more").isTrue();
        assertThat(parsed.refused()).isEmpty();
        assertThat(parsed.accepted().get(0).certificate().bytes()).isEqualTo(certificate);
    }

    @Test
    void aFloodOfWrongSelfSignaturesEndsInABoundedNumberOfVerifications() {
        Accepted accepted = accept(concat(certificate, flood("Eve", 200)));
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::reason)
                .contains("32 signatures: does not verify", "168 signatures: not verified after too many wrong ones");
    }

    @Test
    void aFloodThatIsSpreadOverUserIdsIsBoundedAsAWhole() {
        String last = NAME + " as Eve "; // user IDs are verified in their canonical order
        Accepted accepted = accept(concat(certificate, flood(last + 1, 32), flood(last + 2, 32), flood(last + 3, 32)));
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::component, Dropped::reason)
                .contains(
                        tuple("user ID \"" + last + "2\"", "32 signatures: does not verify"),
                        tuple("user ID \"" + last + "3\"", "32 signatures: not verified after too many wrong ones"));
    }

    /**
     * A user ID with wrong self-signatures; the digest's two bytes are right, so that only full verification can tell.
     */
    private byte[] flood(String userId, int signatures) {
        byte[] flood = packet(13, userId.getBytes(StandardCharsets.UTF_8));
        byte[] signature =
                key.signature(SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), key.hashed(), hashedUserId(userId));
        for (int i = 0; i < signatures; i++) {
            byte[] wrong = signature.clone();
            wrong[wrong.length - 3] ^= (byte) (i + 1);
            flood = concat(flood, wrong);
        }
        return flood;
    }

    @Test
    void aUserIdInAReportCannotForgeALineOrHideIt() {
        Accepted accepted =
                accept(concat(certificate, packet(13, "a\nb\u001b[2J\"\u202e".getBytes(StandardCharsets.UTF_8))));
        assertThat(accepted.dropped())
                .extracting(Dropped::component)
                .containsExactly("user ID \"a\\u{a}b\\u{1b}[2J\\u{22}\\u{202e}\"");
    }

    @Test
    void signaturesByOtherKeysAreKeptAsThePolicySays() {
        byte[] upload = Samples.bytes("attested.pgp");
        assertThat(foreignSignatures(upload, ThirdParty.NONE)).isZero();
        assertThat(foreignSignatures(upload, ThirdParty.ATTESTED)).isEqualTo(1);
        assertThat(foreignSignatures(upload, ThirdParty.ALL)).isEqualTo(2);
        assertThat(foreignSignatures(Samples.bytes("third-party.pgp"), ThirdParty.ALL))
                .isEqualTo(2); // not the local one
    }

    @Test
    void anAttestationAloneKeepsNoUserId() {
        byte[] eve = packet(13, "Eve".getBytes(StandardCharsets.UTF_8));
        byte[] attestation = key.signature(Signature.ATTESTATION, subpacket(37), key.hashed(), hashedUserId("Eve"));
        Accepted accepted = accept(concat(certificate, eve, attestation));
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped())
                .extracting(Dropped::line)
                .containsExactly("user ID \"Eve\": no valid self-signature");
    }

    @Test
    void signaturesByOtherKeysStayWithinTheirBudgetAndNeverCrowdOutTheOwners() {
        byte[] flood = certificate;
        for (int i = 0; i < 100; i++) {
            flood = concat(
                    flood,
                    new SampleKey(100 + i)
                            .signature(
                                    SampleKey.POSITIVE_CERTIFICATION, new byte[0], key.hashed(), hashedUserId(NAME)));
        }
        Limits small = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 2048)
                .with(Limit.MAX_PACKET, 1024)
                .with(Limit.MAX_SIGNATURE, 1024)
                .with(Limit.MAX_USER_ID, 1024)
                .with(Limit.MAX_USER_IDS, 10)
                .with(Limit.MAX_SUBKEYS, 10)
                .with(Limit.MAX_CERTIFICATES, 10)
                .with(Limit.MAX_CERTIFICATE_COST, 1000)
                .with(Limit.MAX_COST, 1000);
        Accepted accepted = new UploadParser(small, policy(ThirdParty.ALL))
                .parse(flood)
                .accepted()
                .get(0);
        assertThat(accepted.certificate().size()).isBetween(certificate.length + 512, certificate.length + 1100);
        assertThat(CertificateMerge.merge(accepted.certificate(), Samples.certificate(certificate)))
                .isEqualTo(accepted.certificate());
    }

    @Test
    void unsignedChangesToASignatureMakeNoSecondOne() {
        byte[] hashed = concat(subpacket(2, 1, 2, 3, 4), subpacket(16, keyId(key)));
        byte[][] content = {key.hashed(), hashedUserId(NAME)};
        byte[] plain = key.signature(SampleKey.POSITIVE_CERTIFICATION, hashed, new byte[0], content);
        byte[] padded = key.signature(SampleKey.POSITIVE_CERTIFICATION, hashed, subpacket(100, new int[90]), content);
        byte[] userId = packet(13, NAME.getBytes(StandardCharsets.UTF_8));
        Certificate one = accept(concat(key.packet(), userId, plain)).certificate();
        Certificate two = accept(concat(key.packet(), userId, padded)).certificate();
        assertThat(accept(concat(key.packet(), userId, padded, plain)).certificate())
                .isEqualTo(one);
        assertThat(CertificateMerge.merge(two, one)).isEqualTo(one);
        assertThat(CertificateMerge.merge(one, two)).isSameAs(one);
    }

    @Test
    void photosAreKeptWhereTheOperatorWantsThemAndNotLongerThanThat() {
        byte[] photo = Samples.bytes("photo.pgp");
        Certificate without = Samples.certificate(photo);
        assertThat(without.parts().userAttributes()).isEmpty();
        Accepted kept = new UploadParser(keepingAttributes(64 << 10), Policy.standard())
                .parse(photo)
                .accepted()
                .get(0);
        assertThat(kept.dropped()).isEmpty();
        assertThat(kept.certificate().parts().userAttributes())
                .hasSize(1)
                .allSatisfy((attribute, signatures) -> assertThat(signatures).isNotEmpty());
        assertThat(Certificate.ofStored(kept.certificate().bytes())).isEqualTo(kept.certificate());
        assertThat(CertificateMerge.merge(without, kept.certificate())).isEqualTo(kept.certificate());
        assertThat(CertificateDifference.between(without, kept.certificate()).added())
                .containsExactly("user attribute");
        assertThat(new UploadParser(keepingAttributes(10), Policy.standard())
                        .parse(photo)
                        .accepted()
                        .get(0)
                        .certificate())
                .isEqualTo(without);
    }

    @Test
    void aPhotoThatTheOwnerDidNotSignIsDropped() {
        byte[] attribute = concat(new byte[] {(byte) (0xc0 | 17), 50}, new byte[50]);
        byte[] unsigned = concat(certificate, attribute, other.userIdWithSignature("x"));
        Accepted accepted = new UploadParser(keepingAttributes(1000), Policy.standard())
                .parse(unsigned)
                .accepted()
                .get(0);
        assertThat(accepted.certificate().bytes()).isEqualTo(certificate);
        assertThat(accepted.dropped()).extracting(Dropped::line).contains("user attribute: no valid self-signature");
    }

    private static Limits keepingAttributes(int bytes) {
        return Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 1 << 18)
                .with(Limit.MAX_SIGNATURE, 8192)
                .with(Limit.MAX_USER_ATTRIBUTE, bytes)
                .with(Limit.MAX_USER_IDS, 10)
                .with(Limit.MAX_SUBKEYS, 10)
                .with(Limit.MAX_CERTIFICATES, 10)
                .with(Limit.MAX_CERTIFICATE_COST, 1000)
                .with(Limit.MAX_COST, 1000);
    }

    @Test
    void versionThreeIsTakenOnlyWhereTheOperatorSaysSo() {
        byte[] version3 = Version3.certificate("Old <old@example.org>");
        assertThat(reason(version3)).isEqualTo(Reason.UNSUPPORTED_VERSION);
        ParsedUpload upload = new UploadParser(
                        Limits.standard(),
                        Policy.standard().withThirdParty(ThirdParty.NONE).withVersion3(true))
                .parse(version3);
        assertThat(upload.refused()).isEmpty();
        Certificate accepted = upload.accepted().get(0).certificate();
        assertThat(accepted.bytes()).isEqualTo(version3);
        assertThat(accepted.fingerprint().version()).isEqualTo(3);
        assertThat(CertificateDescription.of(accepted).algorithmName()).isEqualTo("rsa1024");
    }

    @Test
    void selfSignaturesWithBrokenHashesCountAsThePolicySays() {
        byte[] version3 = Version3.certificate("Old <old@example.org>"); // RSA, MD5
        assertThat(accepts(version3, WeakHashes.NONE)).isFalse();
        assertThat(accepts(version3, WeakHashes.SHA1)).isTrue();
        byte[] sha1 = key.withHash(2, NAME);
        assertThat(accepts(sha1, WeakHashes.NONE)).isFalse();
        assertThat(accepts(sha1, WeakHashes.SHA1)).isTrue();
        byte[] md5 = key.withHash(1, NAME);
        assertThat(accepts(md5, WeakHashes.SHA1)).isFalse();
        assertThat(accepts(md5, WeakHashes.MD5)).isTrue();
        assertThat(accepts(
                        concat(
                                key.packet(),
                                key.signature(SampleKey.KEY_REVOCATION, 1, subpacket(29, 0), key.hashed())),
                        WeakHashes.NONE))
                .as("a revocation, whatever its hash")
                .isTrue();
    }

    private static boolean accepts(byte[] upload, WeakHashes weakHashes) {
        return !new UploadParser(
                        Limits.standard(),
                        Policy.standard()
                                .withThirdParty(ThirdParty.NONE)
                                .withVersion3(true)
                                .withWeakHashes(weakHashes))
                .parse(upload)
                .accepted()
                .isEmpty();
    }

    @Test
    void withoutVerificationTheIssuerAloneDecides() {
        byte[] signature = key.signature(SampleKey.DIRECT_KEY, subpacket(27, 3), other.hashed());
        Policy trusting = Policy.standard().withThirdParty(ThirdParty.NONE).withVerification(false);
        assertThat(new UploadParser(Limits.standard(), trusting)
                        .parse(concat(key.packet(), signature))
                        .accepted())
                .hasSize(1);
    }

    private static Policy policy(ThirdParty thirdParty) {
        return Policy.standard().withThirdParty(thirdParty);
    }

    private byte[] binding(byte[] subpackets) {
        return key.signature(SampleKey.SUBKEY_BINDING, subpackets, key.hashed(), other.hashed());
    }

    /** A subpacket with a signature in it. */
    private static byte[] embedded(byte[] signaturePacket) {
        byte[] body = Arrays.copyOfRange(signaturePacket, 2, signaturePacket.length);
        return concat(new byte[] {(byte) (body.length + 1), 32}, body);
    }

    /** The fingerprint with the key's version before it. */
    private static int[] versioned(SampleKey key) {
        byte[] fingerprint = Fingerprint.parse(key.fingerprint()).bytes();
        int[] ints = new int[21];
        Arrays.setAll(ints, i -> i == 0 ? 4 : fingerprint[i - 1]);
        return ints;
    }

    private static int[] keyId(SampleKey key) {
        byte[] id = Arrays.copyOfRange(Fingerprint.parse(key.fingerprint()).bytes(), 12, 20);
        int[] ints = new int[8];
        Arrays.setAll(ints, i -> id[i]);
        return ints;
    }

    private static long foreignSignatures(byte[] upload, ThirdParty thirdParty) {
        Certificate certificate = new UploadParser(Limits.standard(), policy(thirdParty))
                .parse(upload)
                .accepted()
                .get(0)
                .certificate();
        return certificate.parts().all().stream()
                .filter(p -> p.type() == Packet.SIGNATURE)
                .filter(p -> !issuer(p).equals(certificate.fingerprint().keyId()))
                .count();
    }

    private static KeyId issuer(Packet signature) {
        try {
            return Signature.parse(signature).issuer().orElseThrow();
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    private static Accepted accept(byte[] upload) {
        ParsedUpload parsed = Samples.parse(upload);
        assertThat(parsed.refused()).isEmpty();
        assertThat(parsed.accepted()).hasSize(1);
        return parsed.accepted().get(0);
    }

    private static Reason reason(byte[] upload) {
        ParsedUpload parsed = Samples.parse(upload);
        assertThat(parsed.accepted()).isEmpty();
        assertThat(parsed.refused()).hasSize(1);
        assertThat(parsed.refused().get(0).subject()).isNotEmpty();
        return parsed.refused().get(0).reason();
    }
}
