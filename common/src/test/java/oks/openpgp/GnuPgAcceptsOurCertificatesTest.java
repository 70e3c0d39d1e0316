package oks.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import oks.openpgp.ParsedUpload.Reason;
import oks.testing.GnuPg;
import oks.testing.PostQuantumKey;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real gpg makes what we read and reads what we write. */
class GnuPgAcceptsOurCertificatesTest {

    @ParameterizedTest
    @ValueSource(strings = {"rsa3072", "ed25519", "future-default"})
    void whatGpgMakesIsAcceptedWhole(String algorithm) throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(
                    new byte[0],
                    "--quick-generate-key",
                    "Gen <gen@example.org>",
                    algorithm,
                    algorithm.equals("ed25519") ? "cert,sign" : "default",
                    "1y");
            byte[] exported = gpg.run(new byte[0], "--armor", "--export");
            ParsedUpload upload = Samples.parse(exported);
            assertThat(upload.refused()).isEmpty();
            assertThat(upload.accepted())
                    .hasSize(1)
                    .allSatisfy(a -> assertThat(a.dropped()).isEmpty());
            assertThat(CertificateDescription.of(upload.accepted().get(0).certificate())
                            .expires())
                    .isPresent();
        }
    }

    @Test
    void aPrivateKeyThatGpgExportsIsRefused() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.generate("Priv <priv@example.org>", "future-default");
            for (byte[] key : List.of(
                    gpg.run(new byte[0], "--export-secret-keys"),
                    gpg.run(new byte[0], "--armor", "--export-secret-keys"),
                    gpg.run(new byte[0], "--export-secret-subkeys"))) {
                ParsedUpload upload = Samples.parse(key);
                assertThat(upload.accepted()).isEmpty();
                assertThat(upload.refused())
                        .extracting(ParsedUpload.Refused::reason)
                        .containsOnly(Reason.PRIVATE_KEY);
            }
        }
    }

    @Test
    void whatWeServeIsImportedWithEverythingInIt() throws IOException {
        List<byte[]> certificates = new ArrayList<>();
        for (String name : Samples.ALL) {
            byte[] certificate = Samples.certificate(name).bytes();
            boolean known =
                    CertificateDescription.of(Certificate.ofStored(certificate)).algorithm() <= Algorithm.EDDSA;
            if (known) { // gpg 2.2 knows no version 6, and no algorithm of RFC 9580
                certificates.add(certificate);
            }
        }
        certificates.add(SampleCertificates.updated(1, 1));
        certificates.add(SampleCertificates.revoked(2));
        try (GnuPg gpg = GnuPg.open()) {
            GnuPg.Outcome outcome = gpg.tryRun(Armor.certificates(certificates), "--status-fd", "1", "--import");
            assertThat(outcome.status()).as(outcome.err()).isZero();
            for (byte[] bytes : certificates) {
                Certificate certificate = Certificate.ofStored(bytes);
                GpgListing listed = GpgListing.of(gpg.run(
                                new byte[0],
                                "--with-colons",
                                "--fixed-list-mode",
                                "--list-options",
                                "show-unusable-uids,show-unusable-subkeys",
                                "--list-keys",
                                certificate.fingerprint().toString()))
                        .get(0);
                if (!certificate.equals(Samples.certificate("before-revocation.pgp"))) { // imported again as revoked
                    assertThat(listed).isEqualTo(GpgListing.of(CertificateDescription.of(certificate)));
                }
            }
        }
    }

    /** gpg 2.2 keeps a subkey that it does not know, and shows its number. */
    @Test
    void aVersion4CertificateWithAPostQuantumSubkeyIsImported() throws IOException {
        SampleKey key = new SampleKey(77);
        byte[] body = PostQuantumKey.body(4, Algorithm.ML_KEM_768_X25519, PostQuantumKey.kem(35, 1));
        Certificate certificate = Samples.certificate(SampleKey.concat(
                key.certificate("Vera Four <vera@example.org>"),
                SampleKey.packet(14, body),
                key.signature(
                        SampleKey.SUBKEY_BINDING,
                        SampleKey.subpacket(27, 12),
                        key.hashed(),
                        PostQuantumKey.hashed(body))));
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(certificate.bytes(), "--import");
            String keyId = CertificateDescription.of(certificate)
                    .subkeys()
                    .get(0)
                    .keyId()
                    .toString();
            assertThat(new String(gpg.run(new byte[0], "--with-colons", "--list-keys"), UTF_8))
                    .contains(":0:35:" + keyId + ":");
        }
    }

    @Test
    void aRevocationThatGpgWroteAttachesWhenItsColonIsRemoved() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            Certificate certificate = Samples.certificate(gpg.generate("Rev <rev@example.org>", "future-default"));
            byte[] file = Files.readAllBytes(
                    gpg.home().resolve("openpgp-revocs.d").resolve(certificate.fingerprint() + ".rev"));
            assertThat(gpg.tryRun(file, "--import").status()).isNotZero();
            assertThat(Samples.parse(file).refused())
                    .extracting(ParsedUpload.Refused::text)
                    .containsExactly(ArmorFault.COLON.text());
            assertThat(Samples.parse(file).revocations()).isEmpty();
            byte[] armor =
                    new String(file, UTF_8).replace(":-----BEGIN", "-----BEGIN").getBytes(UTF_8);
            Certificate revoked = CertificateMerge.merge(
                    certificate,
                    BareRevocations.on(
                                    Samples.parse(armor).revocations().get(0),
                                    certificate,
                                    new VerificationBudget(Limits.standard()))
                            .orElseThrow());
            try (GnuPg other = GnuPg.open()) {
                other.run(revoked.bytes(), "--import");
                assertThat(GpgListing.of(other.run(new byte[0], "--with-colons", "--list-keys"))
                                .get(0)
                                .revoked())
                        .isTrue();
            }
        }
    }

    @Test
    void sampleKeysAreRealKeys() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(new SampleKey(5).certificate("Five <five@example.org>"), "--import");
            assertThat(new String(gpg.run(new byte[0], "--with-colons", "--check-signatures"), UTF_8))
                    .contains("sig:!:");
        }
    }

    /**
     * gpg 2.2 takes no signature without a key ID where it is not hashed: what a stranger stripped of it was useless.
     */
    @Test
    void whatAStrangerStrippedIsImportedAsTheOwnerMadeIt() throws IOException {
        for (String name : List.of("rsa.pgp", "revoked.pgp")) {
            byte[] stripped = UnhashedVariants.all(Samples.certificate(name).bytes(), UnhashedVariants::stripped);
            assertThat(listed(Samples.certificate(stripped).bytes()))
                    .isEqualTo(listed(Samples.bytes(name)))
                    .contains("uid:");
        }
        byte[] revoked = UnhashedVariants.all(Samples.certificate("revoked.pgp").bytes(), UnhashedVariants::stripped);
        assertThat(listed(Samples.certificate(revoked).bytes())).contains("pub:r:");
    }

    private static String listed(byte[] certificate) throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(certificate, "--import");
            return new String(gpg.run(new byte[0], "--with-colons", "--list-keys"), UTF_8)
                    .replaceAll("(?m)^tru:.*\n", "");
        }
    }
}
