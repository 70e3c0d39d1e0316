package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import oks.openpgp.ParsedUpload.Accepted;
import oks.testing.ExternalProgram;
import oks.testing.GnuPg;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** About 1200 real certificates of two decades: all accepted, and described as gpg describes them. */
class DebianKeyringTest {
    /**
     * Their primary user ID says when they expire, and a user ID signed later says something else. RFC 9580 and sq
     * believe the primary user ID, gpg the one signed last.
     */
    private static final Set<String> EXPIRY_BY_PRIMARY_USER_ID = Set.of(
            "13B582E2E0673A311DDF1B08D0E94F8D882D4468",
            "16AD29CF574AD0206F9961E02CF0F17C43474B6F",
            "8A7F208C6D9E73291657414D2135D123D8C19BEC");

    @ParameterizedTest
    @ValueSource(
            strings = {"debian-keyring.gpg", "debian-maintainers.gpg", "debian-nonupload.gpg", "debian-role-keys.gpg"})
    void everyCertificateIsAcceptedAndDescribedAsGpgDoes(String name) throws IOException {
        Path keyring = ExternalProgram.requireFile(Path.of("/usr/share/keyrings", name), "debian-keyring");
        ParsedUpload upload = Samples.parse(Files.readAllBytes(keyring));
        assertThat(upload.refused()).isEmpty();
        assertThat(upload.revocations()).isEmpty();

        Map<String, GpgListing> ours = new TreeMap<>();
        for (Accepted accepted : upload.accepted()) {
            ours.put(
                    accepted.certificate().fingerprint().toString(),
                    GpgListing.of(CertificateDescription.of(accepted.certificate())));
        }
        Map<String, GpgListing> gpgs = new HashMap<>();
        try (GnuPg gpg = GnuPg.open()) {
            for (GpgListing listing :
                    GpgListing.of(gpg.run(new byte[0], "--with-colons", "--show-keys", keyring.toString()))) {
                gpgs.put(listing.primary().split(" ")[0], listing);
            }
        }
        assertThat(ours.keySet()).containsExactlyInAnyOrderElementsOf(gpgs.keySet());
        ours.keySet().removeAll(EXPIRY_BY_PRIMARY_USER_ID);
        assertThat(ours.values())
                .filteredOn(listing -> !gpgs.containsValue(listing))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = "debian-keyring.gpg")
    void whatIsStoredIsAcceptedAgainUnchanged(String name) throws IOException {
        Path keyring = ExternalProgram.requireFile(Path.of("/usr/share/keyrings", name), "debian-keyring");
        List<Accepted> first = Samples.parse(Files.readAllBytes(keyring)).accepted();
        for (Accepted accepted : first) {
            assertThat(Samples.certificate(accepted.certificate().bytes())).isEqualTo(accepted.certificate());
        }
    }
}
