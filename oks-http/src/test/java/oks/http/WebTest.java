package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import oks.openpgp.Armor;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers, crawlers, scripts on other pages and proxies make of the gateway. */
@Timeout(120)
final class WebTest {
    private static final Pattern LINK = Pattern.compile("(?:href|action)=\"([^\"]*)\"");

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws Exception {
        gateway =
                new RunningGateway(directory, "[http]\nmax_body = \"64KiB\"\n[pages]\nname = \"Keys of <Example>\"\n");
        gateway.keyserver().put(SampleCertificates.certificate(1));
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    /** A proxy may serve the pages under a path of its own: https://example.org/keys/. */
    @ParameterizedTest
    @CsvSource({
        "/, ./",
        "/help, ./",
        "/pks/stats, ../",
        "/pks/lookup?op=index&search=name1@example.org, ../",
        "/pks/lookup/?op=index&search=nobody, ../../",
        "/pks/lookup?op=vindex&search=name1@example.org, ../",
        "/nowhere, ./",
        "/pks/v2/certs/by-keyid/xyz, ../../../../"
    })
    void everyLinkIsRelativeToThePage(String path, String base) throws Exception {
        String page = gateway.get(path, "Accept", "text/html").body();
        assertThat(page).contains("href=\"" + base + "oks.css\"", "href=\"" + base + "help\"");
        Matcher links = LINK.matcher(page);
        while (links.find()) {
            assertThat(links.group(1))
                    .as(path)
                    .matches("#main|https?://.*|mailto:.*|\\?.*|" + Pattern.quote(base) + "(?!/).*");
        }
    }

    @Test
    void pagesComeInTheLanguageWithTheHeadersThatCachesNeed() throws Exception {
        gateway.keyserver().put(SampleCertificates.revoked(2));
        for (String path : List.of(
                "/",
                "/help",
                "/api",
                "/pks/stats",
                "/nothing",
                "/pks/lookup?op=index&search=example",
                "/pks/lookup?op=index&search=example.org",
                "/pks/lookup?op=vindex&search=0x" + SampleCertificates.fingerprint(2))) {
            HttpResponse<String> german =
                    gateway.get(path, "Accept", "text/html", "Accept-Language", "de-DE,de;q=0.9,en;q=0.8");
            HttpResponse<String> english = gateway.get(path, "Accept", "text/html", "Accept-Language", "en");
            assertThat(german.body()).contains("<html lang=\"de\">", "Zum Inhalt springen");
            assertThat(english.body()).contains("<html lang=\"en\">", "Skip to content");
            assertThat(german.statusCode()).isEqualTo(english.statusCode());
            assertThat(german.headers().firstValue("Content-Language")).hasValue("de");
            assertThat(english.headers().firstValue("Content-Language")).hasValue("en");
            for (HttpResponse<String> answer : List.of(german, english)) {
                assertThat(answer.headers().allValues("Vary")).containsExactly("Accept, Accept-Language");
            }
            String tag = english.headers().firstValue("ETag").orElse("\"none\"");
            assertThat(gateway.get(path, "Accept", "text/html", "Accept-Language", "de", "If-None-Match", tag)
                            .statusCode())
                    .as("a page that is known in English is not known in German")
                    .isNotEqualTo(304);
            HttpResponse<byte[]> zipped = gateway.bytes(path, "Accept", "text/html", "Accept-Encoding", "gzip");
            assertThat(zipped.headers().allValues("Vary")).allMatch(vary -> vary.startsWith("Accept, Accept-Language"));
            if (zipped.headers().firstValue("Content-Encoding").isPresent()) {
                assertThat(zipped.headers().allValues("Vary"))
                        .containsExactly("Accept, Accept-Language, Accept-Encoding");
            }
        }
        assertThat(gateway.get("/pks/lookup?op=get&search=name1@example.org")
                        .headers()
                        .firstValue("Content-Language"))
                .isEmpty();
        assertThat(gateway.get("/nothing", "Accept", "text/html", "Accept-Language", "de")
                        .body())
                .contains("<h1>Nicht gefunden</h1>", "Unter dieser Adresse gibt es nichts.")
                .doesNotContain("lang=\"en\"");
        assertThat(gateway.get("/pks/lookup?op=x&search=y", "Accept", "text/html", "Accept-Language", "de")
                        .body())
                .contains("<h1>Hier nicht angeboten</h1>", "<span lang=\"en\">This op is not offered");
        assertThat(gateway.get("/nothing", "Accept-Language", "de").body())
                .as("for programs")
                .isEqualTo("there is nothing at this path\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pks/lookup/?op=get&search=name1@example.org", "/pks/stats/", "/help/", "/healthz/"})
    void aSlashAtTheEndOfAPathIsForgiven(String path) throws Exception {
        assertThat(gateway.get(path).statusCode()).isEqualTo(200);
    }

    @Test
    void aPersonsLookupWithoutOpIsASearchAndAProgramsIsAnError() throws Exception {
        HttpResponse<String> list = gateway.get("/pks/lookup?search=name1@example.org", "Accept", "text/html");
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.body()).contains("1 certificate", SampleCertificates.fingerprint(1));
        assertThat(gateway.get("/pks/lookup", "Accept", "text/html").body()).contains("Find a certificate");
        assertThat(gateway.get("/pks/lookup?search=name1@example.org").statusCode())
                .isEqualTo(400);
    }

