package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import oks.testing.PostQuantumKey;
import oks.testing.PostQuantumKey.Kind;
import oks.testing.SampleKey;

/** Certificates of today, and what must not be taken with them. */
final class UploadSeeds {
    private static final SampleKey KEY = new SampleKey(1);
    private static final SampleKey OTHER = new SampleKey(2);
    private static final byte[] SECRET = new byte[64];
    private static final int REPLACEMENT = 100; // the subpacket's number
    private static final int REASON = 29;

    private UploadSeeds() {}

    static List<byte[]> all() {
        List<byte[]> seeds = new ArrayList<>();
        for (Kind kind : List.of(Kind.ML_DSA_65, Kind.ML_DSA_87, Kind.SLH_DSA_128F)) {
            seeds.addAll(postQuantum(new PostQuantumKey(kind, 1)));
        }
        for (Kind slow : List.of(Kind.SLH_DSA_128S, Kind.SLH_DSA_256S)) { // some seconds for each signature
            seeds.add(simple(new PostQuantumKey(slow, 1)));
        }
        seeds.addAll(replaced());
        seeds.addAll(revoked());
        seeds.addAll(weak());
        seeds.addAll(secret());
        return seeds;
    }

    private static byte[] simple(PostQuantumKey key) {
        return concat(key.packet(), key.directKey(SampleKey.CREATED), key.withKem(35));
    }

    private static List<byte[]> postQuantum(PostQuantumKey key) {
        PostQuantumKey subkey = new PostQuantumKey(Kind.ML_DSA_65, 2);
        return List.of(
                simple(key),
                concat(key.packet(), key.certification("A <a@example.org>", SampleKey.CREATED), key.withKem(36)),
                concat(key.packet(), key.withSubkey(subkey, SampleKey.CREATED)),
                concat(
                        key.packet(),
                        key.directKey(SampleKey.CREATED),
                        key.directKey(SampleKey.CREATED + 1)), // which replaces the first one of SLH-DSA
                concat(
                        key.packet(),
                        key.revocation(2, SampleKey.CREATED + 1),
                        key.revocation(1, SampleKey.CREATED + 2),
                        PostQuantumKey.userId("A <a@example.org>"),
                        key.certification("A <a@example.org>", SampleKey.CREATED)));
    }

