package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HKP v2 over real HTTP: draft-ietf-openpgp-hkp. */
@Timeout(120)
final class V2HkpTest {
    private static final String CERTS = "/pks/v2/certs";

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "");
        for (int seed = 1; seed <= 2; seed++) {
            gateway.keyserver().put(SampleCertificates.certificate(seed));
        }
        gateway.keyserver().put(SampleCertificates.withUserIds(3, "One Name/With Slash + Plus"));
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "by-identity/name1@example.org",
                "by-identity/NAME1%40example.org",
                "by-vfingerprint/04/%s",
                "by-vfingerprint/04%s",
                "by-keyid/%k"
            })
    void aLookupGivesTheBinaryBundle(String path) throws Exception {
        String fingerprint = SampleCertificates.fingerprint(1);
        HttpResponse<byte[]> answer = gateway.bytes(CERTS + "/"
                + path.replace("%s", fingerprint.toLowerCase(Locale.ROOT)).replace("%k", fingerprint.substring(24)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/pgp");
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(answer, "ETag")).isNotEmpty();
        assertThat(answer.body()).isEqualTo(SampleCertificates.certificate(1));
    }

    @Test
    void aWholeUserIdIsAnIdentityAndThePathIsNoForm() throws Exception {
        HttpResponse<byte[]> answer = gateway.bytes(CERTS + "/by-identity/One%20Name%2FWith%20Slash%20+%20Plus");
        assertThat(answer.body()).isEqualTo(SampleCertificates.withUserIds(3, "One Name/With Slash + Plus"));
        assertThat(gateway.bytes(CERTS + "/by-identity/One%20Name").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoAsksForTheOlderMediaTypeGetsIt() throws Exception {
        HttpResponse<byte[]> answer =
                gateway.bytes(CERTS + "/by-identity/name1@example.org", "Accept", "application/pgp-keys");
        assertThat(header(answer, "Content-Type")).isEqualTo("application/pgp-keys;armor=no");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "404 /pks/v2/certs/by-identity/nobody@example.org",
                "404 /pks/v2/certs/by-vfingerprint/04/0123456789ABCDEF0123456789ABCDEF01234567",
                "404 /pks/v2/certs/by-vfingerprint/06/0123456789ABCDEF0123456789ABCDEF01234567",
                "404 /pks/v2/certs/by-vfingerprint/0123456789ABCDEF0123456789ABCDEF01234567",
                "404 /pks/v2/certs/by-keyid/0x0123456789ABCDEF",
                "404 /pks/v2/certs/by-keyid/01234567",
                "404 /pks/v2/index/nobody@example.org",
                "404 /pks/v2/prefixlog/2099-01-01",
                "400 /pks/v2/prefixlog/yesterday",
                "400 /pks/v2/index/%zz",
                "403 /pks/v2/certs/by-identity",
                "403 /pks/v2/certs/by-identity/",
                "403 /pks/v2/index/",
                "405 /pks/v2/certs",
                "501 /pks/v2/canonical/name1@example.org",
                "501 /pks/v2/sendtoken",
            })
    void eachErrorHasItsStatusAndOneLineOfText(int status, String path) throws Exception {
        String answer = gateway.raw("GET " + path + " HTTP/1.0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.0 " + status + " ");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains("access-control-allow-origin: *", "content-type: text/plain");
        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).matches("[^\\n]+\\n");
    }

    @Test
    void theIndexIsTheJsonOfTheDraft() throws Exception {
        HttpResponse<String> answer = gateway.get("/pks/v2/index/name1@example.org");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode one = new ObjectMapper().readTree(answer.body()).get(0);
        assertThat(one.get("version").asInt()).isEqualTo(4);
        assertThat(one.get("fingerprint").asText())
                .isEqualTo(SampleCertificates.fingerprint(1).toLowerCase(Locale.ROOT));
        assertThat(one.get("subkeys").isArray()).isTrue();
    }

    @Test
    void thePrefixLogListsADaysChanges() throws Exception {
        HttpResponse<String> answer = gateway.get("/pks/v2/prefixlog/1970-01-01"); // the fixture's day
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains(SampleCertificates.fingerprint(1).substring(0, 8).toLowerCase(Locale.ROOT) + "\r\n")
                .endsWith("\r\n");
        assertThat(Arrays.asList(answer.body().split("\r\n"))).isSorted().allMatch(line -> line.matches("[0-9a-f]{8}"));
        assertThat(gateway.get("/pks/v2/prefixlog/1970-01-02").body()).isEmpty();
    }

    @Test
    void aBundleIsUploadedAndEachCertificateAccountedFor() throws Exception {
        byte[] bundle = SampleKey.concat(
                SampleCertificates.certificate(20),
                SampleCertificates.certificate(21),
                SampleCertificates.certificate(1));
        HttpResponse<byte[]> answer = gateway.postBytes(CERTS, "application/pgp", bundle);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode report = new ObjectMapper().readTree(answer.body());
        assertThat(report.get("inserted")).hasSize(2);
        assertThat(report.get("updated")).isEmpty();
        assertThat(report.get("deleted")).isEmpty();
        assertThat(report.get("invalid")).isEmpty();
        assertThat(report.get("ignored").get(0).get("comment").asText()).isNotEmpty();
        assertThat(gateway.postBytes(CERTS, "application/x-www-form-urlencoded", bundle)
                        .statusCode())
                .isEqualTo(415);
        assertThat(gateway.postBytes(CERTS, "application/pgp", "hello".getBytes(StandardCharsets.US_ASCII))
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void aSubmissionThatIsNotWellFormedIsUnprocessable() throws Exception {
        assertThat(gateway.postBytes(CERTS, "application/pgp", new byte[0]).statusCode())
                .isEqualTo(422);
        String form = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nsomething\r\n--x--\r\n";
        HttpResponse<byte[]> answer =
                gateway.postBytes(CERTS, "multipart/form-data; boundary=x", form.getBytes(StandardCharsets.US_ASCII));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("no part \"keytext\"");
        assertThat(gateway.postBytes(CERTS, "multipart/form-data", form.getBytes(StandardCharsets.US_ASCII))
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void optionsTellWhatACategoryTakes() throws Exception {
        for (String category :
                new String[] {CERTS + "/by-identity", CERTS + "/by-keyid/x", "/pks/v2/index/", "/pks/v2/prefixlog"}) {
            HttpResponse<String> answer = gateway.send("OPTIONS", category);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Allow")).startsWith("GET");
        }
        HttpResponse<String> upload = gateway.send("OPTIONS", CERTS);
        assertThat(header(upload, "Allow")).startsWith("POST");
        assertThat(header(upload, "Accept")).contains("application/pgp");
        assertThat(gateway.send("OPTIONS", "/pks/v2/canonical/x").statusCode()).isEqualTo(501);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
