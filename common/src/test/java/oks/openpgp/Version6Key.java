package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * A version 6 key, Ed25519, that signs itself with whatever version, hash and length of salt a test wants, each
 * signature right for what it says; generators only make those that RFC 9580 allows.
 */
final class Version6Key {
    private static final byte[] CREATED = {0x65, (byte) 0x92, 0, (byte) 0x80}; // 2024-01-01
    private static final int ED25519 = 27;
    private static final int DIRECT_KEY = 0x1f;

    private final Ed25519PrivateKeyParameters secret = new Ed25519PrivateKeyParameters(new byte[32]);
    private final byte[] body = concat(
            new byte[] {6},
            CREATED,
            new byte[] {ED25519},
            u32(32),
            secret.generatePublicKey().getEncoded());
    private final byte[] hashed = concat(new byte[] {(byte) 0x9b}, u32(body.length), body);

    /** The key with a version 6 signature on itself. */
    byte[] signed(int hash, String hashName, int saltLength) {
        byte[] salt = new byte[saltLength];
        Arrays.fill(salt, (byte) 0xa5);
        byte[] subpackets = subpackets();
        byte[] start = concat(new byte[] {6, DIRECT_KEY, ED25519, (byte) hash}, u32(subpackets.length), subpackets);
        byte[] digest = digest(hashName, salt, hashed, start, new byte[] {6, -1}, u32(start.length));
        byte[] end = concat(u32(0), Arrays.copyOf(digest, 2), new byte[] {(byte) saltLength}, salt, sign(digest));
        return concat(packet(Packet.PUBLIC_KEY, body), packet(Packet.SIGNATURE, concat(start, end)));
    }

    /** The key with a version 4 signature on itself. */
    byte[] signedAsVersion4() {
        byte[] subpackets = subpackets();
        byte[] start = concat(new byte[] {4, DIRECT_KEY, ED25519, 8, 0, (byte) subpackets.length}, subpackets);
        byte[] digest = digest("SHA-256", hashed, start, new byte[] {4, -1}, u32(start.length));
        byte[] end = concat(new byte[2], Arrays.copyOf(digest, 2), sign(digest));
        return concat(packet(Packet.PUBLIC_KEY, body), packet(Packet.SIGNATURE, concat(start, end)));
    }

    /** Creation time and issuer fingerprint. */
    private byte[] subpackets() {
        return concat(new byte[] {5, 2}, CREATED, new byte[] {34, 33, 6}, digest("SHA-256", hashed));
    }

    private byte[] sign(byte[] digest) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, secret);
        signer.update(digest, 0, digest.length);
        return signer.generateSignature();
    }

    private static byte[] digest(String name, byte[]... parts) {
        try {
            return MessageDigest.getInstance(name).digest(concat(parts));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] u32(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }
}
