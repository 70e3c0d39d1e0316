package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;

/** A certificate as PGP 2 made them: version 3, RSA of 1024 bits, MD5. No program of today writes one. */
final class Version3 {
    private Version3() {}

    static byte[] certificate(String userId) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(new RSAKeyGenParameterSpec(1024, BigInteger.valueOf(17)), new SecureRandom());
            var pair = generator.generateKeyPair();
            RSAPublicKey publicKey = (RSAPublicKey) pair.getPublic();
            byte[] time = {0x2f, 0, 0, 0}; // 1994
            byte[] body = concat(
                    new byte[] {3},
                    time,
                    new byte[] {0, 0, 1}, // for ever, RSA
                    mpi(publicKey.getModulus()),
                    mpi(publicKey.getPublicExponent()));
            byte[] name = userId.getBytes(StandardCharsets.UTF_8);
            byte[] signed = concat(
                    ByteBuffer.allocate(3)
                            .put((byte) 0x99)
                            .putShort((short) body.length)
                            .array(),
                    body,
                    name,
                    new byte[] {0x10},
                    time);
            byte[] digest = MessageDigest.getInstance("MD5").digest(signed);
            byte[] modulus = publicKey.getModulus().toByteArray();
            byte[] keyId = Arrays.copyOfRange(modulus, modulus.length - 8, modulus.length);
            byte[] signature = concat(
                    new byte[] {3, 5, 0x10},
                    time,
                    keyId,
                    new byte[] {1, 1}, // RSA, MD5
                    Arrays.copyOf(digest, 2),
                    mpi(sign(signed, (RSAPrivateKey) pair.getPrivate())));
            return concat(packet(6, body), packet(13, name), packet(2, signature));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BigInteger sign(byte[] signed, RSAPrivateKey key) throws GeneralSecurityException {
        var signer = java.security.Signature.getInstance("MD5withRSA");
        signer.initSign(KeyFactory.getInstance("RSA")
                .generatePrivate(new java.security.spec.RSAPrivateKeySpec(key.getModulus(), key.getPrivateExponent())));
        signer.update(signed);
        return new BigInteger(1, signer.sign());
    }

    private static byte[] mpi(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] plain = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        return concat(
                ByteBuffer.allocate(2).putShort((short) number.bitLength()).array(), plain);
    }
}
