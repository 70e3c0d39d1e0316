package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import oks.openpgp.Armor;
import oks.openpgp.Certificate;
import oks.openpgp.IndexTerms;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of legacy HKP beyond get, index and add: options, hashes, figures, validation, compression. */
@Timeout(120)
final class LegacyHkpTest {
    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "[search]\nmax_results = 3\n");
        for (int seed = 1; seed <= 3; seed++) {
            gateway.keyserver().put(SampleCertificates.certificate(seed));
        }
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "mr,bin", "nm,bin"})
    void getGivesThePacketsThemselvesWhenAsked(String options) throws Exception {
        HttpResponse<byte[]> answer =
                gateway.bytes("/pks/lookup?op=get&options=" + options + "&search=" + SampleCertificates.email(1));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/pgp-keys");
        assertThat(answer.body()).isEqualTo(SampleCertificates.certificate(1));
    }

    @Test
    void hgetFindsByTheHashOfSks() throws Exception {
        String hash = HexFormat.of().formatHex(sksHash(2));
        assertThat(gateway.lookup("hget", "", hash).body()).isEqualTo(armored(2));
        assertThat(gateway.lookup("hget", "", hash.toUpperCase(Locale.ROOT)).body())
                .isEqualTo(armored(2));
    }

    @Test
    void aHashQueryGetsWhatIsKnownInTheLayoutOfSks() throws Exception {
        ByteBuffer query = ByteBuffer.allocate(4 + 3 * 20).putInt(3);
        for (byte[] hash : List.of(sksHash(1), new byte[16], sksHash(3))) {
            query.putInt(16).put(hash);
        }
        HttpResponse<byte[]> answer = gateway.postBytes("/pks/hashquery", "sks/hashquery", query.array());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("pgp/keys");
        ByteBuffer body = ByteBuffer.wrap(answer.body());
        assertThat(body.getInt()).isEqualTo(2);
        assertThat(certificate(body)).isEqualTo(SampleCertificates.certificate(1));
        assertThat(certificate(body)).isEqualTo(SampleCertificates.certificate(3));
        assertThat(body.getShort()).isEqualTo((short) 0x0d0a);
        assertThat(body.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "000000",
                "ffffffff",
                "00000001",
                "0000000100000010",
                "000000650000001000",
                "0000000100000011" + "00112233445566778899aabbccddeeff00"
            })
    void aBrokenHashQueryIsABadRequest(String hex) throws Exception {
        assertThat(gateway.postBytes(
                                "/pks/hashquery",
                                "sks/hashquery",
                                HexFormat.of().parseHex(hex))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void theIndexComesAsJsonWhenAsked() throws Exception {
        HttpResponse<String> answer = gateway.lookup("index", "mr,json", SampleCertificates.email(1));
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode one = new ObjectMapper().readTree(answer.body()).get(0);
        assertThat(one.get("fingerprint").asText())
                .isEqualTo(SampleCertificates.fingerprint(1).toLowerCase(Locale.ROOT));
        assertThat(one.get("version").asInt()).isEqualTo(4);
        assertThat(one.get("creation").asText()).isEqualTo("2024-01-01T00:00:00Z");
        assertThat(one.get("isRevoked").asBoolean()).isFalse();
        assertThat(one.get("algorithm").get("code").asInt()).isEqualTo(22);
        assertThat(one.get("algorithm").has("bitLength")).isFalse();
        assertThat(one.get("userIDs").get(0).get("uidString").asText()).isEqualTo(SampleCertificates.userId(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/pks/stats",
                "/pks/lookup?op=stats",
                "/pks/lookup?op=stats&options=mr",
                "/pks/lookup?op=stats&options=json"
            })
    void statisticsTellFiguresAndNothingAboutTheMachine(String path) throws Exception {
        HttpResponse<String> answer = gateway.get(path);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode figures = new ObjectMapper().readTree(answer.body());
        assertThat(figures.get("software").asText()).isEqualTo("OKS");
        assertThat(figures.get("numkeys").asLong()).isPositive();
        assertThat(figures.get("uploads").get("merged").asLong()).isEqualTo(2);
        assertThat(answer.body()).doesNotContain("secret", "pid", "/etc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pks/stats", "/pks/lookup?op=stats"})
    void browsersGetStatisticsAsAPage(String path) throws Exception {
        HttpResponse<String> page = gateway.get(path, "Accept", "text/html,*/*");
        assertThat(page.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(page.body()).contains("Statistics", "Certificates").doesNotContain("secret");
    }

    @Test
    void whoHasTheCertificateAlreadyIsToldSo() throws Exception {
        gateway.keyserver().put(SampleCertificates.certificate(10));
        String path = "/pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(10);
        HttpResponse<String> first = gateway.get(path);
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(tag).matches("W/\"[0-9a-f]+-[0-9a-f]+-[0-9a-f]+\"");
        assertThat(first.headers().firstValue("Last-Modified"))
                .hasValue("Thu, 01 Jan 1970 00:00:00 GMT"); // the fixture's time
        for (String known : List.of(tag, tag.substring(2), "\"other\", " + tag, "*")) {
            HttpResponse<String> second = gateway.get(path, "If-None-Match", known);
            assertThat(second.statusCode()).as(known).isEqualTo(304);
            assertThat(second.body()).isEmpty();
            assertThat(second.headers().firstValue("ETag")).hasValue(tag);
            assertThat(second.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue("*");
        }
        gateway.keyserver().put(SampleCertificates.updated(10, 1));
        assertThat(gateway.get(path, "If-None-Match", tag).statusCode()).isEqualTo(200);
        assertThat(gateway.get("/pks/lookup?op=get&search=0x" + "0".repeat(40), "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void gzipComesToWhoAsksForItAndOnlyToThem() throws Exception {
        gateway.keyserver().put(SampleCertificates.withUserIds(11, manyUserIds()));
        String path = "/pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(11);
        String plain = gateway.get(path).body();
        HttpResponse<byte[]> zipped = gateway.bytes(path, "Accept-Encoding", "br, gzip;q=0.5");
        assertThat(header(zipped, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(zipped, "Vary")).isEqualTo("Accept-Encoding");
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(new String(gzip.readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo(plain);
        }
        assertThat(header(gateway.bytes(path, "Accept-Encoding", "gzip;q=0"), "Content-Encoding"))
                .isEmpty();
        assertThat(header(gateway.bytes("/healthz", "Accept-Encoding", "gzip"), "Content-Encoding"))
                .isEmpty();
    }

    @Test
    void aFormWithAFileBringsTheFile() throws Exception {
        byte[] binary = SampleCertificates.certificate(12);
        byte[] form = SampleKey.concat(
                ascii(
                        "--AaB\r\nContent-Disposition: form-data; name=\"keytext\"\r\n\r\n\r\n"
                                + "--AaB\r\nContent-Disposition: form-data; name=\"keytext\"; filename=\"a.pgp\"\r\nContent-Type: application/pgp-keys\r\n\r\n"),
                binary,
                ascii("\r\n--AaB--\r\n"));
        HttpResponse<String> answer = gateway.post("multipart/form-data; boundary=AaB", form);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(gateway.lookup("get", "", SampleCertificates.email(12)).body())
                .isEqualTo(armored(12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\ntext\r\n--x--\r\n",
                "--x\r\nContent-Disposition: form-data; name=\"keytext\"\r\n\r\n\r\n--x--\r\n",
                "--x\r\nContent-Disposition: form-data; name=\"keytext\"\r\n\r\ncut",
                "--x--",
                "",
                "--y\r\n\r\n",
            })
    void aFormWithoutCertificateIsABadRequest(String form) throws Exception {
        assertThat(gateway.post("multipart/form-data; boundary=x", ascii(form)).statusCode())
                .isEqualTo(400);
        assertThat(gateway.post("multipart/form-data", ascii(form)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aSmallerLimitIsHeldAndALargerOneIsNot() throws Exception {
        for (int seed = 20; seed < 25; seed++) {
            gateway.keyserver().put(SampleCertificates.withUserIds(seed, "Throng " + seed));
        }
        assertThat(gateway.get("/pks/lookup?op=index&options=mr&limit=2&search=throng")
                        .body())
                .startsWith("info:1:2\n");
        HttpResponse<String> most = gateway.get("/pks/lookup?op=index&options=mr&limit=999&search=throng");
        assertThat(most.body()).startsWith("info:1:3\n");
        assertThat(most.headers().firstValue("X-HKP-Results-Count")).hasValue("5");
    }

    private static String[] manyUserIds() {
        String[] userIds = new String[20];
        for (int i = 0; i < userIds.length; i++) {
            userIds[i] = "Aaaaaaaaaaaaaaaaaaaaaaaaaaaa " + i + " <many" + i + "@example.net>";
        }
        return userIds;
    }

    private static byte[] certificate(ByteBuffer body) {
        byte[] certificate = new byte[body.getInt()];
        body.get(certificate);
        return certificate;
    }

    private static byte[] sksHash(long seed) {
        return IndexTerms.of(Certificate.ofStored(SampleCertificates.certificate(seed)))
                .sksHash();
    }

    private static String armored(long seed) {
        return new String(Armor.certificates(List.of(SampleCertificates.certificate(seed))), StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
