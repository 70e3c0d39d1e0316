package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.config.OksHttpSettings;
import oks.config.SearchWords;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.answer.Answer;
import oks.http.page.PageTemplates;
import oks.http.page.Pages;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages that an operator has changed. */
@Timeout(120)
final class OwnPagesTest {
    private static final OksHttpSettings.Search SEARCH = new OksHttpSettings.Search(100, SearchWords.ALL, List.of());

    @TempDir
    private Path prefix;

    private Path pages;

    @BeforeEach
    void writePages() {
        pages = prefix.resolve("pages");
        Pages.write(pages);
    }

    @Test
    void whatIsWrittenOutIsWhatIsShownAnyway() throws Exception {
        try (RunningGateway standard = new RunningGateway(prefix.resolve("a"), "");
                RunningGateway own =
                        new RunningGateway(prefix.resolve("b"), "[pages]\ndirectory = \"" + pages + "\"\n")) {
            for (RunningGateway gateway : new RunningGateway[] {standard, own}) {
                gateway.keyserver().put(SampleCertificates.certificate(1));
            }
            for (String path : new String[] {
                "/", "/oks.css", "/pks/stats", "/nothing", "/pks/lookup?op=vindex&search=name1@example.org"
            }) {
                assertThat(own.get(path, "Accept", "text/html").body())
                        .isEqualTo(standard.get(path, "Accept", "text/html").body());
            }
        }
    }

    @Test
    void templatesAndFilesReplaceThoseOfTheProgramAndMoreFilesAreServed() throws Exception {
        for (String file : PageTemplates.FILES) {
            if (!file.equals("page.mustache")) {
                Files.delete(pages.resolve(file));
            }
        }
        replace("page.mustache", "{{site}}", "Keys of the club");
        Files.writeString(pages.resolve("oks.css"), "body { color: navy }\n");
        Files.writeString(pages.resolve("robots.txt"), "User-agent: *\nDisallow: /pks/\n");
        Files.write(pages.resolve("logo.png"), new byte[] {1, 2, 3});
        try (RunningGateway gateway = new RunningGateway(prefix, "[pages]\ndirectory = \"pages\"\n")) {
            assertThat(gateway.get("/", "Accept", "text/html").body())
                    .contains("Keys of the club", "Find a certificate");
            assertThat(gateway.get("/nothing", "Accept", "text/html").body())
                    .contains("Keys of the club", "There is nothing at this path");
            assertThat(gateway.get("/oks.css").body()).isEqualTo("body { color: navy }\n");
            HttpResponse<byte[]> logo = gateway.bytes("/logo.png");
            assertThat(logo.body()).containsExactly(1, 2, 3);
            assertThat(logo.headers().firstValue("Content-Type")).hasValue("image/png");
            assertThat(logo.headers().firstValue("Content-Security-Policy")).isPresent();
            assertThat(gateway.get(
                                    "/logo.png",
                                    "If-None-Match",
                                    logo.headers().firstValue("ETag").orElseThrow())
                            .statusCode())
                    .isEqualTo(304);
            assertThat(gateway.get("/robots.txt").headers().firstValue("Content-Type"))
                    .hasValue(Answer.TEXT);
            assertThat(gateway.get("/page.mustache").statusCode()).isEqualTo(404);
            assertThat(gateway.get("/../etc/oks-http.conf").statusCode()).isEqualTo(404);

            replace("page.mustache", "Keys of the club", "Keys of another club");
            gateway.gateway().showPages(OksHttpSettings.read(prefix.resolve("etc/oks-http.conf")));
            assertThat(gateway.get("/", "Accept", "text/html").body()).contains("Keys of another club");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start.mustache | </form> | {{#open}}</form> | start.mustache\", line 11: ",
                "results.mustache | {{total}} | {{totel}} | results.mustache\", line 2: there is no \"totel\" to show",
                "badge.mustache | >{{validity.badge}} | >{{validity.bodge}} | badge.mustache\", line 1: there is no \"validity.bodge\" to show",
                "certificate.mustache | {{keyId}} | {{keyIds}} | certificate.mustache\", line 27: there is no \"keyIds\" to show",
                "certificate.mustache | {{name}} | {{{name}}} | certificate.mustache\", line 1: values cannot be inserted unescaped",
                "certificate.mustache | {{name}} | {{&name}} | certificate.mustache\", line 1: values cannot be inserted unescaped",
                "certificate.mustache | {{name}} | {{=<% %>=}} | certificate.mustache\", line 1: other delimiters than braces are not offered",
                "upload.mustache | <ul> | {{>nowhere}} | there is no template \"nowhere.mustache\" to include",
            })
    void aBrokenTemplateIsNamedWithItsLine(String file, String from, String to, String expected) throws Exception {
        replace(file, from, to);
        assertThatThrownBy(() -> Pages.read(
                        new OksHttpSettings.Pages(pages.toString(), "keys", List.of("en", "de"), ""), SEARCH))
                .isInstanceOfSatisfying(OperatorFault.class, fault -> {
                    assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
                    assertThat(fault.what()).contains(expected).startsWith("template \"" + pages);
                });
    }

    @Test
    void filesThatCannotBeServedStopTheStart() throws Exception {
        Path script = Files.writeString(pages.resolve("x.js"), "alert(1)");
        assertThatThrownBy(() -> Pages.read(
                        new OksHttpSettings.Pages(pages.toString(), "keys", List.of("en", "de"), ""), SEARCH))
                .hasMessageContaining("file \"" + script + "\" cannot be served");
        Files.delete(script);
        Files.write(pages.resolve("x.png"), new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> Pages.read(
                        new OksHttpSettings.Pages(pages.toString(), "keys", List.of("en", "de"), ""), SEARCH))
                .hasMessageContaining("has 1048577 bytes, but at most 1048576 are served");
        assertThatThrownBy(() -> Pages.read(
                        new OksHttpSettings.Pages(prefix.resolve("none").toString(), "keys", List.of("en", "de"), ""),
                        SEARCH))
                .hasMessageContaining("could not read directory");
        assertThatThrownBy(() -> Pages.write(pages)).hasMessageContaining("page.mustache\": it is there already");
    }

    private void replace(String file, String from, String to) throws IOException {
        String text = Files.readString(pages.resolve(file));
        assertThat(text).contains(from);
        Files.writeString(pages.resolve(file), text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to)));
    }
}