    @Test
    void theServerHasTheNameThatItsOperatorGaveIt() throws Exception {
        assertThat(gateway.get("/").body())
                .contains("<title>Keys of &lt;Example&gt;</title>", ">Keys of &lt;Example&gt;</a>");
    }

    @Test
    void scriptsOnOtherPagesMayReadOurHeaders() throws Exception {
        HttpResponse<String> answer = gateway.lookup("get", "", "name1@example.org");
        assertThat(answer.headers().firstValue("Access-Control-Expose-Headers"))
                .hasValueSatisfying(exposed -> assertThat(exposed.split(", "))
                        .contains("X-HKP-Results-Count", "X-OKS-Results-More", "Link", "ETag", "Retry-After"));
    }

    @Test
    void crawlersAreToldToStayAwayFromCertificatesAndBrowsersFindTheirIcon() throws Exception {
        assertThat(gateway.get("/robots.txt").body()).contains("Disallow: /pks/");
        assertThat(gateway.lookup("get", "", "name1@example.org").headers().firstValue("X-Robots-Tag"))
                .hasValue("noindex");
        assertThat(gateway.lookup("index", "", "name1@example.org").headers().firstValue("X-Robots-Tag"))
                .hasValue("noindex");
        assertThat(gateway.get("/").headers().firstValue("X-Robots-Tag")).isEmpty();
        for (String icon : List.of("/favicon.svg", "/favicon.ico")) {
            assertThat(gateway.get(icon).headers().firstValue("Content-Type")).hasValue("image/svg+xml");
        }
        assertThat(gateway.get("/").body()).contains("<link rel=\"icon\" href=\"./favicon.svg\"");
    }

    /** As browsers send it back, and as proxies change it that compress on the way. */
    @ParameterizedTest
    @ValueSource(strings = {"%s", "\"other\", %s", "%s, \"other\"", "*", "strong", "apache", "brotli", "caddy"})
    void whoKnowsTheAnswerIsToldSo(String form) throws Exception {
        for (String path : List.of("/pks/lookup?op=get&search=name1@example.org", "/oks.css")) {
            for (String coding : List.of("identity", "gzip")) {
                HttpResponse<byte[]> first = gateway.bytes(path, "Accept-Encoding", coding);
                String tag = first.headers().firstValue("ETag").orElseThrow();
                assertThat(tag).as("the same for both codings").startsWith("W/");
                String known = switch (form) {
                    case "strong" -> tag.replace("W/", "");
                    case "apache" -> tag.replaceFirst("\"$", "-gzip\"");
                    case "brotli" -> tag.replaceFirst("\"$", "-br\"");
                    case "caddy" -> tag.replaceFirst("\"$", "--gzip\"");
                    default -> String.format(Locale.ROOT, form, tag);
                };
                assertThat(gateway.bytes(path, "Accept-Encoding", coding, "If-None-Match", known)
                                .statusCode())
                        .as(known)
                        .isEqualTo(304);
                assertThat(gateway.bytes(path, "If-None-Match", "W/\"other\"").statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void aCompressedUploadIsTakenWithinTheSameLimit() throws Exception {
        byte[] certificate = Armor.certificates(List.of(SampleCertificates.certificate(2)));
        for (String coding : List.of("gzip", "x-gzip", "GZIP")) {
            assertThat(gateway.post("application/pgp-keys", gzip(certificate), "Content-Encoding", coding)
                            .statusCode())
                    .as(coding)
                    .isEqualTo(200);
        }
        assertThat(gateway.post("application/pgp-keys", certificate, "Content-Encoding", "identity")
                        .statusCode())
                .isEqualTo(200);
        String form = "keytext=" + RunningGateway.escape(new String(certificate, StandardCharsets.US_ASCII));
        assertThat(gateway.post(
                                "application/x-www-form-urlencoded",
                                gzip(form.getBytes(StandardCharsets.US_ASCII)),
                                "Content-Encoding",
                                "gzip")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> bomb =
                gateway.post("application/pgp-keys", gzip(new byte[10 << 20]), "Content-Encoding", "gzip");
        assertThat(bomb.statusCode()).isEqualTo(413);
        assertThat(bomb.body()).contains("when it is decompressed");
        assertThat(gateway.post("application/pgp-keys", certificate, "Content-Encoding", "gzip")
                        .statusCode())
                .as("no gzip")
                .isEqualTo(400);
        for (String coding : List.of("br", "zstd", "deflate", "gzip, gzip")) {
            HttpResponse<String> other = gateway.post("application/pgp-keys", certificate, "Content-Encoding", coding);
            assertThat(other.statusCode()).as(coding).isEqualTo(415);
            assertThat(other.headers().firstValue("Accept-Encoding")).hasValue("gzip");
        }
    }

    private static byte[] gzip(byte[] bytes) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
