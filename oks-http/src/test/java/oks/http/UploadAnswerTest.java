package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import oks.http.page.ApiPage;
import oks.openpgp.Armor;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an uploader is told: what is kept, what it is found by, what was left out; and the page that explains it to
 * programs.
 */
@Timeout(120)
final class UploadAnswerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEYS = "application/pgp-keys";

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "");
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @Test
    void theJsonNamesWhatIsKeptWhatItIsFoundByAndWhatWasLeftOut() throws Exception {
        SampleKey key = new SampleKey(501);
        JsonNode answer = JSON.readTree(post(upload(key)).body());
        JsonNode entry = answer.path("inserted").get(0);
        String fingerprint = key.fingerprint().toLowerCase(Locale.ROOT);
        assertThat(entry.path("fingerprint").asText()).isEqualTo(fingerprint);
        assertThat(entry.path("comment").asText())
                .isEqualTo("left out: 1 user attribute such as photos (upload.max_user_attribute); "
                        + "1 signature by other keys (upload.third_party); 1 user ID without a valid self-signature");
        assertThat(entry.path("user_ids").asInt()).isEqualTo(2);
        assertThat(entry.path("user_ids_named"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("Ann <Ann@Example.org>", "Ann");
        assertThat(entry.path("searchable").toString())
                .isEqualTo("{\"fingerprint\":\"" + fingerprint + "\",\"key_id\":\"" + fingerprint.substring(24)
                        + "\",\"addresses\":[\"ann@example.org\"]}");
        assertThat(entry.path("left_out").toString())
                .isEqualTo(
                        "[{\"rule\":\"user_attribute_not_kept\",\"signatures\":false,\"count\":1,\"setting\":\"upload.max_user_attribute\"},"
                                + "{\"rule\":\"third_party\",\"signatures\":true,\"count\":1,\"setting\":\"upload.third_party\"},"
                                + "{\"rule\":\"no_self_signature\",\"signatures\":false,\"count\":1}]");
        assertThat(entry.path("examples"))
                .extracting(JsonNode::asText)
                .contains("user ID \"Eve\": no valid self-signature");
        JsonNode again = JSON.readTree(post(upload(key)).body()).path("ignored").get(0);
        assertThat(again.path("comment").asText()).startsWith("nothing in it is new; left out: 1 user attribute");
        assertThat(again.path("searchable").path("addresses").get(0).asText()).isEqualTo("ann@example.org");
    }

    @Test
    void thePageSaysTheSameInBothLanguages() throws Exception {
        SampleKey key = new SampleKey(502);
        assertThat(post(upload(key), "Accept", "text/html").body())
                .contains(
                        "published: <a href=",
                        "<li><bdi>Ann &lt;Ann@Example.org&gt;</bdi></li>",
                        "by its key ID <code>" + key.fingerprint().substring(24)
                                + "</code>, and by these addresses: <bdi>ann@example.org</bdi>.",
                        "signatures by other keys: 1 <small>(<code>upload.third_party</code> of this server)</small>",
                        "<li><bdi>user ID &quot;Eve&quot;: no valid self-signature</bdi></li>");
        assertThat(post(upload(key), "Accept", "text/html", "Accept-Language", "de")
                        .body())
                .contains(
                        "schon bekannt, nichts daran ist neu: <a href=",
                        "über die Schlüssel-ID <code>" + key.fingerprint().substring(24)
                                + "</code> und über diese Adressen: <bdi>ann@example.org</bdi>.",
                        "Signaturen anderer Schlüssel: 1",
                        "<ul lang=\"en\">");
    }

    @Test
    void whatIsRefusedIsToldWithItsRule() throws Exception {
        SampleKey key = new SampleKey(503);
        HttpResponse<String> tooLong = post(SampleKey.concat(key.packet(), key.userIdWithSignature("x".repeat(3000))));
        assertThat(tooLong.statusCode()).isEqualTo(413);
        assertThat(tooLong.body())
                .startsWith("refused: nothing is left to keep: user ID \"xxx")
                .endsWith("longer than 2048 bytes (upload.max_user_id)\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "</bdi></li></ul></main><iframe>",
                "\u202egro.elpmaxe@ecila",
                "\u2066\u2067\u2069\u200f\u061c",
                "\u0000\u001b[31m\r\nSet-Cookie: a=b",
                "\ufeff\u200b\u00ad",
                "{{7*7}}${7*7}",
                "%s%n%x",
                "--><script>",
            })
    void hostileUserIdsAreTextWhetherKeptOrLeftOut(String hostile) throws Exception {
        SampleKey key = new SampleKey(10_000L + (hostile.hashCode() & 0xffff));
        byte[] kept = key.userIdWithSignature(hostile + " <a@example.org>");
        byte[] left = SampleKey.packet(13, ("left " + hostile).getBytes(StandardCharsets.UTF_8));
        byte[] upload = SampleKey.concat(key.packet(), kept, left);
        for (String language : List.of("en", "de")) {
            HttpResponse<String> page = post(upload, "Accept", "text/html", "Accept-Language", language);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .doesNotContainPattern("(?i)<(script|img|iframe)")
                    .doesNotContainPattern("[\\p{Cf}\\x00\\x1b\\r]")
                    .contains("</html>")
                    .doesNotContain("49");
            assertThat(page.body().replaceAll("\"[^\"]*\"", "")).doesNotContainPattern("<[^>]*\\bon[a-z]+\\s*=");
            assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        }
        HttpResponse<String> json = post(upload);
        assertThat(json.body().strip()).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}]");
        JsonNode entry = JSON.readTree(json.body()).path("ignored").get(0);
        assertThat(entry.path("user_ids_named").get(0).asText()).isEqualTo(hostile + " <a@example.org>");
        assertThat(entry.path("comment").asText() + entry.path("examples"))
                .doesNotContainPattern("[\\p{Cf}\\p{Cntrl}]");
        HttpResponse<String> refused = post(SampleKey.concat(key.packet(), left));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .doesNotContainPattern("[\\p{Cf}\\x00-\\x09\\x0b-\\x1f]")
                .hasLineCount(1);
    }

    @Test
    void manyAndLongUserIdsMakeNoLongAnswer() throws Exception {
        SampleKey key = new SampleKey(504);
        byte[][] userIds = new byte[400][];
        for (int i = 0; i < userIds.length; i++) {
            userIds[i] = i % 2 == 0
                    ? key.userIdWithSignature("k" + i + "&".repeat(2000))
                    : SampleKey.packet(13, ("l" + i + "&".repeat(2000)).getBytes(StandardCharsets.UTF_8));
        }
        byte[] upload = SampleKey.concat(key.packet(), SampleKey.concat(userIds));
        HttpResponse<String> page = post(upload, "Accept", "text/html");
        assertThat(page.body())
                .contains("and 180 more", "user IDs without a valid self-signature: ")
                .hasSizeLessThan(50_000);
        assertThat(post(upload).body()).hasSizeLessThan(120_000);
    }

    /** The answer is made beside the event loop, and only the beginning of it has details. */
    @Test
    void manyCertificatesMakeNoLongAnswerEither() throws Exception {
        byte[][] many = new byte[300][];
        for (int i = 0; i < many.length; i++) {
            many[i] = SampleKey.concat(
                    new SampleKey(30_000 + i).certificate("<b>" + i + "</b> <many" + i + "@example.org>"),
                    SampleKey.packet(13, "Eve".getBytes(StandardCharsets.UTF_8)));
        }
        JsonNode inserted = JSON.readTree(post(SampleKey.concat(many)).body()).path("inserted");
        assertThat(inserted)
                .hasSize(300)
                .allMatch(entry ->
                        entry.path("comment").asText().equals("left out: 1 user ID without a valid self-signature"));
        assertThat(inserted.get(99).path("searchable").path("addresses").get(0).asText())
                .isEqualTo("many99@example.org");
        assertThat(inserted.get(100).has("searchable")).isFalse();
        String page = post(SampleKey.concat(many), "Accept", "text/html").body();
        assertThat(page.split("many\\d+@example.org&gt;", -1)).hasSize(101);
        assertThat(page.split("<p class=\"key\">", -1)).hasSize(301);
    }

    @Test
    void theIndexAsJsonShowsNothingHiddenEither() throws Exception {
        SampleKey key = new SampleKey(506);
        post(key.certificate("\u202egro \u0085\u2028x <hidden@example.org>"));
        for (String path : List.of(
                "/pks/lookup?op=index&options=json&search=hidden@example.org", "/pks/v2/index/hidden@example.org")) {
            String json = gateway.get(path).body();
            assertThat(json.strip())
                    .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\x{80}-\\x{9f}\\x{2028}]")
                    .contains("\\u202egro \\u0085\\u2028x");
            assertThat(JSON.readTree(json).toString()).contains("\u202egro \u0085\u2028x <hidden@example.org>");
        }
    }

    /** The page for programs is true: what it shows is done as it stands there. */
    @Test
    void theExamplesOfThePageForProgramsWork() throws Exception {
        SampleKey key = new SampleKey(505);
        byte[] certificate = key.certificate("Alice <alice@example.org>");
        Path file = directory.resolve("alice.asc");
        Files.write(file, Armor.certificates(List.of(certificate)));
        for (String language : List.of("de", "en")) {
            String page = gateway.get("/api", "Accept", "text/html", "Accept-Language", language)
                    .body();
            List<String> commands = Pattern.compile("<pre><code>(.*?)</code></pre>", Pattern.DOTALL)
                    .matcher(page)
                    .results()
                    .flatMap(block -> block.group(1).lines())
                    .map(line -> line.replace("&amp;", "&").replace("&#39;", "'"))
                    .toList();
            assertThat(commands).hasSize(8).allMatch(line -> line.startsWith("curl "));
            List<String> order = new ArrayList<>(commands.subList(6, 8)); // first published, then found
            order.addAll(commands.subList(0, 6));
            for (String command : order) {
                ClientCommand done = ClientCommand.run(
                        "curl",
                        "sh",
                        "-c",
                        "cd '" + directory + "' && " + command.replaceFirst("^curl ", "curl -sS --fail-with-body "));
                assertThat(done.status())
                        .as("%s: %s%s", command, done.out(), done.err())
                        .isZero();
                String expected = command.contains("op=get")
                        ? "BEGIN PGP PUBLIC KEY"
                        : command.contains("options=mr")
                                ? "pub:" + key.fingerprint()
                                : command.contains("stats")
                                        ? "numkeys"
                                        : command.contains("-o alice.pgp")
                                                ? ""
                                                : command.contains("pks/lookup") || command.contains("/index/")
                                                        ? key.fingerprint().toLowerCase(Locale.ROOT)
                                                        : "alice@example.org";
                assertThat(done.out().toLowerCase(Locale.ROOT)).contains(expected.toLowerCase(Locale.ROOT));
            }
            assertThat(Files.readAllBytes(directory.resolve("alice.pgp"))).isEqualTo(certificate);
        }
        assertThat(ApiPage.of("a'b; rm -r /", false).url()).isEqualTo("https://SERVER");
        assertThat(ApiPage.of("keys.example.org", false).url()).isEqualTo("https://keys.example.org");
        assertThat(ApiPage.of("127.0.0.1:11371", false).url()).isEqualTo("http://127.0.0.1:11371");
    }

    private static byte[] upload(SampleKey key) {
        byte[] bySomebody = new SampleKey(1)
                .signature(SampleKey.POSITIVE_CERTIFICATION, new byte[0], key.hashed(), SampleKey.hashedUserId("Ann"));
        byte[] photo = {(byte) 0xd1, 3, 2, 1, 0};
        byte[] eve = SampleKey.packet(13, "Eve".getBytes(StandardCharsets.UTF_8));
        return SampleKey.concat(
                key.packet(),
                key.userIdWithSignature("Ann <Ann@Example.org>"),
                key.userIdWithSignature("Ann"),
                bySomebody,
                photo,
                eve);
    }

    private static HttpResponse<String> post(byte[] upload, String... headers) throws Exception {
        return gateway.post(KEYS, upload, headers);
    }
}
