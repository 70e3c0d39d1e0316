package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRing;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcePGPDataEncryptorBuilder;

/**
 * Those who will be able to read what is encrypted: each of them alone.
 *
 * <p>A message is AES-256 with a modification detection code (RFC 9580, section 5.13.1), which every version of gpg
 * reads; nothing in it is compressed. Immutable.
 */
public final class Recipients {
    /** A power of two: the message comes in parts of this many bytes (RFC 9580, section 4.2.1.4). */
    private static final int PART = 1 << 16;

    private final List<PGPPublicKey> keys;

    private Recipients(List<PGPPublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** The certificates of one file. */
    public record CertificateFile(byte[] contents, String name) {}

    /**
     * The encryption keys of certificates: of each one its newest that is neither revoked nor expired now.
     *
     * @throws oks.fault.OperatorFault USAGE when a certificate has no such key
     */
    public static Recipients of(List<CertificateFile> files, Instant now) {
        List<PGPPublicKey> keys = new ArrayList<>();
        for (CertificateFile file : files) {
            for (Certificate certificate : KeyFile.certificates(file.contents(), file.name())) {
                keys.add(encryptionKey(certificate, now, file.name()));
            }
        }
        return new Recipients(keys);
    }

    private static PGPPublicKey encryptionKey(Certificate certificate, Instant now, String file) {
        for (KeyPacket usable : UsableKeys.of(certificate, UsableKeys.ENCRYPT, now)) {
            boolean readByGpg = usable.version() == 4 && !Algorithm.isPostQuantum(usable.algorithm());
            if (readByGpg) { // version 6 wants messages that gpg does not read, and so does ML-KEM
                return publicKey(certificate, usable);
            }
        }
        throw KeyFile.unusable(
                file,
                "certificate " + certificate.fingerprint()
                        + " has no version 4 key for encryption that is neither post-quantum, revoked nor expired");
    }

    private static PGPPublicKey publicKey(Certificate certificate, KeyPacket key) {
        try {
            return new BcPGPPublicKeyRing(withoutOthers(certificate, key))
                    .getPublicKey(key.fingerprint().bytes());
        } catch (IOException e) {
            throw new IllegalStateException("a verified certificate cannot be read", e);
        }
    }

    /**
     * The primary key and this one: the library refuses a certificate with a version 4 subkey that it does not know.
     */
    private static byte[] withoutOthers(Certificate certificate, KeyPacket key) {
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        PacketWriter.write(keys, certificate.primary(), false);
        if (!key.fingerprint().equals(certificate.fingerprint())) {
            PacketWriter.write(keys, key.packet(), false);
        }
        return keys.toByteArray();
    }

    /** The fingerprints of the keys, in the order of the files. */
    public List<Fingerprint> fingerprints() {
        return keys.stream().map(key -> Fingerprint.of(key.getFingerprint())).toList();
    }

    /**
     * Begins a message. What is written to the result comes out as one OpenPGP message; closing it ends the message and
     * closes {@code out}.
     */
    public OutputStream encrypting(OutputStream out) throws IOException {
        try {
            // Java's own AES and SHA-1 use the processor's instructions: five times as fast as the library's.
            PGPEncryptedDataGenerator generator =
                    new PGPEncryptedDataGenerator(new JcePGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                            .setWithIntegrityPacket(true)
                            .setSecureRandom(new SecureRandom()));
            keys.forEach(key -> generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(key)));
            OutputStream encrypted = generator.open(out, new byte[PART]);
            OutputStream literal = new PGPLiteralDataGenerator()
                    .open(encrypted, PGPLiteralData.BINARY, "", new Date(0), new byte[PART]);
            return new Message(literal, encrypted, out);
        } catch (PGPException e) {
            throw new IOException("could not encrypt: " + e.getMessage(), e);
        }
    }

    /** The layers of a message; each must be ended, the innermost first. */
    private static final class Message extends OutputStream {
        private final OutputStream literal;
        private final OutputStream encrypted;
        private final OutputStream out;

        private Message(OutputStream literal, OutputStream encrypted, OutputStream out) {
            this.literal = literal;
            this.encrypted = encrypted;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            literal.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            literal.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            try (out;
                    encrypted;
                    literal) {
                // closed in this order from the end: literal, encrypted, out
            }
        }
    }
}
