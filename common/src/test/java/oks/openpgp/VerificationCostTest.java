package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.hashedUserId;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.IntFunction;
import oks.openpgp.ParsedUpload.Reason;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uploads made to keep a processor busy cost what the limits allow and no more, and never cost their neighbours. */
class VerificationCostTest {
    private static final Limits LIMITS = Limits.standard();
    private static final byte[] HONEST = SampleCertificates.certificate(1);
    private static final String NAME = "Eve <eve@example.org>";
    private static final byte[] USER_ID = packet(13, NAME.getBytes(StandardCharsets.UTF_8));

    private final VerificationBudget budget = new VerificationBudget(LIMITS);
    private final Random random = new Random(1);

    @Test
    void aCertificateFullOfValidSignaturesOfAHugeKeyIsRefused() {
        RsaOfExponentOne key = new RsaOfExponentOne(16384, random);
        byte[] flood = flood(5000, key::certification);
        ParsedUpload parsed = parse(concat(HONEST, key.packet(), USER_ID, flood, HONEST));
        assertTooCostly(parsed, "more than 10000 RSA-2048 verifications", 1);
        assertThat(parsed.accepted()).hasSize(2);
        assertThat(budget.verifications()).isBetween(150L, 160L); // 64 units each, and what the honest ones cost
    }

    @Test
    void manySuchCertificatesEndTheWholeUpload() {
        byte[] upload = new byte[0];
        for (int i = 0; i < 10; i++) {
            RsaOfExponentOne key = new RsaOfExponentOne(16384, random);
            upload = concat(upload, key.packet(), USER_ID, flood(140, key::certification));
        }
        ParsedUpload parsed = parse(concat(upload, HONEST));
        assertThat(parsed.accepted()).hasSize(5); // 140 signatures of 64 units each, 50000 units in all
        assertTooCostly(parsed, "upload its certificates one by one", 6);
        assertThat(budget.spent())
                .isLessThanOrEqualTo(LIMITS.of(Limit.MAX_COST))
                .isGreaterThan(LIMITS.of(Limit.MAX_COST) * 9L / 10);
    }

    /** Checking that a DSA key lies in its subgroup takes a power, before the first signature is looked at. */
    @Test
    void keysThatAreCostlyToDecodeArePaidFor() {
        ByteArrayOutputStream upload = new ByteArrayOutputStream();
        for (int i = 0; i < 500; i++) {
            upload.writeBytes(packet(6, dsa(16384, 512)));
            upload.writeBytes(USER_ID);
        }
        ParsedUpload parsed = parse(upload.toByteArray());
        assertThat(parsed.refused()).hasSize(500);
        assertThat(parsed.refused())
                .filteredOn(r -> r.reason() == Reason.TOO_COSTLY)
                .hasSizeGreaterThan(450);
        assertThat(budget.spent()).isLessThanOrEqualTo(LIMITS.of(Limit.MAX_COST));
    }

    @Test
    void subkeysThatAreCostlyToDecodeArePaidFor() {
        SampleKey key = new SampleKey(2);
        ByteArrayOutputStream upload = new ByteArrayOutputStream();
        upload.writeBytes(key.certificate(NAME));
        for (int i = 0; i < 100; i++) {
            byte[] body = dsa(16384, 512);
            byte[] hashed = concat(new byte[] {(byte) 0x99, (byte) (body.length >> 8), (byte) body.length}, body);
            byte[] back = concat(
                    new byte[] {4, SampleKey.PRIMARY_KEY_BINDING, 17, 8, 0, 0, 0, 0, 1, 2},
                    mpi(random(500)),
                    mpi(random(500)));
            byte[] embedded = concat(new byte[] {(byte) (back.length + 1), 32}, back);
            upload.writeBytes(packet(14, body));
            upload.writeBytes(
                    key.signature(SampleKey.SUBKEY_BINDING, concat(subpacket(27, 2), embedded), key.hashed(), hashed));
        }
        ParsedUpload parsed = parse(concat(upload.toByteArray(), HONEST));
        assertTooCostly(parsed, "more than 10000", 1);
        assertThat(parsed.accepted()).hasSize(1);
        assertThat(budget.spent()).isLessThanOrEqualTo(LIMITS.of(Limit.MAX_CERTIFICATE_COST) + 100L);
    }

