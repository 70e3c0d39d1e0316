package oks.testing;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.generators.SLHDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.SLHDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.SLHDSAParameters;
import org.bouncycastle.crypto.params.SLHDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.signers.SLHDSASigner;

/**
 * A version 6 private key of RFC 9980 that signs, made of a seed, and packets signed with it, well formed or as odd as
 * a test wants them. Everything comes from the seed, signatures included. Written without the code under test.
 *
 * <p>The small kinds of SLH-DSA take a second for a signature; {@link Kind#SLH_DSA_128F} takes 50 ms.
 */
public final class PostQuantumKey {
    public static final int SHA_1 = 2;
    public static final int SHA_256 = 8;
    public static final int SHA_512 = 10;

    private static final HexFormat HEX = HexFormat.of();
    private static final int REASON = 29;
    private static final Map<ByteBuffer, byte[]> SIGNED = new ConcurrentHashMap<>(); // slow, and the same every time

    /** The algorithms that sign. */
    public enum Kind {
        ML_DSA_65(30, "ML-DSA-65+Ed25519", 64),
        ML_DSA_87(31, "ML-DSA-87+Ed448", 114),
        SLH_DSA_128S(32, "SLH-DSA-SHAKE-128s", 0),
        SLH_DSA_128F(33, "SLH-DSA-SHAKE-128f", 0),
        SLH_DSA_256S(34, "SLH-DSA-SHAKE-256s", 0);

        private final int algorithm;
        private final String algorithmName;
        private final int curveBytes;

        Kind(int algorithm, String algorithmName, int curveBytes) {
            this.algorithm = algorithm;
            this.algorithmName = algorithmName;
            this.curveBytes = curveBytes;
        }

        /** Its number. */
        public int algorithm() {
            return algorithm;
        }

        /** Its name in the registry. */
        public String algorithmName() {
            return algorithmName;
        }

        /** Bytes of a signature that are of the elliptic curve, at its beginning; 0 where there is none. */
        public int curveBytes() {
            return curveBytes;
        }

        private SLHDSAParameters slhDsa() {
            return this == SLH_DSA_128S
                    ? SLHDSAParameters.shake_128s
                    : this == SLH_DSA_128F ? SLHDSAParameters.shake_128f : SLHDSAParameters.shake_256s;
        }
    }

    private final Kind kind;
    private final AsymmetricKeyParameter curve;
    private final AsymmetricKeyParameter secret;
    private final byte[] body;
    private final byte[] fingerprint;

