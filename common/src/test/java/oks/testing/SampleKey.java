package oks.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * A private key made of a seed, and packets signed with it, well formed or as odd as a test wants them.
 *
 * <p>Version 4, Ed25519 in its form before RFC 9580 (algorithm 22), SHA-256. Written without the code under test.
 */
public final class SampleKey {
    public static final int POSITIVE_CERTIFICATION = 0x13;
    public static final int SUBKEY_BINDING = 0x18;
    public static final int PRIMARY_KEY_BINDING = 0x19;
    public static final int DIRECT_KEY = 0x1f;
    public static final int KEY_REVOCATION = 0x20;
    public static final int SUBKEY_REVOCATION = 0x28;
    public static final int CERTIFICATION_REVOCATION = 0x30;

    /** When every key and nearly every signature was made: 2024-01-01, so that nothing is from the future. */
    public static final int CREATED = 1704067200;

    private static final HexFormat HEX = HexFormat.of();

    private final Ed25519PrivateKeyParameters secret;
    private final byte[] body;
    private final byte[] fingerprint;

    public SampleKey(long seed) {
        secret = new Ed25519PrivateKeyParameters(sha(
                "SHA-256",
                "oks sample ".getBytes(StandardCharsets.US_ASCII),
                ByteBuffer.allocate(8).putLong(seed).array()));
        body = concat(
                new byte[] {4},
                u32(CREATED),
                HEX.parseHex("16092b06010401da470f01"), // EdDSA, Ed25519
                mpi(concat(new byte[] {0x40}, secret.generatePublicKey().getEncoded())));
        fingerprint = sha("SHA-1", hashed());
    }

    /** 40 upper-case hexadecimal digits. */
    public String fingerprint() {
        return HEX.withUpperCase().formatHex(fingerprint);
    }

    /** The public key packet. */
    public byte[] packet() {
        return packet(6, body);
    }

    /** The public subkey packet. */
    public byte[] subkeyPacket() {
        return packet(14, body);
    }

    /** The public key with user IDs that it signed. */
    public byte[] certificate(String... userIds) {
        byte[] certificate = packet();
        for (String userId : userIds) {
            certificate = concat(certificate, userIdWithSignature(userId));
        }
        return certificate;
    }

    /** A user ID packet and a self-signature on it. */
    public byte[] userIdWithSignature(String userId) {
        return userIdWithSignature(userId.getBytes(StandardCharsets.UTF_8));
    }

    /** The same for a user ID that may be no UTF-8. */
    public byte[] userIdWithSignature(byte[] userId) {
        return concat(
                packet(13, userId),
                signature(POSITIVE_CERTIFICATION, subpacket(27, 3), hashed(), hashedUserId(userId)));
    }

    /** A subkey packet of a key and this key's binding of it, which the subkey signed back. */
    public byte[] withSubkey(SampleKey subkey, int flags) {
        byte[] back = subkey.signature(PRIMARY_KEY_BINDING, new byte[0], hashed(), subkey.hashed());
        byte[] embedded = Arrays.copyOfRange(back, 2, back.length); // without its header
        byte[] subpackets = concat(subpacket(27, flags), new byte[] {(byte) (embedded.length + 1), 32}, embedded);
        return concat(subkey.subkeyPacket(), signature(SUBKEY_BINDING, subpackets, hashed(), subkey.hashed()));
    }

    /** A subkey packet of a key and this key's binding of it, which nobody signed back. */
    public byte[] withClaimedSubkey(SampleKey subkey, byte[] subpackets) {
        return concat(subkey.subkeyPacket(), signature(SUBKEY_BINDING, subpackets, hashed(), subkey.hashed()));
    }

    /** A revocation of this key. */
    public byte[] revocation() {
        return signature(KEY_REVOCATION, subpacket(29, 0), hashed()); // no reason given
    }

    /** A subpacket that names a key that may revoke this one, too. */
    public byte[] revoker(SampleKey revoker) {
        return concat(new byte[] {23, 12, (byte) 0x80, 22}, revoker.fingerprint);
    }

