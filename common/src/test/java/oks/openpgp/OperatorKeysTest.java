package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Recipients.CertificateFile;
import oks.testing.GnuPg;
import oks.testing.PostQuantumKey;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing and encrypting with an operator's keys, with gpg at the other end. */
class OperatorKeysTest {
    private static final byte[] DATA = "what is signed\n".getBytes(StandardCharsets.UTF_8);
    private static final String USER_ID = "backup@example.org";

    @TempDir
    private Path scratch;

    private static byte[] secret(GnuPg gpg, String... options) throws IOException {
        String[] arguments = new String[options.length + 2];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = "--export-secret-keys";
        arguments[options.length + 1] = USER_ID;
        return gpg.run(new byte[0], arguments);
    }

    private static SigningKey key(byte[] secret, String passphrase) {
        return SigningKey.read(
                secret, Optional.ofNullable(passphrase).map(String::toCharArray), Instant.now(), "key.asc");
    }

    @ParameterizedTest
    @CsvSource({"ed25519, true", "rsa2048, false", "nistp256, true", "default, true"})
    void gpgVerifiesWhatIsSigned(String algorithm, boolean armored) throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            byte[] certificate = gpg.generate(USER_ID, algorithm);
            SigningKey key = key(armored ? secret(gpg, "--armor") : secret(gpg), null);
            byte[] signature = key.sign(DATA, Instant.now());
            Path file = Files.write(scratch.resolve("signature"), signature);
            GnuPg.Outcome verified = gpg.tryRun(DATA, "--status-fd", "1", "--verify", file.toString(), "-");
            assertThat(verified.status()).as(verified.err()).isZero();
            assertThat(verified.text()).contains("GOODSIG", "VALIDSIG " + key.fingerprint());
            TrustedKeys trusted = TrustedKeys.read(certificate, "trusted.asc");
            assertThat(trusted.verify(signature, DATA, "it").at()).isBeforeOrEqualTo(Instant.now());
            assertThatThrownBy(() -> trusted.verify(signature, "other".getBytes(StandardCharsets.UTF_8), "it"))
                    .isInstanceOf(OperatorFault.class)
                    .hasMessageContaining("made it for something else");
            assertThatThrownBy(() -> TrustedKeys.read(SampleCertificates.certificate(1), "other")
                            .verify(signature, DATA, "it"))
                    .isInstanceOf(OperatorFault.class)
                    .hasMessageContaining("not made by a trusted key");
        }
    }

    @Test
    void gpgsOwnSignaturesCountAndEveryFlippedByteOfOneDoesNot() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            TrustedKeys trusted = TrustedKeys.read(gpg.generate(USER_ID, "ed25519"), "trusted.asc");
            byte[] signature = gpg.run(DATA, "--detach-sign");
            assertThat(trusted.verify(signature, DATA, "it")).isNotNull();
            int refused = 0;
            for (int at = 0; at < signature.length; at++) {
                byte[] flipped = signature.clone();
                flipped[at] ^= 0x01;
                try {
                    trusted.verify(flipped, DATA, "it");
                } catch (OperatorFault expected) {
                    assertThat(expected.code()).isEqualTo(ExitCode.DAMAGED);
                    refused++;
                }
            }
            // What is not hashed (RFC 9580, section 5.2.3.1) may change: it is a hint about the issuer.
            assertThat(signature.length - refused).isLessThan(24);
        }
    }

    @Test
    void aPassphraseUnlocksAKeyAndAnotherOneDoesNot() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(new byte[0], "--passphrase", "right", "--quick-generate-key", USER_ID, "ed25519", "sign", "never");
            byte[] secret = secret(gpg, "--passphrase", "right");
            assertThat(key(secret, "right").sign(DATA, Instant.now()))
                    .asString(StandardCharsets.US_ASCII)
                    .startsWith("-----BEGIN PGP SIGNATURE-----\n\n")
                    .endsWith("-----END PGP SIGNATURE-----\n");
            assertThatThrownBy(() -> key(secret, "wrong"))
                    .isInstanceOf(OperatorFault.class)
                    .hasMessage("file \"key.asc\" cannot be used: the passphrase does not unlock its key");
            assertThatThrownBy(() -> key(secret, null))
                    .isInstanceOf(OperatorFault.class)
                    .hasMessage("file \"key.asc\" cannot be used: its key has a passphrase");
        }
    }

    @Test
    void aSubkeySignsWhenThePrimaryKeyIsKeptElsewhere() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(new byte[0], "--quick-generate-key", USER_ID, "ed25519", "cert", "never");
            String primary = KeyFile.certificates(gpg.run(new byte[0], "--export"), "all")
                    .get(0)
                    .fingerprint()
                    .toString();
            gpg.run(new byte[0], "--quick-add-key", primary, "ed25519", "sign", "never");
            byte[] subkeys = gpg.run(new byte[0], "--export-secret-subkeys", USER_ID);
            SigningKey key = key(subkeys, null);
            assertThat(key.fingerprint()).isNotEqualTo(Fingerprint.parse(primary));
            TrustedKeys trusted = TrustedKeys.read(gpg.run(new byte[0], "--export"), "all");
            assertThat(trusted.verify(key.sign(DATA, Instant.now()), DATA, "it").certificate())
                    .isEqualTo(Fingerprint.parse(primary));
        }
    }

    @Test
    void aRevokedOrExpiredKeyNeitherSignsNorCounts() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            byte[] certificate = gpg.generate(USER_ID, "ed25519");
            byte[] secret = secret(gpg);
            byte[] signature = key(secret, null).sign(DATA, Instant.now());
            Path revocations = gpg.home().resolve("openpgp-revocs.d");
            try (var files = Files.list(revocations)) {
                Path revocation = files.findFirst().orElseThrow();
                String text = Files.readString(revocation).replace(":-----BEGIN", "-----BEGIN");
                gpg.run(text.getBytes(StandardCharsets.UTF_8), "--import");
            }
            TrustedKeys revoked = TrustedKeys.read(gpg.run(new byte[0], "--export"), "revoked");
            assertThat(TrustedKeys.read(certificate, "before").verify(signature, DATA, "it"))
                    .isNotNull();
            assertThatThrownBy(() -> revoked.verify(signature, DATA, "it")).isInstanceOf(OperatorFault.class);
            byte[] revokedSecret = secret(gpg);
            assertThatThrownBy(() -> key(revokedSecret, null)).hasMessageContaining("neither revoked nor expired");
        }
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(new byte[0], "--quick-generate-key", USER_ID, "ed25519", "sign", "1d");
            byte[] secret = secret(gpg);
            Instant later = Instant.now().plus(Duration.ofDays(2));
            assertThatThrownBy(() -> SigningKey.read(secret, Optional.empty(), later, "key.asc"))
                    .hasMessageContaining("neither revoked nor expired");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 1_000_003})
    void gpgDecryptsWhatIsEncrypted(int length) throws IOException {
        byte[] plain = new byte[length];
        new Random(length).nextBytes(plain);
        try (GnuPg gpg = GnuPg.open()) {
            byte[] certificate = length % 2 == 0 ? gpg.generate(USER_ID, "default") : withRsaSubkey(gpg);
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            Recipients recipients = Recipients.of(List.of(new CertificateFile(certificate, "cert.asc")), Instant.now());
            try (OutputStream encrypting = recipients.encrypting(message)) {
                encrypting.write(plain);
            }
            assertThat(gpg.run(message.toByteArray(), "--decrypt")).isEqualTo(plain);
            byte[] changed = message.toByteArray();
            changed[changed.length - 30] ^= 1;
            assertThat(gpg.tryRun(changed, "--decrypt").status())
                    .as("a changed message")
                    .isNotZero();
        }
    }

    private static byte[] withRsaSubkey(GnuPg gpg) throws IOException {
        Certificate certificate =
                KeyFile.certificates(gpg.generate(USER_ID, "rsa2048"), "new").get(0);
        gpg.run(new byte[0], "--quick-add-key", certificate.fingerprint().toString(), "rsa2048", "encr", "never");
        return gpg.run(new byte[0], "--export", "--armor");
    }

    /** What no gpg of today reads is not chosen, and does no harm to what is. */
    @Test
    void aPostQuantumSubkeyIsPassedOver() throws IOException {
        SampleKey key = new SampleKey(3);
        byte[] curve25519 =
                new X25519PrivateKeyParameters(new byte[32]).generatePublicKey().getEncoded();
        byte[] ecdh = PostQuantumKey.body(
                4,
                Algorithm.ECDH,
                SampleKey.concat(
                        HexFormat.of().parseHex("0a2b060104019755010501010740"),
                        curve25519,
                        HexFormat.of().parseHex("03010807")));
        byte[] kem = PostQuantumKey.body(4, Algorithm.ML_KEM_768_X25519, PostQuantumKey.kem(35, 1));
        byte[] onlyKem = SampleKey.concat(key.certificate(USER_ID), bound(key, kem));
        byte[] both = SampleKey.concat(onlyKem, bound(key, ecdh));
        assertThatThrownBy(() -> Recipients.of(List.of(new CertificateFile(onlyKem, "cert.asc")), Instant.now()))
                .isInstanceOf(OperatorFault.class)
                .hasMessageContaining("neither post-quantum, revoked nor expired");
        Recipients recipients = Recipients.of(List.of(new CertificateFile(both, "cert.asc")), Instant.now());
        assertThat(recipients.fingerprints())
                .hasSize(1)
                .allSatisfy(fingerprint -> assertThat(CertificateDescription.of(Samples.certificate(both))
                                .subkeys())
                        .anyMatch(subkey ->
                                subkey.fingerprint().equals(fingerprint) && subkey.algorithm() == Algorithm.ECDH));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream encrypting = recipients.encrypting(message)) {
            encrypting.write(DATA);
        }
        assertThat(message.size()).isGreaterThan(DATA.length);
    }

    private static byte[] bound(SampleKey key, byte[] subkey) {
        return SampleKey.concat(
                SampleKey.packet(14, subkey),
                key.signature(
                        SampleKey.SUBKEY_BINDING,
                        SampleKey.subpacket(27, 12),
                        key.hashed(),
                        PostQuantumKey.hashed(subkey)));
    }

    @Test
    void aCertificateWithoutAKeyForEncryptionIsRefused() {
        assertThatThrownBy(() -> Recipients.of(
                        List.of(new CertificateFile(SampleCertificates.certificate(1), "cert.asc")), Instant.now()))
                .isInstanceOf(OperatorFault.class)
                .hasMessageContaining("has no version 4 key for encryption");
        assertThatThrownBy(() -> Recipients.of(List.of(new CertificateFile(DATA, "cert.asc")), Instant.now()))
                .isInstanceOf(OperatorFault.class)
                .hasMessage("file \"cert.asc\" cannot be used: neither binary OpenPGP nor an armored block");
        assertThatThrownBy(() -> key(DATA, null))
                .isInstanceOf(OperatorFault.class)
                .hasMessageContaining("key.asc");
    }
}