    public PostQuantumKey(Kind kind, long seed) {
        this.kind = kind;
        byte[] own = bytes(seed, kind.name(), 96);
        byte[] material;
        switch (kind) {
            case ML_DSA_65 -> {
                Ed25519PrivateKeyParameters ed = new Ed25519PrivateKeyParameters(own, 0);
                MLDSAPrivateKeyParameters ml =
                        new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, Arrays.copyOfRange(own, 57, 89));
                curve = ed;
                secret = ml;
                material = concat(ed.generatePublicKey().getEncoded(), ml.getPublicKey());
            }
            case ML_DSA_87 -> {
                Ed448PrivateKeyParameters ed = new Ed448PrivateKeyParameters(own, 0);
                MLDSAPrivateKeyParameters ml =
                        new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_87, Arrays.copyOfRange(own, 57, 89));
                curve = ed;
                secret = ml;
                material = concat(ed.generatePublicKey().getEncoded(), ml.getPublicKey());
            }
            default -> {
                SLHDSAPrivateKeyParameters slh = slhDsa(kind.slhDsa(), own);
                curve = null;
                secret = slh;
                material = slh.getEncodedPublicKey();
            }
        }
        body = body(6, kind.algorithm, material);
        fingerprint = sha("SHA-256", hashed(body));
    }

    private static SLHDSAPrivateKeyParameters slhDsa(SLHDSAParameters parameters, byte[] seed) {
        int n = parameters.getN();
        SLHDSAKeyPairGenerator generator = new SLHDSAKeyPairGenerator();
        generator.init(new SLHDSAKeyGenerationParameters(null, parameters));
        return (SLHDSAPrivateKeyParameters) generator
                .internalGenerateKeyPair(
                        Arrays.copyOf(seed, n),
                        Arrays.copyOfRange(seed, n, 2 * n),
                        Arrays.copyOfRange(seed, 2 * n, 3 * n))
                .getPrivate();
    }

    /** 64 upper-case hexadecimal digits. */
    public String fingerprint() {
        return HEX.withUpperCase().formatHex(fingerprint);
    }

    /** The body of the public key packet. */
    public byte[] body() {
        return body.clone();
    }

    /** The public key packet. */
    public byte[] packet() {
        return SampleKey.packet(6, body);
    }

    /** What signatures hash of this key. */
    public byte[] hashed() {
        return hashed(body);
    }

    /** What signatures hash of a version 4 or 6 key with this body. */
    public static byte[] hashed(byte[] body) {
        return body[0] == 6
                ? concat(new byte[] {(byte) 0x9b}, u32(body.length), body)
                : concat(new byte[] {(byte) 0x99, (byte) (body.length >> 8), (byte) body.length}, body);
    }

    /** The body of a public key packet, made when every sample was. */
    public static byte[] body(int version, int algorithm, byte[] material) {
        byte[] start = concat(new byte[] {(byte) version}, u32(SampleKey.CREATED), new byte[] {(byte) algorithm});
        return version == 6 ? concat(start, u32(material.length), material) : concat(start, material);
    }

    /** The public key of ML-KEM-768+X25519 (35) or ML-KEM-1024+X448 (36), made of a seed. */
    public static byte[] kem(int algorithm, long seed) {
        byte[] own = bytes(seed, "kem", 128);
        byte[] lattice = new MLKEMPrivateKeyParameters(
                        algorithm == 35 ? MLKEMParameters.ml_kem_768 : MLKEMParameters.ml_kem_1024,
                        Arrays.copyOfRange(own, 56, 120))
                .getPublicKey();
        byte[] curve = algorithm == 35
                ? new X25519PrivateKeyParameters(own, 0).generatePublicKey().getEncoded()
                : new X448PrivateKeyParameters(own, 0).generatePublicKey().getEncoded();
        return concat(curve, lattice);
    }

    /** The key with a direct-key signature, user IDs that it signed, and subkeys 35 and 36. */
    public byte[] certificate(String... userIds) {
        byte[] certificate = concat(packet(), directKey(SampleKey.CREATED));
        for (String userId : userIds) {
            certificate = concat(certificate, userId(userId), certification(userId, SampleKey.CREATED));
        }
        return concat(certificate, withKem(35), withKem(36));
    }

    /** A user ID packet. */
    public static byte[] userId(String userId) {
        return SampleKey.packet(13, userId.getBytes(StandardCharsets.UTF_8));
    }

    /** A direct-key signature made at this time. */
    public byte[] directKey(int time) {
        return signature(SampleKey.DIRECT_KEY, SHA_512, time, subpacket(27, 3), hashed());
    }

    /** A self-signature on a user ID, made at this time. */
    public byte[] certification(String userId, int time) {
        return signature(
                SampleKey.POSITIVE_CERTIFICATION, SHA_512, time, new byte[0], hashed(), SampleKey.hashedUserId(userId));
    }

    /** A revocation of this key with a reason (RFC 9580, section 5.2.3.31), made at this time. */
    public byte[] revocation(int reason, int time) {
        return signature(SampleKey.KEY_REVOCATION, SHA_512, time, subpacket(REASON, reason), hashed());
    }

    /** A subkey for encryption, 35 or 36, and its binding. */
    public byte[] withKem(int algorithm) {
        byte[] subkey = body(6, algorithm, kem(algorithm, algorithm));
        return concat(SampleKey.packet(14, subkey), binding(subkey, SHA_512, SampleKey.CREATED, subpacket(27, 12)));
    }

    /** A signing subkey, and its binding, which it signed back. */
    public byte[] withSubkey(PostQuantumKey subkey, int time) {
        byte[] back =
                subkey.signature(SampleKey.PRIMARY_KEY_BINDING, SHA_512, time, new byte[0], hashed(), subkey.hashed());
        byte[] embedded = Arrays.copyOfRange(back, back.length < 65536 ? 3 : 5, back.length); // without its header
        byte[] area =
                concat(subpacket(27, 2), new byte[] {(byte) 255}, u32(embedded.length + 1), new byte[] {32}, embedded);
        return concat(SampleKey.packet(14, subkey.body), binding(subkey.body, SHA_512, time, area));
    }

    /** A binding of a subkey with this body. */
    public byte[] binding(byte[] subkey, int hash, int time, byte[] subpackets) {
        return signature(SampleKey.SUBKEY_BINDING, hash, time, subpackets, hashed(), hashed(subkey));
    }

    /** A signature packet made by this key over this content, with more hashed subpackets. */
    public byte[] signature(int type, int hash, int time, byte[] subpackets, byte[]... content) {
        byte[] area = concat(
                new byte[] {5, 2},
                u32(time), // signature creation time
                new byte[] {34, 33, 6},
                fingerprint, // issuer fingerprint
                subpackets);
        byte[] start = concat(new byte[] {6, (byte) type, (byte) kind.algorithm, (byte) hash}, u32(area.length), area);
        byte[] salt = new byte[saltBytes(hash)];
        Arrays.fill(salt, (byte) 0xa5);
        byte[] digest = sha(name(hash), salt, concat(content), start, new byte[] {6, -1}, u32(start.length));
        byte[] end = concat(u32(0), Arrays.copyOf(digest, 2), new byte[] {(byte) salt.length}, salt);
        return SampleKey.packet(2, concat(start, end, signed(digest)));
    }

    private byte[] signed(byte[] digest) {
        return SIGNED.computeIfAbsent(ByteBuffer.wrap(concat(fingerprint, digest)), key -> sign(digest));
    }

    private byte[] sign(byte[] digest) {
        if (curve == null) {
            SLHDSASigner signer = new SLHDSASigner();
            signer.init(true, secret);
            return signer.generateSignature(digest);
        }
        boolean small = kind == Kind.ML_DSA_65;
        return concat(
                sign(small ? new Ed25519Signer() : new Ed448Signer(new byte[0]), curve, digest),
                sign(new MLDSASigner(), secret, digest));
    }

    private static byte[] sign(Signer signer, AsymmetricKeyParameter key, byte[] digest) {
        try {
            signer.init(true, key);
            signer.update(digest, 0, digest.length);
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int saltBytes(int hash) {
        return switch (hash) {
            case 9 -> 24;
            case SHA_512, 14 -> 32;
            default -> 16;
        };
    }

    private static String name(int hash) {
        return switch (hash) {
            case 1 -> "MD5";
            case SHA_1 -> "SHA-1";
            case 9 -> "SHA-384";
            case SHA_512 -> "SHA-512";
            case 11 -> "SHA-224";
            case 12 -> "SHA3-256";
            case 14 -> "SHA3-512";
            default -> "SHA-256";
        };
    }

    private static byte[] bytes(long seed, String use, int count) {
        byte[] bytes = new byte[0];
        for (int block = 0; bytes.length < count; block++) {
            bytes = concat(
                    bytes,
                    sha(
                            "SHA-256",
                            ("oks sample " + use + " " + block).getBytes(StandardCharsets.US_ASCII),
                            ByteBuffer.allocate(8).putLong(seed).array()));
        }
        return Arrays.copyOf(bytes, count);
    }

    private static byte[] u32(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    private static byte[] sha(String algorithm, byte[]... parts) {
        try {
            return MessageDigest.getInstance(algorithm).digest(concat(parts));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