    /** A signature packet made by this key over this content, with one more hashed subpacket. */
    public byte[] signature(int type, byte[] subpacket, byte[]... content) {
        byte[] hashed = concat(
                new byte[] {5, 2},
                u32(CREATED), // signature creation time
                new byte[] {22, 33, 4},
                fingerprint, // issuer fingerprint
                subpacket);
        return signature(type, hashed, issuer(), content);
    }

    /** A subpacket that names this key as the issuer by its key ID. */
    public byte[] issuer() {
        return concat(new byte[] {9, 16}, Arrays.copyOfRange(fingerprint, 12, 20));
    }

    /** A signature packet with these subpackets and no others. */
    public byte[] signature(int type, byte[] hashed, byte[] unhashed, byte[][] content) {
        return signature(type, 8, hashed, unhashed, content);
    }

    private byte[] signature(int type, int hash, byte[] hashed, byte[] unhashed, byte[][] content) {
        byte[] start = concat(new byte[] {4, (byte) type, 22, (byte) hash}, u16(hashed.length), hashed);
        String name = hash == 1 ? "MD5" : hash == 2 ? "SHA-1" : "SHA-256";
        byte[] digest = sha(name, concat(content), start, new byte[] {4, -1}, u32(start.length));
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, secret);
        signer.update(digest, 0, digest.length);
        byte[] both = signer.generateSignature();
        return packet(
                2,
                concat(
                        start,
                        u16(unhashed.length),
                        unhashed,
                        Arrays.copyOf(digest, 2),
                        mpi(Arrays.copyOf(both, 32)),
                        mpi(Arrays.copyOfRange(both, 32, 64))));
    }

    /** A certificate whose self-signature is made with this hash: 1 MD5, 2 SHA-1, 8 SHA-256. */
    public byte[] withHash(int hash, String userId) {
        return concat(
                packet(),
                packet(13, userId.getBytes(StandardCharsets.UTF_8)),
                signature(POSITIVE_CERTIFICATION, hash, subpacket(27, 3), hashed(), hashedUserId(userId)));
    }

    /** As {@link #signature(int, byte[], byte[]...)}, with another hash. */
    public byte[] signature(int type, int hash, byte[] subpacket, byte[]... content) {
        byte[] hashed = concat(new byte[] {5, 2}, u32(CREATED), new byte[] {22, 33, 4}, fingerprint, subpacket);
        return signature(type, hash, hashed, new byte[0], content);
    }

    /** What signatures hash of this key. */
    public byte[] hashed() {
        return concat(new byte[] {(byte) 0x99}, u16(body.length), body);
    }

    /** What signatures hash of a user ID. */
    public static byte[] hashedUserId(String userId) {
        return hashedUserId(userId.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hashedUserId(byte[] userId) {
        return concat(new byte[] {(byte) 0xb4}, u32(userId.length), userId);
    }

    /** A subpacket of less than 192 bytes. */
    public static byte[] subpacket(int type, int... data) {
        byte[] subpacket = new byte[data.length + 2];
        subpacket[0] = (byte) (data.length + 1);
        subpacket[1] = (byte) type;
        for (int i = 0; i < data.length; i++) {
            subpacket[2 + i] = (byte) data[i];
        }
        return subpacket;
    }

    /** A packet with a header in the legacy format. */
    public static byte[] packet(int type, byte[] body) {
        byte[] header = body.length < 256
                ? new byte[] {(byte) (0x80 | type << 2), (byte) body.length}
                : body.length < 65536
                        ? concat(new byte[] {(byte) (0x81 | type << 2)}, u16(body.length))
                        : concat(new byte[] {(byte) (0x82 | type << 2)}, u32(body.length));
        return concat(header, body);
    }

    /** These bytes, one after the other. */
    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] mpi(byte[] number) {
        int zeros = 0;
        while (zeros < number.length && number[zeros] == 0) {
            zeros++;
        }
        byte[] digits = Arrays.copyOfRange(number, zeros, number.length);
        int bits = digits.length == 0 ? 0 : 8 * digits.length - Integer.numberOfLeadingZeros(digits[0] & 0xff) + 24;
        return concat(u16(bits), digits);
    }

    private static byte[] u16(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    private static byte[] u32(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    private static byte[] sha(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