    /** Signatures that are wrong at a glance are hashed first, with the key before them, which may be large. */
    @Test
    void hashingALargeKeyForEverySignatureIsPaidFor() {
        RsaOfExponentOne key = new RsaOfExponentOne(16384, random);
        byte[] wrong = key.certification(0);
        byte[] flood = flood(6000, i -> {
            byte[] other = wrong.clone();
            ByteBuffer.wrap(other).putInt(11, i); // the time it was made
            return other;
        });
        int least = 2000; // units: 6000 times 4 KB to hash are three times as many
        VerificationBudget small = new VerificationBudget(LIMITS.with(Limit.MAX_CERTIFICATE_COST, least));
        ParsedUpload parsed =
                new UploadParser(LIMITS, Policy.standard()).parse(concat(key.packet(), USER_ID, flood, HONEST), small);
        assertThat(parsed.accepted()).hasSize(1);
        assertThat(parsed.refused()).hasSize(1);
        assertThat(small.verifications()).isLessThan(100);
        assertThat(small.spent()).isLessThanOrEqualTo(least + 100L).isGreaterThan(least * 9L / 10);
    }

    @Test
    void bareRevocationsArePaidForToo() {
        Certificate stored = Samples.certificate(HONEST);
        BareRevocation revocation =
                Samples.parse(SampleCertificates.revocation(1)).revocations().get(0);
        VerificationBudget small = new VerificationBudget(Limits.standard()
                .with(Limit.MAX_BYTES, 1000)
                .with(Limit.MAX_CERTIFICATE, 1000)
                .with(Limit.MAX_PACKET, 1000)
                .with(Limit.MAX_SIGNATURE, 1000)
                .with(Limit.MAX_USER_ID, 1000)
                .with(Limit.MAX_USER_IDS, 1)
                .with(Limit.MAX_SUBKEYS, 1)
                .with(Limit.MAX_CERTIFICATES, 1)
                .with(Limit.MAX_CERTIFICATE_COST, 100)
                .with(Limit.MAX_COST, 100));
        int found = 0;
        while (BareRevocations.on(revocation, stored, small).isPresent()) {
            found++;
        }
        assertThat(found).isBetween(10, 25);
        assertThat(small.excess()).hasValueSatisfying(text -> assertThat(text).contains("100 RSA-2048 verifications"));
    }

    @Test
    void curvesThatOpenPgpDoesNotNameAreRefusedWhateverTheLibraryKnows() {
        byte[] sect571r1 = HexFormat.of().parseHex("052b81040027");
        byte[] body = concat(new byte[] {4, 0, 0, 0, 1, 19}, sect571r1, mpi(random(1151)));
        assertRefused(concat(packet(6, body), USER_ID), "unknown curve");
    }

    @Test
    void anEvenModulusIsRefused() {
        byte[] even = random(4096);
        even[even.length - 1] &= (byte) 0xfe;
        assertRefused(
                concat(packet(6, concat(new byte[] {4, 0, 0, 0, 1, 1}, mpi(even), mpi(new byte[] {1, 0, 1}))), USER_ID),
                "even");
    }

    @ParameterizedTest
    @CsvSource({"1024,17,1", "2048,17,1", "4096,17,4", "4096,64,16", "16384,17,64", "16384,64,241"})
    void anRsaVerificationGrowsWithTheSquareOfTheModulusAndWithTheExponent(int bits, int exponentBits, int units)
            throws Exception {
        byte[] body = concat(new byte[] {4, 0, 0, 0, 1, 1}, mpi(random(bits)), mpi(random(exponentBits)));
        assertThat(VerificationCost.ofSignature(KeyPacket.parse(Packet.of(Packet.PUBLIC_KEY, body))))
                .isEqualTo(units);
    }

    @ParameterizedTest
    @CsvSource({"1024,160,6", "3072,256,68", "16384,512,3856"})
    void aDsaVerificationTakesTwoPowers(int bits, int subgroupBits, int units) throws Exception {
        KeyPacket key = KeyPacket.parse(Packet.of(Packet.PUBLIC_KEY, dsa(bits, subgroupBits)));
        assertThat(VerificationCost.ofSignature(key)).isEqualTo(units);
        assertThat(VerificationCost.ofKey(key)).isEqualTo(units / 2);
    }

