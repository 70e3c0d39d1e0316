package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.hashedUserId;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Dropped;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

/** The two bytes that begin the digest are a hint: nothing is signed in them (RFC 9580, section 5.2.3). */
class DigestPrefixTest {
    private static final String NAME = "Name 1 <name1@example.org>";

    private final SampleKey key = new SampleKey(1);
    private final SampleKey other = new SampleKey(2);

    @Test
    void aGoodSignatureWithAWrongPrefixCountsWhereItStandsAndIsStoredWithTheRightOne() {
        byte[] components = concat(key.userIdWithSignature(NAME), key.withSubkey(other, 2));
        Certificate alone = accept(concat(key.packet(), components)).certificate();
        Accepted accepted = accept(concat(key.packet(), mapSignatures(components, DigestPrefixTest::spoilt)));
        assertThat(accepted.dropped()).isEmpty();
        assertThat(accepted.certificate()).isEqualTo(alone);
    }

    @Test
    void soDoesTheSignatureThatASubkeyMadeWhereverItIsEmbedded() {
        byte[] back = other.signature(SampleKey.PRIMARY_KEY_BINDING, new byte[0], key.hashed(), other.hashed());
        byte[] hashed = concat(subpacket(2, 1, 2, 3, 4), subpacket(27, 2));
        byte[][] content = {key.hashed(), other.hashed()};
        byte[] good = key.signature(SampleKey.SUBKEY_BINDING, hashed, concat(key.issuer(), embedded(back)), content);
        byte[] spoilt =
                key.signature(SampleKey.SUBKEY_BINDING, hashed, concat(key.issuer(), embedded(spoilt(back))), content);
        assertThat(accept(concat(key.certificate(NAME), other.subkeyPacket(), spoilt))
                        .certificate())
                .isEqualTo(accept(concat(key.certificate(NAME), other.subkeyPacket(), good))
                        .certificate());
        byte[] signedInside =
                key.signature(SampleKey.SUBKEY_BINDING, concat(subpacket(27, 2), embedded(spoilt(back))), content);
        assertThat(accept(concat(key.certificate(NAME), other.subkeyPacket(), signedInside))
                        .dropped())
                .isEmpty();
    }

    @Test
    void beforeOrAfterItsGoodTwinItMakesNoSecondSignature() {
        byte[] userId = packet(13, NAME.getBytes(StandardCharsets.UTF_8));
        byte[] good = certification(NAME);
        Certificate alone = accept(concat(key.packet(), userId, good)).certificate();
        for (byte[] both : List.of(concat(good, spoilt(good)), concat(spoilt(good), good), spoilt(good))) {
            assertThat(accept(concat(key.packet(), userId, both)).certificate()).isEqualTo(alone);
        }
    }

    @Test
    void revocationsCountToo() {
        assertThat(CertificateDescription.of(
                                accept(concat(key.packet(), spoilt(key.revocation()), key.userIdWithSignature(NAME)))
                                        .certificate())
                        .revoked())
                .isTrue();
        BareRevocation bare =
                Samples.parse(spoilt(key.revocation())).revocations().get(0);
        assertThat(CertificateDescription.of(
                                BareRevocations.on(bare, Samples.certificate(key.certificate(NAME)), budget())
                                        .orElseThrow())
                        .revoked())
                .isTrue();
    }

    @Test
    void aRevokersRevocationCountsWhereItStandsOnceTheRevokerIsKnown() {
        byte[] certificate = concat(
                key.packet(),
                key.signature(SampleKey.DIRECT_KEY, key.revoker(other), key.hashed()),
                key.userIdWithSignature(NAME));
        byte[] revocation = other.signature(SampleKey.KEY_REVOCATION, subpacket(29, 1), key.hashed());
        ParsedUpload parsed = Samples.parse(concat(certificate, spoilt(revocation)));
        BareRevocation bare = parsed.revocations().get(0);
        Certificate stored = Samples.certificate(certificate);
        Certificate revoker = Samples.certificate(other.certificate("Revoker"));
        assertThat(CertificateDescription.of(
                                BareRevocations.on(bare, stored, fingerprint -> Optional.of(revoker), budget())
                                        .orElseThrow())
                        .revoked())
                .isTrue();
        assertThat(BareRevocations.on(bare, stored, fingerprint -> Optional.empty(), budget()))
                .isEmpty();
    }

