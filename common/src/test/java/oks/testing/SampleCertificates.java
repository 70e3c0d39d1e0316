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
 * Small valid certificates by the thousand: version 4, Ed25519, one user ID {@code Name N <nameN@example.org>}.
 *
 * <p>Everything comes from the seed, signatures included (Ed25519 is deterministic): the same seed gives the same bytes
 * in every run. gpg and sq take them.
 */
public final class SampleCertificates {
    private static final HexFormat HEX = HexFormat.of();
    /** 2024-01-01, so that the certificates are never from the future. */
    private static final int CREATED = 1704067200;

    private SampleCertificates() {}

    /** A binary certificate: primary key, one user ID, its self-signature. */
    public static byte[] certificate(long seed) {
        return new Key(seed).certificate(userId(seed));
    }

    /** The same key with one more user ID, {@code Name N update U <nameN-U@example.org>}. */
    public static byte[] updated(long seed, int update) {
        return new Key(seed).certificate(
                userId(seed), "Name " + seed + " update " + update + " <name" + seed + "-" + update + "@example.org>");
    }

    /** The same key with these user IDs. */
    public static byte[] withUserIds(long seed, String... userIds) {
        return new Key(seed).certificate(userIds);
    }

    /** A binary key revocation of {@link #certificate} alone, without the certificate. */
    public static byte[] revocation(long seed) {
        return new Key(seed).revocation();
    }

    /** The certificate with its key revocation in it. */
    public static byte[] revoked(long seed) {
        Key key = new Key(seed);
        return concat(key.packet(), key.revocation(), key.userIdWithSignature(userId(seed)));
    }

    /** The user ID of {@link #certificate}. */
    public static String userId(long seed) {
        return "Name " + seed + " <name" + seed + "@example.org>";
    }

    /** The e-mail address in {@link #userId}. */
    public static String email(long seed) {
        return "name" + seed + "@example.org";
    }

    /** The fingerprint of {@link #certificate}: 40 upper-case hexadecimal digits. */
    public static String fingerprint(long seed) {
        return HEX.withUpperCase().formatHex(new Key(seed).fingerprint);
    }

    private static final class Key {
        private final Ed25519PrivateKeyParameters secret;
        private final byte[] body;
        private final byte[] fingerprint;

        Key(long seed) {
            secret = new Ed25519PrivateKeyParameters(sha("SHA-256", "oks sample ".getBytes(StandardCharsets.US_ASCII),
                    ByteBuffer.allocate(8).putLong(seed).array()));
            body = concat(
                    new byte[] {4}, u32(CREATED), HEX.parseHex("16092b06010401da470f01"), // EdDSA, Ed25519
                    mpi(concat(new byte[] {0x40}, secret.generatePublicKey().getEncoded())));
            fingerprint = sha("SHA-1", hashedKey());
        }

        byte[] packet() {
            return packet(6, body);
        }

        byte[] certificate(String... userIds) {
            byte[] certificate = packet();
            for (String userId : userIds) {
                certificate = concat(certificate, userIdWithSignature(userId));
            }
            return certificate;
        }

        byte[] userIdWithSignature(String userId) {
            byte[] text = userId.getBytes(StandardCharsets.UTF_8);
            byte[] flags = {2, 27, 3}; // key flags: certify, sign
            byte[] signed = concat(new byte[] {(byte) 0xb4}, u32(text.length), text);
            return concat(packet(13, text), signature(0x13, flags, signed));
        }

        byte[] revocation() {
            return signature(0x20, new byte[] {2, 29, 0}, new byte[0]); // no reason given
        }

        private byte[] signature(int type, byte[] subpacket, byte[] component) {
            byte[] hashed = concat(
                    new byte[] {5, 2}, u32(CREATED), // signature creation time
                    new byte[] {22, 33, 4}, fingerprint, // issuer fingerprint
                    subpacket);
            byte[] start = concat(new byte[] {4, (byte) type, 22, 8}, u16(hashed.length), hashed);
            byte[] digest = sha("SHA-256", hashedKey(), component, start, new byte[] {4, -1}, u32(start.length));
            Ed25519Signer signer = new Ed25519Signer();
            signer.init(true, secret);
            signer.update(digest, 0, digest.length);
            byte[] both = signer.generateSignature();
            byte[] issuer = concat(new byte[] {9, 16}, Arrays.copyOfRange(fingerprint, 12, 20));
            return packet(2, concat(
                    start, u16(issuer.length), issuer, Arrays.copyOf(digest, 2),
                    mpi(Arrays.copyOf(both, 32)), mpi(Arrays.copyOfRange(both, 32, 64))));
        }

        private byte[] hashedKey() {
            return concat(new byte[] {(byte) 0x99}, u16(body.length), body);
        }

        private static byte[] packet(int type, byte[] body) {
            byte[] header = body.length < 256
                    ? new byte[] {(byte) (0x80 | type << 2), (byte) body.length}
                    : concat(new byte[] {(byte) (0x81 | type << 2)}, u16(body.length));
            return concat(header, body);
        }
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

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
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
