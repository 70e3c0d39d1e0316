package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import oks.config.OksHttpSettings;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches by words, as search.words allows them; what names one certificate always works. */
@Timeout(120)
final class SearchWordsTest {
    private static final SampleKey OURS = new SampleKey(1);
    private static final SampleKey OTHERS = new SampleKey(2);
    private static final List<String> BY_WORDS = List.of("alice", "ali*", "%40example.org", "example.org");

    @TempDir
    private Path prefix;

    private RunningGateway gateway(String settings) throws Exception {
        RunningGateway gateway = new RunningGateway(prefix, "[search]\n" + settings);
        gateway.keyserver().put(OURS.certificate("Alice <alice@example.org>"));
        gateway.keyserver().put(OTHERS.certificate("Alice <alice@example.net>"));
        return gateway;
    }

    private static void assertExactLookupsWork(RunningGateway gateway) throws Exception {
        for (String exact : List.of(
                "/pks/lookup?op=get&search=alice@example.net",
                "/pks/lookup?op=get&search=Alice%20%3Calice@example.net%3E",
                "/pks/lookup?op=get&exact=on&search=Alice%20%3Calice@example.net%3E",
                "/pks/lookup?op=index&options=mr&exact=on&search=alice@example.net",
                "/pks/lookup?op=get&search=0x" + OTHERS.fingerprint(),
                "/pks/lookup?op=get&search=0x" + OTHERS.fingerprint().substring(24),
                "/pks/v2/certs/by-identity/alice@example.net",
                "/pks/v2/index/alice@example.net")) {
            assertThat(gateway.get(exact).statusCode()).as(exact).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"words = \"none\"\n", "words = \"domains\"\n"})
    void whereNoWordsFindAnythingTheAnswerSaysWhatDoes(String settings) throws Exception {
        try (RunningGateway gateway = gateway(settings)) {
            assertExactLookupsWork(gateway);
            for (String words : BY_WORDS) {
                for (String op : List.of("get", "index", "vindex", "index&options=mr", "index&options=json")) {
                    HttpResponse<String> answer = gateway.get("/pks/lookup?op=" + op + "&search=" + words);
                    assertThat(answer.statusCode()).as(op + " " + words).isEqualTo(501);
                    assertThat(answer.body())
                            .isEqualTo("search by words is not offered here: use a whole e-mail address, a fingerprint"
                                    + " or a key ID\n");
                }
            }
            HttpResponse<String> page =
                    gateway.get("/pks/lookup?search=alice", "Accept", "text/html", "Accept-Language", "de");
            assertThat(page.statusCode()).isEqualTo(501);
            assertThat(page.body()).contains("Hier nicht angeboten", "Nehmen Sie eine ganze E-Mail-Adresse");
        }
    }

    @Test
    void whereDomainsAreNamedWordsFindTheirsOnly() throws Exception {
        try (RunningGateway gateway = gateway("words = \"domains\"\ndomains = [\"Example.ORG\"]\n")) {
            assertExactLookupsWork(gateway);
            for (String words : List.of("alice", "%40example.org", "example.org")) {
                HttpResponse<String> found = gateway.get("/pks/lookup?op=index&options=mr&search=" + words);
                assertThat(found.body()).contains(OURS.fingerprint()).doesNotContain(OTHERS.fingerprint());
                assertThat(found.headers().firstValue("X-HKP-Results-Count")).hasValue("1");
            }
            HttpResponse<String> none = gateway.get("/pks/lookup?op=index&search=example.net");
            assertThat(none.statusCode()).isEqualTo(404);
            assertThat(none.body()).contains("this server's own domains");
            assertThat(gateway.get(
                                    "/pks/lookup?op=index&search=example.net",
                                    "Accept",
                                    "text/html",
                                    "Accept-Language",
                                    "de")
                            .body())
                    .contains("bei den eigenen Domains dieses Servers");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "words = 'all' | en | E-mail address, name, or fingerprint | finds all words that begin | words, or <code>0x",
                "words = 'all' | de | E-Mail-Adresse, Name oder Fingerabdruck | alle Wörter, die so | Wörter, oder <code>0x",
                "words = 'none' | en | Whole e-mail address or fingerprint< | A name finds nothing here | answer is 501",
                "words = 'none' | de | Ganze E-Mail-Adresse oder Fingerabdruck< | Ein Name findet hier nichts | Antwort ist 501",
                "words = 'domains' | en | Whole e-mail address or fingerprint< | A name finds nothing here | answer is 501",
                "words = 'domains' | de | Ganze E-Mail-Adresse oder Fingerabdruck< | Ein Name findet hier nichts | Antwort ist 501",
                "words = 'domains';domains = ['a.org', 'b.org'] | en | fingerprint; names at a.org, b.org only< "
                        + "| an address at a.org, b.org; | an address at a.org, b.org.",
                "words = 'domains';domains = ['a.org', 'b.org'] | de | Fingerabdruck; Namen nur bei a.org, b.org< "
                        + "| eine Adresse bei a.org, b.org hat; | einer Adresse bei a.org, b.org.",
                "words = 'domains';domains = ['a.org', 'b.org', 'c.org', 'd.org'] | en "
                        + "| fingerprint; names at a.org, b.org, c.org, … only< | at a.org, b.org, c.org, … | c.org, ….",
                "words = 'all';domains = ['a.org'] | en | E-mail address, name, or fingerprint | finds all words | words, or <code>0x",
            })
    void everyPageSaysWhatCanBeSearchedFor(String settings, String language, String label, String help, String api)
            throws Exception {
        try (RunningGateway gateway = gateway(settings.replace(';', '\n') + "\n")) {
            for (String path : List.of("/", "/pks/lookup?search=alice@example.org", "/pks/lookup?search=0@a.org")) {
                HttpResponse<String> page = gateway.get(path, "Accept", "text/html", "Accept-Language", language);
                assertThat(page.body()).as(path).contains("<label for=\"search\">", label);
            }
            assertThat(gateway.get("/help", "Accept-Language", language).body()).contains(help);
            assertThat(gateway.get("/api", "Accept-Language", language).body()).contains(api);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"words = 'none'\n", "words = 'domains'\ndomains = ['example.org']\n"})
    void whereNothingIsFoundNobodyIsToldToTryAWord(String settings) throws Exception {
        try (RunningGateway gateway = gateway(settings)) {
            String english = gateway.get("/pks/lookup?search=nobody@example.net", "Accept", "text/html")
                    .body();
            assertThat(english)
                    .contains("Only whole e-mail addresses are found here")
                    .doesNotContain("ali*");
            String german = gateway.get(
                            "/pks/lookup?search=nobody@example.net", "Accept", "text/html", "Accept-Language", "de")
                    .body();
            assertThat(german).contains("nur ganze E-Mail-Adressen").doesNotContain("ali*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"words = \"some\"\n", "domains = [\"@example.org\"]\n", "domains = [\"exämple.org\"]\n"})
    void settingsThatCannotBeAreRefused(String settings) throws Exception {
        Path file = RunningGateway.configuration(prefix, 0, "[search]\n" + settings);
        assertThatThrownBy(() -> OksHttpSettings.read(file)).hasMessageContaining("search.");
    }
}
