package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import oks.openpgp.Fingerprint;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates of version 6 (RFC 9580), on which old clients fail: kept from them, and served to those who ask for HKP
 * v2.
 */
@Timeout(120)
final class Version6Test {
    @TempDir
    private static Path directory;

    private static RunningGateway gateway;
    private static String fingerprint;

    @BeforeAll
    static void begin() throws Exception {
        gateway = new RunningGateway(directory, "");
        try (InputStream sample = Version6Test.class.getResourceAsStream("/oks/openpgp/rfc9580-a3.asc")) {
            assertThat(gateway.post("application/pgp-keys", sample.readAllBytes())
                            .statusCode())
                    .isEqualTo(200);
        }
        fingerprint = gateway.keyserver().fingerprints().stream()
                .filter(one -> one.version() == 6)
                .map(Fingerprint::toString)
                .findFirst()
                .orElseThrow();
        gateway.keyserver().put(SampleCertificates.certificate(1));
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @Test
    void programsOnTheOldPathAreNotGivenIt() throws Exception {
        for (String options : new String[] {"mr", "bin", "json"}) {
            HttpResponse<String> answer =
                    gateway.lookup(options.equals("json") ? "index" : "get", options, "0x" + fingerprint);
            assertThat(answer.statusCode()).as(options).isEqualTo(404);
        }
        assertThat(gateway.lookup("index", "mr", "0x" + fingerprint).statusCode())
                .isEqualTo(404);
        assertThat(gateway.lookup("get", "", SampleCertificates.email(1)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void hkpV2ServesItByItsVersionedFingerprintAndNotByAKeyId() throws Exception {
        HttpResponse<byte[]> got = gateway.bytes("/pks/v2/certs/by-vfingerprint/06/" + fingerprint);
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isNotEmpty();
        assertThat(gateway.get("/pks/v2/certs/by-vfingerprint/04/" + fingerprint)
                        .statusCode())
                .isEqualTo(404);
        assertThat(gateway.get("/pks/v2/certs/by-keyid/" + fingerprint.substring(0, 16))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void peopleSeeItAndDownloadItFromHkpV2() throws Exception {
        String page = gateway.get("/pks/lookup?op=vindex&search=0x" + fingerprint, "Accept", "text/html")
                .body();
        assertThat(page)
                .contains(
                        "href=\"../pks/v2/certs/by-vfingerprint/06/" + fingerprint + "\"",
                        "download=\"" + fingerprint + ".pgp\"");
    }

    /** RFC 9980: on pages and in JSON by the names of the registry. */
    @Test
    void postQuantumKeysHaveTheirNames() throws Exception {
        try (InputStream sample = Version6Test.class.getResourceAsStream("/oks/openpgp/openpgpjs-ml-dsa-65.asc")) {
            assertThat(gateway.post("application/pgp-keys", sample.readAllBytes())
                            .statusCode())
                    .isEqualTo(200);
        }
        String page = gateway.get("/pks/lookup?op=vindex&search=petra@example.org", "Accept", "text/html")
                .body();
        String index = gateway.get("/pks/v2/index/petra@example.org").body();
        for (String shown : new String[] {page, index}) {
            assertThat(shown).contains("ML-DSA-65+Ed25519", "ML-KEM-768+X25519");
        }
    }
}