    private ParsedUpload parse(byte[] upload) {
        return new UploadParser(LIMITS, Policy.standard()).parse(upload, budget);
    }

    private void assertRefused(byte[] upload, String text) {
        ParsedUpload parsed = parse(upload);
        assertThat(parsed.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
            assertThat(refused.text()).contains(text);
        });
        assertThat(budget.verifications()).isZero();
    }

    private static void assertTooCostly(ParsedUpload parsed, String text, int refused) {
        assertThat(parsed.refused()).hasSize(refused);
        ParsedUpload.Refused last = parsed.refused().get(refused - 1);
        assertThat(last.reason()).isEqualTo(Reason.TOO_COSTLY);
        assertThat(last.text()).contains(text);
    }

    private static byte[] flood(int count, IntFunction<byte[]> signature) {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            flood.writeBytes(signature.apply(i));
        }
        return flood.toByteArray();
    }

    private byte[] dsa(int bits, int subgroupBits) {
        byte[] prime = random(bits);
        return concat(
                new byte[] {4, 0, 0, 0, 1, 17},
                mpi(prime),
                mpi(random(subgroupBits)),
                mpi(random(bits - 1)),
                mpi(random(bits - 1)));
    }

    /** An odd number of so many bits. */
    private byte[] random(int bits) {
        return new BigInteger(bits, random).setBit(bits - 1).setBit(0).toByteArray();
    }

    static byte[] mpi(byte[] number) {
        BigInteger value = new BigInteger(1, number);
        byte[] padded = value.toByteArray();
        byte[] plain = padded[0] == 0 ? Arrays.copyOfRange(padded, 1, padded.length) : padded;
        return concat(ByteBuffer.allocate(2).putShort((short) value.bitLength()).array(), plain);
    }

    /**
     * An RSA key whose signatures cost nothing to make, as whoever wants many may use: with exponent 1 they are their
     * digest.
     */
    private static final class RsaOfExponentOne {
        private static final byte[] SHA_256 = HexFormat.of().parseHex("3031300d060960864801650304020105000420");

        private final int bits;
        private final byte[] body;
        private final Fingerprint fingerprint;

        RsaOfExponentOne(int bits, Random random) {
            this.bits = bits;
            byte[] modulus =
                    new BigInteger(bits, random).setBit(bits - 1).setBit(0).toByteArray();
            body = concat(new byte[] {4, 0, 0, 0, 1, 1}, mpi(modulus), mpi(new byte[] {1}));
            try {
                fingerprint =
                        KeyPacket.parse(Packet.of(Packet.PUBLIC_KEY, body)).fingerprint();
            } catch (Malformed | KeyPacket.UnknownVersion e) {
                throw new AssertionError(e);
            }
        }

        byte[] body() {
            return body;
        }

        byte[] packet() {
            return SampleKey.packet(6, body);
        }

        /** A valid self-signature on the user ID, made at this time. */
        byte[] certification(int time) {
            byte[] hashed = concat(
                    new byte[] {5, 2},
                    ByteBuffer.allocate(4).putInt(time).array(),
                    new byte[] {22, 33, 4},
                    fingerprint.bytes());
            byte[] start = concat(new byte[] {4, 0x13, 1, 8, 0, (byte) hashed.length}, hashed);
            byte[] keyHashed = concat(new byte[] {(byte) 0x99, (byte) (body.length >> 8), (byte) body.length}, body);
            var sha = KeyPacket.newDigest("SHA-256");
            sha.update(concat(keyHashed, hashedUserId(NAME), start, new byte[] {4, -1}));
            byte[] digest =
                    sha.digest(ByteBuffer.allocate(4).putInt(start.length).array());
            byte[] end = concat(new byte[] {0}, SHA_256, digest);
            byte[] padded = new byte[bits / 8 - 1];
            Arrays.fill(padded, (byte) -1);
            padded[0] = 1;
            System.arraycopy(end, 0, padded, padded.length - end.length, end.length);
            return SampleKey.packet(2, concat(start, new byte[] {0, 0}, Arrays.copyOf(digest, 2), mpi(padded)));
        }
    }
}