    private static List<byte[]> replaced() {
        byte[] record = concat(new byte[] {53, 4}, HexFormat.of().parseHex(OTHER.fingerprint()), new byte[32]);
        byte[] longRecord = concat(new byte[] {65, 6}, new byte[64]);
        byte[] by = concat(new byte[] {(byte) (record.length + 2), REPLACEMENT, 0}, record);
        byte[] of =
                concat(new byte[] {(byte) (record.length + longRecord.length + 2), REPLACEMENT, 1}, record, longRecord);
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] subpacket : List.of(by, of)) {
            seeds.add(concat(
                    KEY.packet(),
                    KEY.signature(SampleKey.DIRECT_KEY, subpacket, KEY.hashed()),
                    KEY.userIdWithSignature("A <a@example.org>")));
        }
        seeds.add(concat(
                KEY.packet(),
                KEY.signature(SampleKey.KEY_REVOCATION, concat(subpacket(REASON, 1), by), KEY.hashed()),
                KEY.userIdWithSignature("A <a@example.org>")));
        return seeds;
    }

    private static List<byte[]> revoked() {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(KEY.revocation());
        for (byte[] reason : List.of(subpacket(REASON, 0), subpacket(REASON, 2), subpacket(REASON, 3), new byte[0])) {
            seeds.add(concat(
                    KEY.packet(),
                    KEY.signature(SampleKey.KEY_REVOCATION, reason, KEY.hashed()),
                    KEY.userIdWithSignature("A <a@example.org>"),
                    KEY.withSubkey(OTHER, 2)));
        }
        byte[] byAnother = OTHER.signature(SampleKey.KEY_REVOCATION, subpacket(REASON, 2), KEY.hashed());
        seeds.add(concat(
                KEY.packet(),
                KEY.signature(SampleKey.DIRECT_KEY, KEY.revoker(OTHER), KEY.hashed()),
                byAnother,
                KEY.userIdWithSignature("A <a@example.org>")));
        return seeds;
    }

    private static List<byte[]> weak() {
        Random random = new Random(1);
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(bound(body(1, number(1024, random), number(17, random))));
        seeds.add(bound(body(2, number(512, random), number(17, random))));
        seeds.add(bound(body(1, ofFaultyChip(random).multiply(ofFaultyChip(random)), BigInteger.valueOf(65_537))));
        seeds.add(bound(body(16, number(1024, random), number(8, random), number(1024, random))));
        seeds.add(bound(body(20, number(2048, random), number(8, random), number(2048, random))));
        seeds.add(
                bound(body(17, number(1024, random), number(160, random), number(1024, random), number(1024, random))));
        seeds.add(concat(
                packet(6, body(1, number(1024, random), BigInteger.valueOf(65_537))), PostQuantumKey.userId("A")));
        return seeds;
    }

    /**
     * A multiple of many small primes, plus a power of 65537 modulo that, of 1024 bits; whether it is prime is all one.
     */
    private static BigInteger ofFaultyChip(Random random) {
        BigInteger small = BigInteger.ONE;
        for (BigInteger prime = BigInteger.TWO; prime.intValue() < 168; prime = prime.nextProbablePrime()) {
            small = small.multiply(prime);
        }
        BigInteger power = BigInteger.valueOf(65_537).modPow(new BigInteger(62, random), small);
        int bits = 1024 - small.bitLength();
        return new BigInteger(bits, random).setBit(bits - 1).multiply(small).add(power);
    }

    private static List<byte[]> secret() {
        byte[] good = KEY.certificate("A <a@example.org>");
        byte[] kem = PostQuantumKey.body(4, 35, PostQuantumKey.kem(35, 1));
        byte[] x25519 = PostQuantumKey.body(4, 25, new byte[32]);
        PostQuantumKey primary = new PostQuantumKey(Kind.ML_DSA_65, 1);
        byte[] symmetric = concat(new byte[] {(byte) 0xe8, (byte) SECRET.length}, SECRET); // tag 40
        return List.of(
                concat(packet(5, concat(primary.body(), new byte[1], SECRET)), PostQuantumKey.userId("A")),
                concat(good, packet(7, concat(kem, new byte[1], SECRET))),
                concat(good, packet(7, concat(x25519, new byte[1], SECRET))),
                concat(good, symmetric),
                symmetric,
                bound(kem),
                bound(concat(kem, SECRET)),
                bound(concat(x25519, SECRET)),
                bound(PostQuantumKey.body(4, 99, SECRET)), // an algorithm that is unknown
                concat(
                        packet(6, PostQuantumKey.body(6, 30, concat(new byte[1984], SECRET))),
                        PostQuantumKey.userId("A")));
    }

    private static byte[] bound(byte[] subkey) {
        return concat(
                KEY.certificate("A <a@example.org>"),
                packet(14, subkey),
                KEY.signature(
                        SampleKey.SUBKEY_BINDING, subpacket(27, 12), KEY.hashed(), PostQuantumKey.hashed(subkey)));
    }

    private static BigInteger number(int bits, Random random) {
        return new BigInteger(bits, random).setBit(bits - 1).setBit(0);
    }

    private static byte[] body(int algorithm, BigInteger... numbers) {
        byte[] material = new byte[0];
        for (BigInteger number : numbers) {
            byte[] length =
                    ByteBuffer.allocate(2).putShort((short) number.bitLength()).array();
            byte[] digits = number.toByteArray();
            int sign = digits[0] == 0 ? 1 : 0;
            material = concat(material, length, Arrays.copyOfRange(digits, sign, digits.length));
        }
        return PostQuantumKey.body(4, algorithm, material);
    }

    /** Packets and armor of some of them, one after the other. */
    static byte[] keyring() {
        byte[] text = "\n".getBytes(StandardCharsets.US_ASCII);
        PostQuantumKey key = new PostQuantumKey(Kind.ML_DSA_65, 1);
        return concat(
                key.packet(),
                PostQuantumKey.userId("A"),
                key.withKem(35),
                KEY.packet(),
                KEY.revocation(),
                secret().get(1),
                text);
    }
}
