package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import oks.openpgp.CertificateDescription.SubkeyDescription;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPKeyGenerator;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The algorithms of RFC 9580 that gpg 2.2 and the packaged sq cannot make: version 6, Ed25519 and X25519 under their
 * new numbers, Ed448 and X448. Made by Bouncy Castle's own generator, read by the code under test.
 */
final class ModernAlgorithmsTest {
    private static final Date CREATED = Date.from(Instant.parse("2026-01-01T00:00:00Z"));

    enum Suite {
        ED25519("ed25519", "x25519") {
            @Override
            OpenPGPKeyGenerator.WithPrimaryKey of(OpenPGPKeyGenerator keys) throws Exception {
                return keys.ed25519x25519Key("Alice Modern <alice@example.org>");
            }
        },
        ED448("ed448", "x448") {
            @Override
            OpenPGPKeyGenerator.WithPrimaryKey of(OpenPGPKeyGenerator keys) throws Exception {
                return keys.ed448x448Key("Alice Modern <alice@example.org>");
            }
        };

        private final String signing;
        private final String encryption;

        Suite(String signing, String encryption) {
            this.signing = signing;
            this.encryption = encryption;
        }

        abstract OpenPGPKeyGenerator.WithPrimaryKey of(OpenPGPKeyGenerator keys) throws Exception;
    }

    private static OpenPGPKey key(Suite suite, int version) throws Exception {
        return suite.of(new BcOpenPGPApi().generateKey(version, CREATED)).build();
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void aVersion6CertificateIsTakenWhole(Suite suite) throws Exception {
        isTakenWhole(suite, 6);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void aVersion4CertificateIsTakenWhole(Suite suite) throws Exception {
        isTakenWhole(suite, 4);
    }

    private static void isTakenWhole(Suite suite, int version) throws Exception {
        byte[] certificate = key(suite, version).toCertificate().getEncoded();
        ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard()).parse(certificate);
        assertThat(parsed.refused()).isEmpty();
        ParsedUpload.Accepted accepted = parsed.accepted().get(0);
        assertThat(accepted.dropped()).isEmpty();

        CertificateDescription description = CertificateDescription.of(accepted.certificate());
        assertThat(description.version()).isEqualTo(version);
        assertThat(description.algorithmName()).isEqualTo(suite.signing);
        assertThat(description.userIds()).hasSize(1);
        assertThat(description.subkeys())
                .extracting(SubkeyDescription::algorithmName)
                .containsExactlyInAnyOrder(suite.signing, suite.encryption);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void anEd448SignatureThatWasChangedCountsForNothing(int version) throws Exception {
        byte[] certificate = key(Suite.ED448, version).toCertificate().getEncoded();
        for (int at = 80; at < certificate.length; at += 97) {
            byte[] changed = certificate.clone();
            changed[at] ^= 1;
            ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard()).parse(changed);
            boolean whole = parsed.accepted().stream()
                    .anyMatch(accepted -> accepted.dropped().isEmpty()
                            && accepted.certificate().size() == certificate.length);
            assertThat(whole).as("byte " + at).isFalse();
        }
    }

    /** Version 6 keys make version 6 signatures and no others (RFC 9580, section 5.2). */
    @Test
    void aVersion4SignatureByAVersion6KeyCountsForNothing() {
        assertCountsForNothing(new Version6Key().signedAsVersion4());
    }

    /** RFC 9580, section 5.2.3, with the lengths of section 9.5. */
    @ParameterizedTest
    @CsvSource({
        "8, SHA-256, 16",
        "9, SHA-384, 24",
        "10, SHA-512, 32",
        "11, SHA-224, 16",
        "12, SHA3-256, 16",
        "14, SHA3-512, 32"
    })
    void theSaltOfAVersion6SignatureIsAsLongAsItsHashWants(int hash, String name, int salt) {
        assertThat(Samples.parse(new Version6Key().signed(hash, name, salt)).accepted())
                .hasSize(1);
        for (int other : new int[] {0, salt - 8, salt - 1, salt + 1, salt + 8}) {
            assertCountsForNothing(new Version6Key().signed(hash, name, other));
        }
    }

    /** RFC 9580, section 9.5, has no length of salt for them. */
    @ParameterizedTest
    @CsvSource({"1, MD5", "2, SHA-1"})
    void aVersion6SignatureWithABrokenHashCountsForNothing(int hash, String name) {
        for (int salt : new int[] {0, 16, 24, 32}) {
            assertCountsForNothing(new Version6Key().signed(hash, name, salt));
        }
    }

    private static void assertCountsForNothing(byte[] signedKey) {
        Policy everyHash = Policy.standard()
                .withThirdParty(ThirdParty.NONE)
                .withVersion3(true)
                .withWeakHashes(WeakHashes.MD5);
        ParsedUpload parsed = new UploadParser(Limits.standard(), everyHash).parse(signedKey);
        assertThat(parsed.accepted()).isEmpty();
        assertThat(parsed.refused())
                .extracting(ParsedUpload.Refused::reason)
                .containsExactly(ParsedUpload.Reason.NO_VALID_SELF_SIGNATURE);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void thePrivateKeyOfItIsRefused(Suite suite) throws Exception {
        byte[] secret = key(suite, 6).getEncoded();
        ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard()).parse(secret);
        assertThat(parsed.accepted()).isEmpty();
        assertThat(parsed.refused())
                .extracting(ParsedUpload.Refused::reason)
                .isEqualTo(List.of(ParsedUpload.Reason.PRIVATE_KEY));
    }
}