    @Test
    void aWrongOneWithAWrongPrefixDoesNotVerifyAndIsPaidFor() {
        byte[] wrong = certification(NAME);
        wrong[wrong.length - 3] ^= 1;
        VerificationBudget budget = budget();
        ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard())
                .parse(
                        concat(
                                key.certificate(NAME),
                                packet(13, "Eve".getBytes(StandardCharsets.UTF_8)),
                                spoilt(wrong)),
                        budget);
        assertThat(parsed.accepted().get(0).dropped())
                .extracting(Dropped::line)
                .contains("user ID \"Eve\": 1 signature: does not verify");
        assertThat(budget.verifications()).isEqualTo(2);
    }

    @Test
    void aFloodOfThemTakesNothingFromTheOthersAndIsBounded() {
        Limits cheap = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 1 << 18)
                .with(Limit.MAX_SIGNATURE, 8192)
                .with(Limit.MAX_SUBKEYS, 10)
                .with(Limit.MAX_CERTIFICATES, 10)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100);
        byte[][] flood = new byte[1000][];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = spoilt(certification("Eve"));
            flood[i][flood[i].length - 1] ^= (byte) (i + 1);
            flood[i][flood[i].length - 2] ^= (byte) (i >> 8);
        }
        byte[] upload = concat(
                key.packet(),
                packet(13, "Eve".getBytes(StandardCharsets.UTF_8)),
                concat(flood),
                key.userIdWithSignature(NAME));
        VerificationBudget budget = new VerificationBudget(cheap);
        ParsedUpload parsed = new UploadParser(cheap, Policy.standard()).parse(upload, budget);
        assertThat(parsed.refused()).isEmpty();
        assertThat(parsed.accepted().get(0).certificate().bytes()).isEqualTo(key.certificate(NAME));
        assertThat(budget.verifications()).isLessThan(40);
        assertThat(parsed.accepted().get(0).dropped())
                .extracting(Dropped::rule)
                .contains(DropRule.DOES_NOT_VERIFY)
                .containsAnyOf(DropRule.TOO_COSTLY, DropRule.TOO_MANY_WRONG);
    }

    /**
     * Found hostile: numbers that are none were paid for as if they had been verified, so that a flood of them had a
     * certificate refused.
     */
    @Test
    void aFloodOfBrokenNumbersCostsNobodyHisCertificate() {
        Limits cheap = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 20)
                .with(Limit.MAX_CERTIFICATE, 1 << 18)
                .with(Limit.MAX_SIGNATURE, 8192)
                .with(Limit.MAX_SUBKEYS, 10)
                .with(Limit.MAX_CERTIFICATES, 10)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100);
        for (boolean wrongPrefix : new boolean[] {false, true}) {
            byte[][] flood = new byte[500][];
            for (int i = 0; i < flood.length; i++) {
                flood[i] = certification("Eve");
                flood[i][flood[i].length - 68] ^= 1; // the length of a number
                flood[i][flood[i].length - 1] ^= (byte) i;
                flood[i][flood[i].length - 2] ^= (byte) (i >> 8);
                flood[i] = wrongPrefix ? spoilt(flood[i]) : flood[i];
            }
            byte[] upload = concat(
                    key.packet(),
                    packet(13, "Eve".getBytes(StandardCharsets.UTF_8)),
                    concat(flood),
                    key.userIdWithSignature(NAME));
            VerificationBudget budget = new VerificationBudget(cheap);
            ParsedUpload parsed = new UploadParser(cheap, Policy.standard()).parse(upload, budget);
            assertThat(parsed.refused()).isEmpty();
            assertThat(parsed.accepted().get(0).certificate().bytes()).isEqualTo(key.certificate(NAME));
            assertThat(budget.verifications()).isEqualTo(1);
        }
    }

    private byte[] certification(String userId) {
        return key.signature(SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), key.hashed(), hashedUserId(userId));
    }

    private static VerificationBudget budget() {
        return new VerificationBudget(Limits.standard());
    }

    /** A subpacket with a signature in it. */
    private static byte[] embedded(byte[] signaturePacket) {
        byte[] body = Arrays.copyOfRange(signaturePacket, 2, signaturePacket.length);
        return concat(new byte[] {(byte) (body.length + 1), 32}, body);
    }

    private static byte[] mapSignatures(byte[] packets, Function<byte[], byte[]> change) {
        byte[] mapped = new byte[0];
        try {
            for (PacketSplitter splitter = new PacketSplitter(packets); splitter.hasNext(); ) {
                Packet packet = splitter.next();
                byte[] framed = PacketWriter.framed(packet, false);
                mapped = concat(mapped, packet.type() == Packet.SIGNATURE ? change.apply(framed) : framed);
            }
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
        return mapped;
    }

    private static byte[] spoilt(byte[] signaturePacket) {
        try {
            Signature signature = Signature.parse(new PacketSplitter(signaturePacket).next());
            int start = ~signature.digestStart();
            return PacketWriter.framed(
                    signature.withDigestStart((byte) (start >> 8), (byte) start).packet(), false);
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    private static Accepted accept(byte[] upload) {
        ParsedUpload parsed = Samples.parse(upload);
        assertThat(parsed.refused()).isEmpty();
        return parsed.accepted().get(0);
    }
}
