package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import oks.openpgp.ParsedUpload.Reason;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

class WeakKeyTest {
    private static final Random RANDOM = new Random(1);
    private static final BigInteger GENERATOR = BigInteger.valueOf(65_537);

    /** A key packet's body with these numbers, whatever they are. */
    private static byte[] body(int algorithm, BigInteger... numbers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {4, 0, 0, 0, 1, (byte) algorithm});
        for (BigInteger number : numbers) {
            byte[] bytes = number.toByteArray();
            int from = bytes[0] == 0 ? 1 : 0;
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) number.bitLength()).array());
            out.write(bytes, from, bytes.length - from);
        }
        return out.toByteArray();
    }

    private static List<WeakKey> weaknesses(int algorithm, BigInteger... numbers) {
        return WeakKey.of(KeyPacket.ofStored(Packet.of(Packet.PUBLIC_KEY, body(algorithm, numbers))));
    }

    private static BigInteger bits(int bits) {
        return new BigInteger(bits, RANDOM).setBit(bits - 1).setBit(0);
    }

    /** Made as those chips make primes: a multiple of many small primes, plus a power of 65537 modulo that. */
    private static BigInteger primeOfFaultyChip(int bits) {
        BigInteger small = BigInteger.ONE;
        for (BigInteger prime = BigInteger.TWO;
                prime.compareTo(BigInteger.valueOf(168)) < 0;
                prime = prime.nextProbablePrime()) {
            small = small.multiply(prime);
        }
        BigInteger prime;
        do {
            BigInteger factor = new BigInteger(bits - small.bitLength() + 1, RANDOM)
                    .setBit(bits - small.bitLength())
                    .setBit(bits - small.bitLength() - 1);
            prime = factor.multiply(small).add(GENERATOR.modPow(new BigInteger(62, RANDOM), small));
        } while (!prime.isProbablePrime(20));
        return prime;
    }

    @Test
    void keysOfFaultyChipsAreKnownByTheirModulus() {
        for (int i = 0; i < 3; i++) {
            BigInteger modulus = primeOfFaultyChip(1024).multiply(primeOfFaultyChip(1024));
            assertThat(weaknesses(Algorithm.RSA, modulus, GENERATOR)).containsExactly(WeakKey.ROCA);
        }
        BigInteger half = primeOfFaultyChip(512).multiply(BigInteger.probablePrime(512, RANDOM));
        assertThat(weaknesses(Algorithm.RSA, half, GENERATOR)).containsExactly(WeakKey.SHORT_RSA);
    }

    @Test
    void otherModuliHaveNoSuchMark() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(WeakKey.isOfFaultyChip(bits(2048))).isFalse();
        }
    }

    @Test
    void lengthsAndAlgorithmsAreWeakOrNot() {
        assertThat(weaknesses(Algorithm.RSA, bits(2047), GENERATOR)).containsExactly(WeakKey.SHORT_RSA);
        assertThat(weaknesses(Algorithm.RSA_ENCRYPT, bits(1024), GENERATOR)).containsExactly(WeakKey.SHORT_RSA);
        assertThat(weaknesses(Algorithm.RSA_SIGN, bits(2048), GENERATOR)).isEmpty();
        assertThat(weaknesses(Algorithm.DSA, bits(1024), bits(160), bits(1024), bits(1024)))
                .containsExactly(WeakKey.SHORT_DISCRETE_LOGARITHM);
        assertThat(weaknesses(Algorithm.DSA, bits(2048), bits(256), bits(2048), bits(2048)))
                .isEmpty();
        assertThat(weaknesses(Algorithm.ELGAMAL, bits(1536), bits(2), bits(1536)))
                .containsExactly(WeakKey.SHORT_DISCRETE_LOGARITHM);
        assertThat(weaknesses(Algorithm.ELGAMAL_BOTH, bits(2048), bits(2), bits(2048)))
                .containsExactly(WeakKey.ELGAMAL_SIGNING);
        assertThat(weaknesses(Algorithm.RSA)).as("no numbers").isEmpty();
        Certificate elliptic = Samples.certificate(new SampleKey(1).certificate("Elliptic"));
        assertThat(CertificateDescription.of(elliptic).weaknesses()).isEmpty();
    }

    /** A signature that names the key, for input that is not verified. */
    private static byte[] signature(int type, byte[] keyBody) {
        byte[] fingerprint = KeyPacket.ofStored(Packet.of(Packet.PUBLIC_KEY, keyBody))
                .fingerprint()
                .bytes();
        return SampleKey.packet(
                2,
                concat(
                        new byte[] {4, (byte) type, 1, 8, 0, 6, 5, 2, 0x65, 0, 0, 0},
                        new byte[] {0, 10, 9, 16},
                        java.util.Arrays.copyOfRange(fingerprint, 12, 20),
                        new byte[] {1, 2, 0, 1, 1}));
    }

    private static ParsedUpload parsed(WeakKeys rule, byte[]... packets) {
        return new UploadParser(
                        Limits.standard(),
                        Policy.standard().withVerification(false).withWeakKeys(rule))
                .parse(concat(packets));
    }

    @Test
    void whereTheyAreRefusedTheAnswerSaysWhyAndARevocationIsStillTaken() {
        byte[] weak = body(Algorithm.RSA, bits(1024), GENERATOR);
        byte[] userId = SampleKey.packet(13, new byte[] {'W'});
        byte[][] valid = {SampleKey.packet(6, weak), userId, signature(0x13, weak)};
        ParsedUpload marked = parsed(WeakKeys.MARK, valid);
        assertThat(CertificateDescription.of(marked.accepted().get(0).certificate())
                        .weaknesses())
                .containsExactly(WeakKey.SHORT_RSA);
        ParsedUpload refused = parsed(WeakKeys.REFUSE, valid);
        assertThat(refused.accepted()).isEmpty();
        assertThat(refused.refused()).singleElement().satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.WEAK_KEY);
            assertThat(refusal.text())
                    .isEqualTo("its primary key is weak: RSA with less than 2048 bits (certificates.weak)");
        });
        ParsedUpload revoked = parsed(
                WeakKeys.REFUSE, SampleKey.packet(6, weak), signature(0x20, weak), userId, signature(0x13, weak));
        assertThat(revoked.accepted().get(0).certificate().userIds()).isEmpty();
        assertThat(CertificateDescription.of(revoked.accepted().get(0).certificate())
                        .revoked())
                .isTrue();
    }

    @Test
    void whereTheyAreRefusedAWeakSubkeyIsLeftOutAndTold() {
        byte[] good = body(Algorithm.RSA, bits(2048), GENERATOR);
        byte[] subkey = body(Algorithm.RSA, bits(1024), GENERATOR);
        byte[][] certificate = {
            SampleKey.packet(6, good),
            SampleKey.packet(13, new byte[] {'W'}),
            signature(0x13, good),
            SampleKey.packet(14, subkey),
            signature(0x18, good)
        };
        ParsedUpload.Accepted marked =
                parsed(WeakKeys.MARK, certificate).accepted().get(0);
        assertThat(CertificateDescription.of(marked.certificate()).subkeys())
                .singleElement()
                .satisfies(one -> assertThat(one.weaknesses()).containsExactly(WeakKey.SHORT_RSA));
        ParsedUpload.Accepted taken =
                parsed(WeakKeys.REFUSE, certificate).accepted().get(0);
        assertThat(CertificateDescription.of(taken.certificate()).subkeys()).isEmpty();
        assertThat(taken.dropped()).singleElement().satisfies(dropped -> {
            assertThat(dropped.rule()).isEqualTo(DropRule.WEAK_SUBKEY);
            assertThat(dropped.line()).startsWith("subkey ").endsWith(": RSA with less than 2048 bits");
        });
    }

    @Test
    void whereTheyAreRefusedACertificateWithNothingElseIsRefusedAndNeverKeptAsABareKey() {
        byte[] good = body(Algorithm.RSA, bits(2048), GENERATOR);
        byte[] subkey = body(Algorithm.RSA, bits(1024), GENERATOR);
        byte[][] onlyWeak = {SampleKey.packet(6, good), SampleKey.packet(14, subkey), signature(0x18, good)};
        assertThat(parsed(WeakKeys.MARK, onlyWeak).accepted()).hasSize(1);
        ParsedUpload refused = parsed(WeakKeys.REFUSE, onlyWeak);
        assertThat(refused.accepted()).isEmpty();
        assertThat(refused.refused()).singleElement().satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.WEAK_KEY);
            assertThat(refusal.text())
                    .startsWith("nothing is left to keep: subkey ")
                    .endsWith(": RSA with less than 2048 bits (certificates.weak)");
        });
        byte[][] alsoSigned = {
            SampleKey.packet(6, good), signature(0x1f, good), SampleKey.packet(14, subkey), signature(0x18, good)
        };
        assertThat(parsed(WeakKeys.REFUSE, alsoSigned).accepted()).hasSize(1);
    }
}
