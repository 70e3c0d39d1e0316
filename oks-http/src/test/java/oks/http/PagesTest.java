package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import oks.http.answer.Answer;
import oks.http.page.ErrorPage;
import oks.http.page.HelpPage;
import oks.http.page.PageContext;
import oks.http.page.PageTemplates;
import oks.http.page.Words;
import oks.openpgp.Armor;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that people see, as a browser asks for them. */
@Timeout(120)
final class PagesTest {
    private static final String[] AS_BROWSER = {"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"};

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "");
        gateway.keyserver().put(SampleCertificates.certificate(1));
        gateway.keyserver().put(SampleCertificates.revoked(2));
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @Test
    void aCertificatesPageHasAllAboutItAndItsFingerprintAsAQrCode() throws Exception {
        String fingerprint = SampleCertificates.fingerprint(1);
        String page = page("/pks/lookup?op=vindex&search=0x" + fingerprint, 200);
        assertThat(page)
                .contains(
                        "Name 1 &lt;name1@example.org&gt;",
                        fingerprint.replaceAll("(.{4})(?!$)", "$1 "),
                        "<code>" + fingerprint.substring(24) + "</code>",
                        "ed25519",
                        "2024-01-01",
                        "href=\"../pks/lookup?op=get&amp;search=0x" + fingerprint,
                        "download=\"" + fingerprint + ".asc\"",
                        "<svg class=\"qr\"",
                        "<title>QR code of the fingerprint</title>");
        assertThat(page).doesNotContain("revoked</strong>");
        assertThat(page("/pks/lookup?op=vindex&search=0x" + SampleCertificates.fingerprint(2), 200))
                .contains("yes, by its owner");
    }

    @Test
    void aCertificatesPageTellsWhoSignedItAndWhatWasTakenBack() throws Exception {
        SampleKey key = new SampleKey(40);
        SampleKey other = new SampleKey(41);
        String userId = "Signed <signed@example.org>";
        byte[] oneYear = SampleKey.subpacket(3, 0x01, 0xe1, 0x33, 0x80);
        gateway.keyserver()
                .putWhole(SampleKey.concat(
                        key.packet(),
                        key.userIdWithSignature(userId),
                        other.signature(
                                SampleKey.POSITIVE_CERTIFICATION,
                                oneYear,
                                key.hashed(),
                                SampleKey.hashedUserId(userId)),
                        other.signature(
                                SampleKey.CERTIFICATION_REVOCATION,
                                SampleKey.subpacket(29, 0),
                                key.hashed(),
                                SampleKey.hashedUserId(userId))));
        String page = page("/pks/lookup?op=vindex&search=signed@example.org", 200);
        assertThat(page)
                .contains(
                        "<summary>3 signatures, 2 by others, which nobody verified</summary>",
                        "<td>the owner</td>",
                        "<a href=\"../pks/lookup?op=vindex&amp;search=0x" + other.fingerprint() + "\"><code>"
                                + other.fingerprint().substring(24) + "</code></a>",
                        "certification, name checked carefully, expired <time datetime=\"2024-12-31\">",
                        "<strong class=\"bad\">revocation of certifications</strong>",
                        "<td><time datetime=\"2024-01-01\">");
    }

    @Test
    void theStatisticsAreDrawnAndStandInATableToo() throws Exception {
        String page = page("/pks/stats", 200);
        assertThat(page)
                .contains(
                        "<figcaption>Certificates</figcaption>",
                        "aria-labelledby=\"certificates-title certificates-text\"",
                        "<path class=\"line\" d=\"M",
                        "<figcaption>Uploads that changed something, each hour</figcaption>",
                        "<summary>The same as a table, each hour</summary>",
                        "<tr><td>2026-11-22 10:00</td><td>");
    }

    @Test
    void theListLeadsToThePagesAndAFileIsUploaded() throws Exception {
        assertThat(page("/pks/lookup?op=index&search=name1@example.org", 200))
                .contains("1 certificate", "op=vindex&amp;search=0x" + SampleCertificates.fingerprint(1));
        String form =
                "--b\r\nContent-Disposition: form-data; name=\"keytext\"\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; "
                        + "name=\"keytext\"; filename=\"x.asc\"\r\n\r\n"
                        + new String(
                                Armor.certificates(List.of(SampleCertificates.certificate(5))),
                                StandardCharsets.US_ASCII)
                        + "\r\n--b--\r\n";
        HttpResponse<String> uploaded =
                gateway.post("multipart/form-data; boundary=b", form.getBytes(StandardCharsets.US_ASCII), AS_BROWSER);
        assertThat(uploaded.body())
                .contains(
                        "Your upload",
                        "published",
                        grouped(5),
                        "op=vindex&amp;search=0x" + SampleCertificates.fingerprint(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "</title><script>x</script>",
                "<svg/onload=alert(1)>",
                "javascript:alert(1)",
                "&lt;script&gt;",
                "\u202egro.elpmaxe@ecila",
                "\u2066\u2067\u2069\u200f\u061c",
                "\u0000\u001b[31m",
                "\ufeff\u200b\u00ad",
                "</bdi></h1></main><iframe>",
                "{{7*7}}${7*7}",
                "--><script>",
                "%3Cscript%3E",
            })
    void hostileUserIdsAreTextEverywhere(String hostile) throws Exception {
        long seed = 1000L + (hostile.hashCode() & 0xffff);
        gateway.keyserver().put(SampleCertificates.withUserIds(seed, hostile + " <xss" + seed + "@example.net>"));
        for (String path : List.of(
                "/pks/lookup?op=index&search=xss" + seed + "@example.net",
                "/pks/lookup?op=vindex&search=0x" + SampleCertificates.fingerprint(seed),
                "/pks/lookup?op=index&search=" + RunningGateway.escape(hostile + " xss" + seed))) {
            HttpResponse<String> answer = gateway.get(path, AS_BROWSER);
            assertThat(answer.body())
                    .doesNotContainPattern("(?i)<(script|img|iframe|svg/)")
                    .doesNotContainPattern("[\\p{Cf}\\x00\\x1b]")
                    .contains("</html>");
            // In a quoted value such words are text; a quote that came through would end the value and show here.
            assertThat(answer.body().replaceAll("\"[^\"]*\"", "")).doesNotContainPattern("<[^>]*\\bon[a-z]+\\s*=");
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .contains("default-src 'none'", "frame-ancestors 'none'")
                            .doesNotContain("unsafe", "script-src", "*"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "404 /nothing",
                "404 /pks/lookup?op=index&search=nobody",
                "400 /pks/lookup?op=index&search=",
                "501 /pks/lookup?op=index&search=0x12345678"
            })
    void errorsArePagesWithTheirStatus(String statusAndPath) throws Exception {
        int status = Integer.parseInt(statusAndPath.substring(0, 3));
        assertThat(page(statusAndPath.substring(4), status)).contains("role=\"alert\"");
    }

    static String grouped(long seed) {
        return SampleCertificates.fingerprint(seed).replaceAll("(.{4})(?!$)", "$1 ");
    }

    @Test
    void whatWasNotFoundCanBeCorrectedWhereThatIsSaid() throws Exception {
        String page = page("/pks/lookup?op=index&search=%3Cb%3Enobody", 404);
        assertThat(page)
                .contains(
                        "No certificate was found for <q><bdi>&lt;b&gt;nobody</bdi></q>.",
                        "name=\"search\" value=\"&lt;b&gt;nobody\"",
                        "ali* finds all that begin with ali");
        assertThat(page("/nope", 404))
                .contains("There is nothing at this path.")
                .doesNotContain("<form");
    }

    @Test
    void errorsSayWhatToDo() throws Exception {
        assertThat(page("/pks/lookup?op=x&search=y", 501)).contains("<h1>Not offered here</h1>");
        HttpResponse<String> refused = gateway.post(
                "application/x-www-form-urlencoded",
                "keytext=nonsense".getBytes(StandardCharsets.US_ASCII),
                AS_BROWSER);
        assertThat(refused.body()).contains("<h1>That did not work</h1>", "gpg --armor --export ADDRESS");
        assertThat(ErrorPage.of(503, "the keyserver is paused", "/pks/add", "", true, Words.ENGLISH)
                        .advice())
                .contains("Try again");
        assertThat(ErrorPage.of(429, "too many requests", "/", "", true, Words.ENGLISH)
                        .title())
                .isEqualTo("Too many requests");
        assertThat(ErrorPage.of(500, "internal error", "/", "", true, Words.ENGLISH)
                        .title())
                .isEqualTo("An error on this server");
    }

    @Test
    void theHelpNamesThisServerAndWhomToAsk() throws Exception {
        assertThat(page("/help", 200))
                .contains(
                        "gpg --keyserver hkp://127.0.0.1:" + gateway.port() + " --send-keys",
                        "Ask those who run this server");
        assertThat(HelpPage.of("keys.example.org", false, "").server()).isEqualTo("hkps://keys.example.org");
        assertThat(HelpPage.of("[2001:db8::1]:11372", true, "").server()).isEqualTo("hkps://[2001:db8::1]:11372");
        assertThat(HelpPage.of("a'b; rm -r /", false, "").server()).isEqualTo("hkps://SERVER");
        assertThat(HelpPage.of("", false, "keys@example.org").contactLink()).isEqualTo("mailto:keys@example.org");
        assertThat(HelpPage.of("", false, "https://example.org/ask").contactLink())
                .isEqualTo("https://example.org/ask");
        PageTemplates templates = PageTemplates.read(java.util.Optional.empty(), "en");
        assertThat(templates.render(
                        "help",
                        "Help",
                        HelpPage.of("", false, "keys@example.org"),
                        new PageContext("./", "keys", true, "")))
                .contains("Write to <a href=\"mailto:keys@example.org\">keys@example.org</a>");
    }

    @Test
    void everyPageCanBeUsedByKeyboardAndScreenReader() throws Exception {
        for (String path : List.of("/", "/help", "/pks/stats", "/pks/lookup?op=vindex&search=name1@example.org")) {
            String page = page(path, 200);
            assertThat(page)
                    .contains("<html lang=\"en\">", "<main id=\"main\">", "href=\"#main\"", "name=\"viewport\"");
            assertThat(page.split("<h1>", -1)).hasSize(2);
            assertThat(page).doesNotContain("http://", "https://", "<script", "style=");
        }
        String start = page("/", 200);
        assertThat(start)
                .contains(
                        "<label for=\"search\">",
                        "<label for=\"keytext\">",
                        "<label for=\"file\">",
                        "multipart/form-data");
    }

    private static String page(String path, int status) throws Exception {
        HttpResponse<String> answer = gateway.get(path, AS_BROWSER);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(Answer.HTML);
        return answer.body();
    }
}
