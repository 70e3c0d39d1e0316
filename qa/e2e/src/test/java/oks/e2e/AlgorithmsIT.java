package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates of every algorithm that the real gpg and sq can make go in by HKP, come out, and are the same for both.
 */
class AlgorithmsIT {
    /** Primary key and subkey; those that this gpg cannot make are left out and named. */
    private static final List<String[]> GPG = List.of(
            new String[] {"rsa2048", "rsa2048"},
            new String[] {"rsa3072", "rsa3072"},
            new String[] {"rsa4096", "rsa4096"},
            new String[] {"dsa2048", "elg2048"},
            new String[] {"dsa3072", "elg3072"},
            new String[] {"nistp256", "nistp256"},
            new String[] {"nistp384", "nistp384"},
            new String[] {"nistp521", "nistp521"},
            new String[] {"brainpoolP256r1", "brainpoolP256r1"},
            new String[] {"brainpoolP384r1", "brainpoolP384r1"},
            new String[] {"brainpoolP512r1", "brainpoolP512r1"},
            new String[] {"secp256k1", "secp256k1"},
            new String[] {"ed25519", "cv25519"},
            new String[] {"ed448", "cv448"});

    private static final List<String> SQ = List.of("rsa3k", "rsa4k", "cv25519");

    @TempDir
    private Path scratch;

    @Test
    void whatGpgMakesIsTheSameForGpgWhenItComesOut() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd().startHttp();
                Gnupg maker = Gnupg.create();
                Gnupg reader = Gnupg.create()) {
            List<String> unable = new ArrayList<>();
            for (String[] algorithms : GPG) {
                if (!make(maker, algorithms)) {
                    unable.add(algorithms[0]);
                }
            }
            System.out.println("AlgorithmsIT: gpg cannot make: " + unable);
            Map<String, GpgListing> made = listing(maker);
            assertThat(made.size())
                    .as("cannot be made: %s", unable)
                    .isEqualTo(GPG.size() - unable.size())
                    .isGreaterThan(12);
            for (String fingerprint : made.keySet()) {
                Path binary = scratch.resolve(fingerprint + ".pgp");
                maker.gpg("--output", binary.toString(), "--export", fingerprint)
                        .done();
                accepted(keyserver.add(Files.readAllBytes(binary)));
                reader.gpg("--import", served(keyserver, fingerprint).toString())
                        .done();
            }
            assertThat(listing(reader)).isEqualTo(made);
            assertSubkeysLeadToTheirCertificates(keyserver, made);
        }
    }

    private static boolean make(Gnupg maker, String[] algorithms) throws Exception {
        String userId = algorithms[0] + " <" + algorithms[0].toLowerCase(Locale.ROOT) + "@example.org>";
        Finished made = maker.gpg(
                "--status-fd",
                "1",
                "--passphrase",
                "",
                "--quick-generate-key",
                userId,
                algorithms[0],
                "sign,cert",
                "2y");
        if (made.status() != 0) {
            return false;
        }
        String fingerprint = made.stdout()
                .lines()
                .filter(line -> line.contains("KEY_CREATED"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".* ", "");
        String signing = algorithms[0].matches("(nist|brain|sec).*") ? algorithms[0] + "/ecdsa" : algorithms[0];
        maker.gpg("--passphrase", "", "--quick-add-key", fingerprint, signing, "sign", "1y")
                .done();
        maker.gpg("--passphrase", "", "--quick-add-key", fingerprint, algorithms[1], "encr", "1y")
                .done();
        maker.gpg("--passphrase", "", "--quick-add-uid", fingerprint, "second " + userId)
                .done();
        maker.gpg("--passphrase", "", "--quick-add-uid", fingerprint, "third " + userId)
                .done();
        maker.gpg("--passphrase", "", "--quick-revoke-uid", fingerprint, "third " + userId)
                .done();
        return true;
    }

    private static void assertSubkeysLeadToTheirCertificates(Keyserver keyserver, Map<String, GpgListing> made)
            throws Exception {
        for (GpgListing one : made.values()) {
            for (String subkey : one.subkeys()) {
                assertThat(keyserver
                                .get("/pks/lookup?op=index&options=mr&search=0x" + subkey)
                                .body())
                        .contains("pub:" + one.primary());
            }
        }
    }

    @Test
    void whatSqMakesIsTheSameForSqAndGpgWhenItComesOut() throws Exception {
        ExternalProgram.require("sq", "sq");
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd().startHttp();
                Gnupg maker = Gnupg.create();
                Gnupg reader = Gnupg.create()) {
            for (String suite : SQ) {
                Path certificate = certificateOfSq(suite);
                accepted(keyserver.addText(Files.readString(certificate)));
                maker.gpg("--import", certificate.toString()).done();
                String fingerprint = inspected(certificate).get("Fingerprint");
                Path served = served(keyserver, fingerprint);
                assertThat(Finished.run(scratch, "sq", "inspect", "--certifications", served.toString())
                                .done()
                                .stdout())
                        .as(suite)
                        .isEqualTo(Finished.run(scratch, "sq", "inspect", "--certifications", certificate.toString())
                                .done()
                                .stdout()
                                .replace(certificate.toString(), served.toString()));
                reader.gpg("--import", served.toString()).done();
            }
            assertThat(listing(reader)).hasSize(SQ.size()).isEqualTo(listing(maker));
        }
    }

    /** A certificate with everything that sq puts in one; the key of which it is never leaves the scratch directory. */
    private Path certificateOfSq(String suite) throws Exception {
        Path key = scratch.resolve(suite + ".key");
        Path certificate = scratch.resolve(suite + ".asc");
        Finished.run(
                        scratch,
                        "sq",
                        "key",
                        "generate",
                        "--cipher-suite",
                        suite,
                        "--can-sign",
                        "--can-encrypt",
                        "universal",
                        "--can-authenticate",
                        "--userid",
                        suite + " <" + suite + "@example.org>",
                        "--userid",
                        "second " + suite,
                        "--creation-time",
                        "2024-01-01T00:00:00Z",
                        "--export",
                        key.toString())
                .done();
        Finished.run(scratch, "sq", "key", "extract-cert", "--output", certificate.toString(), key.toString())
                .done();
        return certificate;
    }

    private Map<String, String> inspected(Path certificate) throws Exception {
        Map<String, String> fields = new TreeMap<>();
        Finished.run(scratch, "sq", "inspect", certificate.toString())
                .done()
                .stdout()
                .lines()
                .map(line -> line.strip().split(": ", 2))
                .filter(field -> field.length == 2)
                .forEach(field -> fields.putIfAbsent(field[0], field[1]));
        return fields;
    }

    private static Map<String, GpgListing> listing(Gnupg gnupg) throws Exception {
        return GpgListing.of(gnupg.gpg("--no-auto-check-trustdb", "--with-colons", "--list-keys")
                .done()
                .stdout()
                .replaceAll("(?m)^(pub|sub|uid):[uf]:", "$1:-:")); // who made a key trusts it
    }

    private Path served(Keyserver keyserver, String fingerprint) throws Exception {
        HttpResponse<String> answer = keyserver.get("/pks/lookup?op=get&options=mr&search=0x" + fingerprint);
        assertThat(answer.statusCode()).as(fingerprint).isEqualTo(200);
        return Files.writeString(scratch.resolve(fingerprint + ".served"), answer.body());
    }

    private static void accepted(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
