package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.bc.BcPGPSecretKeyRing;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/**
 * A private key with which an operator signs, as {@code gpg --export-secret-keys} writes it. Immutable; what it signs
 * is verified before it is given out, so that nobody finds out years later.
 */
public final class SigningKey {
    private final PGPPrivateKey key;
    private final PGPSecretKey packet;
    private final Certificate certificate;

    private SigningKey(PGPPrivateKey key, PGPSecretKey packet, Certificate certificate) {
        this.key = key;
        this.packet = packet;
        this.certificate = certificate;
    }

    /**
     * Unlocks the key of a file that may sign now: its newest signing subkey, or the primary key.
     *
     * @param contents a transferable secret key (RFC 9580, section 10.2), armored or binary
     * @param passphrase empty when the key has none
     * @param now decides what has expired
     * @param file its name, for messages
     * @throws oks.fault.OperatorFault USAGE when there is no such key in it, or the passphrase does not unlock it
     */
    public static SigningKey read(byte[] contents, Optional<char[]> passphrase, Instant now, String file) {
        try {
            PGPSecretKeyRing ring = new BcPGPSecretKeyRing(KeyFile.binary(contents, file));
            Certificate certificate = KeyFile.certificates(ring.toCertificate().getEncoded(), file)
                    .get(0);
            for (KeyPacket usable : UsableKeys.of(certificate, UsableKeys.SIGN, now)) {
                PGPSecretKey secret = ring.getSecretKey(usable.fingerprint().bytes());
                if (secret != null && !secret.isPrivateKeyEmpty()) {
                    return new SigningKey(unlock(secret, passphrase, file), secret, certificate);
                }
            }
            throw KeyFile.unusable(file, "it holds no private key that may sign and is neither revoked nor expired");
        } catch (IOException | PGPException e) {
            throw KeyFile.unusable(file, "it is no private key as \"gpg --export-secret-keys\" writes it")
                    .because(e);
        }
    }

    private static PGPPrivateKey unlock(PGPSecretKey secret, Optional<char[]> passphrase, String file) {
        boolean locked = secret.getS2KUsage() != 0;
        if (locked && passphrase.isEmpty()) {
            throw KeyFile.unusable(file, "its key has a passphrase")
                    .next("name the file that holds it with --sign-passphrase");
        }
        try {
            return secret.extractPrivateKey(
                    !locked
                            ? null
                            : new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider())
                                    .build(passphrase.get()));
        } catch (PGPException | RuntimeException e) { // a checksum that is wrong, or numbers that make no sense
            throw KeyFile.unusable(file, "the passphrase does not unlock its key")
                    .because(e);
        }
    }

    /** The fingerprint of the key that signs; not of its certificate when a subkey does. */
    public Fingerprint fingerprint() {
        return Fingerprint.of(packet.getPublicKey().getFingerprint());
    }

    /** An armored detached signature over these bytes; ends in a newline. */
    public byte[] sign(byte[] data, Instant at) {
        byte[] armored = signature(data, at);
        new TrustedKeys(List.of(certificate)).verify(armored, data, "the new signature");
        return armored;
    }

    private byte[] signature(byte[] data, Instant at) {
        try {
            PGPSignatureGenerator generator = new PGPSignatureGenerator(
                    new BcPGPContentSignerBuilder(packet.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA512),
                    packet.getPublicKey());
            generator.init(PGPSignature.BINARY_DOCUMENT, key);
            PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
            hashed.setSignatureCreationTime(false, java.util.Date.from(at));
            hashed.setIssuerFingerprint(false, packet.getPublicKey());
            generator.setHashedSubpackets(hashed.generate());
            generator.update(data);
            ByteArrayOutputStream armored = new ByteArrayOutputStream();
            try (ArmoredOutputStream armor =
                    ArmoredOutputStream.builder().clearHeaders().build(armored)) {
                generator.generate().encode(armor);
            }
            return armored.toByteArray();
        } catch (IOException | PGPException e) {
            throw new IllegalStateException("the key cannot sign: " + e.getMessage(), e);
        }
    }
}
