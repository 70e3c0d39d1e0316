package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.openpgp.Armor;
import oks.openpgp.Limits;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Found;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HKP over real HTTP and a real service socket. */
@Timeout(120)
final class GatewayHttpTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(
                directory,
                "[http]\nmax_body = \"64KiB\"\nmax_url = \"1KiB\"\nmax_header = \"2KiB\"\n"
                        + "[search]\nmax_results = 3\n");
        for (int seed = 1; seed <= 5; seed++) {
            gateway.keyserver().put(SampleCertificates.certificate(seed));
        }
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @AfterEach
    void answerAgain() {
        gateway.keyserver().answerInstead(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x%s", "0X%s", "%s"})
    void getGivesTheArmoredCertificate(String form) throws Exception {
        HttpResponse<String> answer =
                gateway.lookup("get", "mr", String.format(Locale.ROOT, form, SampleCertificates.fingerprint(1)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/pgp-keys");
        assertThat(header(answer, "X-HKP-Results-Count")).isEqualTo("1");
        assertThat(answer.body()).isEqualTo(armored(1));
        assertThat(answer.body()).endsWith("-----END PGP PUBLIC KEY BLOCK-----\n");
    }

    @Test
    void getFindsByKeyIdInAnyCaseAndByMailAddress() throws Exception {
        String keyId = SampleCertificates.fingerprint(2).substring(24);
        assertThat(gateway.lookup("get", "", "0x" + keyId.toLowerCase(Locale.ROOT))
                        .body())
                .isEqualTo(armored(2));
        assertThat(gateway.lookup("get", "", SampleCertificates.email(2)).body())
                .isEqualTo(armored(2));
        assertThat(gateway.get("/pks/lookup?search=" + SampleCertificates.email(2) + "&x-unknown=1&exact=on&op=get")
                        .body())
                .isEqualTo(armored(2));
    }

    @Test
    void severalCertificatesAreOneBlockCutAtTheLimitAndCounted() throws Exception {
        for (int seed = 40; seed < 45; seed++) {
            gateway.keyserver().put(SampleCertificates.withUserIds(seed, "Crowd " + seed));
        }
        HttpResponse<String> answer = gateway.lookup("get", "", "crowd");
        assertThat(header(answer, "X-HKP-Results-Count")).isEqualTo("5");
        assertThat(new UploadParser(Limits.standard(), Policy.standard())
                        .parse(answer.body().getBytes(StandardCharsets.US_ASCII))
                        .accepted())
                .hasSize(3);
        assertThat(gateway.lookup("index", "mr", "crowd").body()).startsWith("info:1:3\n");
        assertThat(gateway.lookup("index", "", "crowd").body()).contains("5 certificates", "Shown here: 1 to 3.");
    }

    private static String link(HttpResponse<?> answer, String relation) {
        Matcher link = Pattern.compile("<([^>]*)>; rel=\"" + relation + "\"")
                .matcher(answer.headers().firstValue("Link").orElse(""));
        return link.find() ? link.group(1) : null;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/pks/lookup?op=index&options=json&search=horde&",
                "/pks/lookup?op=index&options=mr&search=horde",
                "/pks/lookup?op=index&search=horde",
                "/pks/lookup?op=get&search=horde",
                "/pks/v2/index/horde@example.net",
                "/pks/v2/certs/by-identity/horde@example.net"
            })
    void aListIsReadToItsEndByItsLinks(String first) throws Exception {
        for (int seed = 40; seed < 47; seed++) {
            gateway.keyserver().put(SampleCertificates.withUserIds(seed, "Horde " + seed + " <horde@example.net>"));
        }
        String path = first.replaceFirst("\\?.*", "");
        Set<String> parts = new HashSet<>();
        String at = first;
        for (int part = 0; part < 3; part++) {
            HttpResponse<String> answer = gateway.get(at);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "X-HKP-Results-Count")).isEqualTo("7");
            assertThat(parts.add(answer.body())).isTrue();
            assertThat(link(answer, "prev") == null).isEqualTo(part == 0);
            String next = link(answer, "next");
            assertThat(next == null).isEqualTo(part == 2);
            if (answer.body().contains("<html")) {
                assertThat(answer.body().contains("Next page")).isEqualTo(next != null);
            }
            at = path + next;
        }
        assertThat(gateway.get(first + (first.contains("?") ? "&" : "?") + "skip=7")
                        .statusCode())
                .isEqualTo(404);
        assertThat(gateway.get(first + (first.contains("?") ? "&" : "?") + "skip=x")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatWasNotCountedToItsEndIsSaid() throws Exception {
        gateway.keyserver()
                .answerInstead(
                        new Certificates(6116, true, List.of(new Found(1, 1, SampleCertificates.certificate(1)))));
        try {
            HttpResponse<String> answer = gateway.lookup("index", "json", "example.org");
            assertThat(header(answer, "X-HKP-Results-Count")).isEqualTo("6116");
            assertThat(header(answer, "X-OKS-Results-More")).isEqualTo("yes");
            assertThat(gateway.lookup("index", "", "example.org").body()).contains("At least 6116 certificates");
        } finally {
            gateway.keyserver().answerInstead(null);
        }
    }

    /** As people type and paste it, and as gpg and our own pages write it. */
    @ParameterizedTest
    @ValueSource(strings = {"%s", "0x%s", "  %s ", "0x %s", "\u00a0%s\u200b", "\ufeff0x%s\n"})
    void keysAreFoundHoweverTheirDigitsAreGrouped(String form) throws Exception {
        String fingerprint = SampleCertificates.fingerprint(2);
        for (String digits : List.of(fingerprint, fingerprint.substring(24), fingerprint.toLowerCase(Locale.ROOT))) {
            for (String blank : List.of("", " ", "\u00a0", "\t")) {
                String grouped = digits.replaceAll("(.{4})(?=.)", "$1" + blank);
                assertThat(gateway.lookup("get", "", String.format(Locale.ROOT, form, grouped))
                                .body())
                        .as(grouped)
                        .isEqualTo(armored(2));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\u00a0", "\u200b \ufeff", "\t\r\n"})
    void whiteSpaceIsNoSearch(String blank) throws Exception {
        assertThat(gateway.lookup("get", "", blank).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"index", "vindex"})
    void theMachineReadableIndexIsTheOneThatGpgParses(String op) throws Exception {
        HttpResponse<String> answer = gateway.lookup(op, "mr", SampleCertificates.email(1));
        assertThat(header(answer, "Content-Type")).startsWith("text/plain");
        assertThat(answer.body())
                .isEqualTo("info:1:1\n"
                        + "pub:" + SampleCertificates.fingerprint(1) + ":22:255:1704067200::\n"
                        + "uid:Name 1 <name1@example.org>:1704067200::\n");
    }

    @Test
    void thePageShowsHostileUserIdsAsText() throws Exception {
        String hostile = "<script>alert(1)</script> \u202e\"'&\u0007 <x@example.net>";
        gateway.keyserver().put(SampleCertificates.withUserIds(99, hostile));
        HttpResponse<String> answer = gateway.lookup("index", "", "x@example.net");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).startsWith("text/html");
        assertThat(header(answer, "Content-Security-Policy")).contains("default-src 'none'");
        assertThat(answer.body())
                .doesNotContain("<script")
                .doesNotContain("\u202e")
                .contains(
                        "&lt;script&gt;alert(1)&lt;/script&gt; [U+202E]&quot;&#39;&amp;[U+0007] &lt;x@example.net&gt;")
                .contains("/pks/lookup?op=vindex&amp;search=0x" + SampleCertificates.fingerprint(99));
    }

    @Test
    void aHostileSearchComesBackEscapedAndBrowsersGetErrorsAsPages() throws Exception {
        gateway.keyserver().put(SampleCertificates.withUserIds(98, "script alert <y@example.net>"));
        HttpResponse<String> page = gateway.lookup("index", "", "<script>alert</script>");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).doesNotContain("<script").contains("&lt;script&gt;alert&lt;/script&gt;");
        HttpResponse<String> none =
                gateway.get("/pks/lookup?op=index&search=%3Cb%3Enobody%3C/b%3E", "Accept", "text/html");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(header(none, "Content-Type")).startsWith("text/html");
        assertThat(none.body()).contains("No certificate was found").doesNotContain("<b>");
        plainError(gateway.get("/pks/lookup?op=index&search=nobody"), 404);
    }

    @Test
    void revokedShowsInIndexAndPage() throws Exception {
        gateway.keyserver().put(SampleCertificates.revoked(50));
        assertThat(gateway.lookup("index", "mr", SampleCertificates.email(50)).body())
                .contains(":1704067200::r\n");
        assertThat(gateway.lookup("index", "", SampleCertificates.email(50)).body())
                .contains(">revoked</strong>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "400 /pks/lookup",
                "400 /pks/lookup?op=get",
                "400 /pks/lookup?op=get&search=",
                "400 /pks/lookup?search=0x1234567812345678",
                "400 /pks/lookup?op=get&search=0x123",
                "400 /pks/lookup?op=get&search=0x",
                "400 /pks/lookup?op=get&search=...",
                "501 /pks/lookup?op=get&search=0x12345678",
                "501 /pks/lookup?op=get&search=0x12345678123456781234567812345678",
                "501 /pks/lookup?op=x-other&search=x",
                "501 /pks/lookup?op=index&options=mr,x-other&search=x",
                "501 /pks/lookup?op=index&options=bin&search=x",
                "501 /pks/lookup?op=get&options=json&search=x",
                "400 /pks/lookup?op=hget&search=0x1234567812345678",
                "400 /pks/lookup?op=get&limit=0&search=x",
                "404 /pks/lookup?op=hget&search=00112233445566778899aabbccddeeff",
                "404 /pks/lookup?op=get&search=0x0000000000000000000000000000000000000000",
                "404 /pks/lookup?op=index&options=mr&search=nobody@example.org",
                "404 /nothing",
                "404 /pks/lookups",
                "405 /pks/add",
            })
    void eachErrorHasItsStatusAndOneLineOfText(int status, String path) throws Exception {
        plainError(gateway.get(path), status);
    }

    @Test
    void methodsThatDoNotFitAreNamed() throws Exception {
        assertThat(header(gateway.send("DELETE", "/pks/lookup"), "Allow")).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(header(gateway.send("PUT", "/pks/add"), "Allow")).isEqualTo("POST, OPTIONS");
        HttpResponse<String> options = gateway.send("OPTIONS", "/pks/add");
        assertThat(options.statusCode()).isEqualTo(200);
        assertThat(header(options, "Allow")).isEqualTo("POST, OPTIONS");
        assertThat(header(options, "Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() throws Exception {
        String path = "/pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(1);
        HttpResponse<String> head = gateway.send("HEAD", path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length"))
                .isEqualTo(Integer.toString(armored(1).length()));
        assertThat(head.body()).isEmpty();
    }

    @Test
    void addTellsWhatBecameOfEachCertificate() throws Exception {
        byte[] certificate = Armor.certificates(List.of(SampleCertificates.certificate(20)));
        HttpResponse<String> first = gateway.addForm(certificate);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).endsWith("\n");
        assertThat(header(first, "Content-Type")).isEqualTo("application/json");
        JsonNode inserted = new ObjectMapper().readTree(first.body()).get("inserted");
        assertThat(inserted).hasSize(1);
        assertThat(inserted.get(0).get("version").asInt()).isEqualTo(4);
        assertThat(inserted.get(0).get("fingerprint").asText())
                .isEqualTo(SampleCertificates.fingerprint(20).toLowerCase(Locale.ROOT));

        assertThat(new ObjectMapper()
                        .readTree(gateway.addForm(certificate).body())
                        .get("ignored"))
                .hasSize(1);
        byte[] updated = SampleCertificates.updated(20, 1);
        JsonNode report = new ObjectMapper()
                .readTree(gateway.post("application/pgp-keys", updated).body());
        assertThat(report.get("updated")).hasSize(1);
        assertThat(report.get("invalid")).isEmpty();
        assertThat(gateway.addForm(certificate, "Accept", "text/html").body()).contains("known already");
    }

    @Test
    void aPrivateKeyIsRefusedAndNothingOfItIsRepeated() throws Exception {
        byte[] secret = secretKeyPacket();
        HttpResponse<String> answer = gateway.post("application/pgp-keys", secret);
        plainError(answer, 422);
        assertThat(answer.body()).contains("private key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keytext=hello",
                "keytext=-----BEGIN+PGP+PUBLIC+KEY+BLOCK-----%0A%0Axxxx%0A-----END+PGP+PUBLIC+KEY+BLOCK-----%0A",
                "keytext=%99%01%02",
            })
    void whatIsNoCertificateIsUnprocessable(String form) throws Exception {
        plainError(gateway.post(FORM, form.getBytes(StandardCharsets.US_ASCII)), 422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "keytext", "keytext=", "keytext=%", "keytext=%a", "keytext=%xy", "text=x"})
    void aBadFormIsABadRequest(String form) throws Exception {
        plainError(gateway.post(FORM, form.getBytes(StandardCharsets.US_ASCII)), 400);
    }

    @Test
    void otherMediaTypesAreUnsupported() throws Exception {
        plainError(gateway.post("text/plain", new byte[10]), 415);
        plainError(gateway.post("application/json", new byte[10]), 415);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhetherItsLengthIsToldOrNot() throws Exception {
        plainError(gateway.post(FORM, new byte[(64 << 10) + 1]), 413);
        String chunk = "8000\r\n" + "k".repeat(0x8000) + "\r\n";
        String answer = raw("POST /pks/add HTTP/1.1\r\nHost: x\r\nContent-Type: " + FORM
                + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3) + "0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOnOrNot() throws Exception {
        String head = "POST /pks/add HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
        assertThat(firstLine(head + "99999999\r\n\r\n")).startsWith("HTTP/1.1 413 ");
        assertThat(firstLine(head + "10\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue");
    }

    @Test
    void oldProtocolLongLinesAndRubbishAreAnsweredInPlainText() throws Exception {
        String old = raw("GET /pks/lookup?op=get&options=mr&search=0x" + SampleCertificates.fingerprint(1)
                + " HTTP/1.0\r\n" + "Host: x\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n\r\n");
        assertThat(old)
                .startsWith("HTTP/1.0 200 OK")
                .endsWith(armored(1))
                .containsIgnoringCase("access-control-allow-origin: *");
        assertThat(raw("GET /" + "x".repeat(2000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains(" 414 ");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(4000) + "\r\n\r\n"))
                .contains(" 431 ");
        assertThat(firstLine("GET /pks/lookup?op=get&search=%zz HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains(" 400 ");
        assertThat(raw("rubbish\r\n\r\n")).contains(" 400 ");
        assertThat(raw("GET / HTTP/3.7\r\nConnection: close\r\n\r\n")).contains(" 501 ");
    }

    @Test
    void oksdsFailuresBecomeStatuses() throws Exception {
        gateway.keyserver().answerInstead(new Failure(FailureCode.TEMPORARILY_UNAVAILABLE, 7, "paused\r\nby \"x\""));
        HttpResponse<String> paused = gateway.addForm(SampleCertificates.certificate(1));
        plainError(paused, 503);
        assertThat(header(paused, "Retry-After")).isEqualTo("7");
        assertThat(paused.body()).isEqualTo("paused by \"x\"\n");
        gateway.keyserver().answerInstead(new Failure(FailureCode.TOO_LARGE, 0, "too large"));
        plainError(gateway.addForm(SampleCertificates.certificate(1)), 413);
        gateway.keyserver().answerInstead(new Failure(FailureCode.INTERNAL, 0, "secret details"));
        HttpResponse<String> internal = gateway.lookup("get", "", "0x" + SampleCertificates.fingerprint(1));
        plainError(internal, 500);
        assertThat(internal.body()).doesNotContain("secret");
    }

    @Test
    void whileOksdIsAwayRequestsAreAnsweredAtOnceAndThenAgain() throws Exception {
        gateway.goAway();
        HttpResponse<String> lookup = gateway.lookup("get", "", "0x" + SampleCertificates.fingerprint(1));
        plainError(lookup, 503);
        assertThat(Integer.parseInt(header(lookup, "Retry-After"))).isPositive();
        plainError(gateway.addForm(SampleCertificates.certificate(1)), 503);
        assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
        gateway.comeBack();
        assertThat(gateway.lookup("get", "", "0x" + SampleCertificates.fingerprint(1))
                        .body())
                .isEqualTo(armored(1));
    }

    @Test
    void theStartPageHasItsFormsAndItsStyleSheet() throws Exception {
        HttpResponse<String> page = gateway.get("/");
        assertThat(page.body())
                .contains("action=\"./pks/lookup\"", "action=\"./pks/add\"", "name=\"keytext\"", "./oks.css");
        assertThat(header(gateway.get("/oks.css"), "Content-Type")).startsWith("text/css");
    }

    private static void plainError(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).startsWith("text/plain");
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(answer.body()).matches("[^\\n]+\\n");
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String armored(long seed) {
        return new String(Armor.certificates(List.of(SampleCertificates.certificate(seed))), StandardCharsets.US_ASCII);
    }

    /** The sample certificate with its public key packet made a secret one: enough to be refused. */
    private static byte[] secretKeyPacket() {
        byte[] packets = SampleCertificates.certificate(30);
        packets[0] = (byte) (0x80 | 5 << 2);
        return packets;
    }

    /** Sends bytes as they are and reads one line. */
    private static String firstLine(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(60_000);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
        }
    }

    /** Sends bytes as they are and reads until the gateway closes. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
