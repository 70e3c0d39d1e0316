package oks.http.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.config.OksHttpSettings;
import oks.http.RunningGateway;
import oks.openpgp.DropRule;
import oks.openpgp.WeakKey;
import oks.service.ServiceAnswer.UploadResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in the client's language. */
@Timeout(120)
final class LanguagesTest {
    private static final List<String> GERMAN = PageTemplates.FILES.stream()
            .filter(file -> file.endsWith(".de.mustache"))
            .toList();
    private static final Pattern WORDS = Pattern.compile("words(?:\\(\\))?\\.of\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern TAG = Pattern.compile("\\{\\{[^}]*\\}\\}+");

    @TempDir
    private Path prefix;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de | de", "de-AT | de", "DE | de", "en | en", "fr | en", "* | en", "fr, de;q=0.5, en;q=0.3 | de",
                        "en;q=0.3, de;q=0.8 | de",
                "de, en | de", "en, de | en", "de;q=0 | en", "de;q=0, en;q=0 | en", "de;q=2 | en", "de;q=x, en | en",
                        "deutsch | en", ", ;, | en",
                "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5 | en", "de-CH;q=0.9,en-GB;q=0.900 | de",
            })
    void aClientGetsTheLanguageThatItPrefers(String accepted, String expected) {
        assertThat(Languages.wanted(accepted, List.of("en", "de"))).isEqualTo(expected);
    }

    @Test
    void withoutAPreferenceItIsTheFirstOneOffered() {
        assertThat(Languages.wanted(null, List.of("de", "en"))).isEqualTo("de");
        assertThat(Languages.wanted("fr", List.of("de", "en"))).isEqualTo("de");
        assertThat(Languages.wanted("en", List.of("de"))).isEqualTo("de");
        assertThat(Languages.wanted("x,".repeat(100) + "de", List.of("en", "de")))
                .as("only so many are looked at")
                .isEqualTo("en");
    }

    /** A German page shows everything that the English one shows, and in the same elements. */
    @ParameterizedTest
    @FieldSource("GERMAN")
    void aGermanTemplateHasTheKeysAndElementsOfTheEnglishOne(String file) {
        String german = standard(file);
        String english = standard(file.replace(".de.", "."));
        assertThat(tags(german, TAG)).isEqualTo(tags(english, TAG));
        assertThat(tags(german, Pattern.compile("</?[a-z0-9]+")))
                .isEqualTo(tags(english, Pattern.compile("</?[a-z0-9]+")));
    }

    @Test
    void everyTemplateWithWordsHasAGermanOne() {
        List<String> missing = PageTemplates.FILES.stream()
                .filter(file -> file.endsWith(".mustache") && !file.contains(".de."))
                .filter(file -> !GERMAN.contains(file.replace(".mustache", ".de.mustache")))
                .toList();
        assertThat(missing).containsExactly("badge.mustache");
        assertThat(TAG.matcher(standard("badge.mustache")).replaceAll("").replaceAll("<[^>]*>", ""))
                .isBlank();
    }

    /** What the program gives to pages stands in German, too, and nothing stands there that is not used any more. */
    @Test
    void everyWordOfThePagesIsThereInGerman() throws Exception {
        Words german = Words.read("de", standard("de.words"));
        Set<String> used = new TreeSet<>();
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/oks/http"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String source = Files.readString(file).replaceAll("\"\\s*\\+ \"", ""); // a text in several lines
                sources.append(source);
                Matcher word = WORDS.matcher(source);
                while (word.find()) {
                    used.add(word.group(1));
                }
            }
        }
        for (DropRule rule : DropRule.values()) {
            used.add(rule.label(rule.label(false).startsWith("signature")));
        }
        used.add(DropRule.BROKEN.label(true));
        for (int status : new int[] {400, 404, 413, 422, 429, 500, 501, 503}) {
            for (boolean byWords : new boolean[] {true, false}) {
                ErrorPage page =
                        ErrorPage.of(status, "x", "/pks/add", status == 404 ? "y" : "", byWords, Words.ENGLISH);
                used.add(page.title());
                used.add(page.advice());
            }
        }
        used.add(UploadResult.NAMES_HIDDEN);
        for (WeakKey weakness : WeakKey.values()) {
            used.add(weakness.words());
        }
        used.remove("");
        assertThat(used)
                .hasSizeGreaterThan(60)
                .allSatisfy(word -> assertThat(german.has(word)).as(word).isTrue());
        String all = sources.toString().replace("\\\"", "\"");
        assertThat(german.translations().keySet())
                .filteredOn(word -> !used.contains(word))
                .allSatisfy(word ->
                        assertThat(all).as("an error that is translated").contains("\"" + word + "\""));
    }

    @Test
    void theSettingSaysWhichLanguagesThereAreAndWhichIsFirst() throws Exception {
        try (RunningGateway gateway = new RunningGateway(prefix, "[pages]\nlanguages = [\"de\"]\n")) {
            assertThat(gateway.get("/", "Accept", "text/html", "Accept-Language", "en")
                            .body())
                    .contains("<html lang=\"de\">");
            assertThat(gateway.get("/help").body()).contains("<html lang=\"de\">");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[\"EN\"]", "[\"en\", \"en\"]", "\"en\"", "[\"../x\"]"})
    void aListThatCannotBeIsRefused(String languages) throws IOException {
        Path file = RunningGateway.configuration(prefix, 0, "[pages]\nlanguages = " + languages + "\n");
        assertThatThrownBy(() -> OksHttpSettings.read(file)).hasMessageContaining("pages.languages");
    }

    /**
     * Another language is a file of words and as many templates as there are; an operator's template without a language
     * is for all.
     */
    @Test
    void operatorsCanAddALanguage() throws Exception {
        Path pages = Files.createDirectories(prefix.resolve("pages"));
        String conf = "[pages]\ndirectory = \"pages\"\nlanguages = [\"en\", \"de\", \"fr\"]\n";
        assertThatThrownBy(() -> new RunningGateway(prefix, conf))
                .hasMessageContaining("but there is no file \"fr.words\" in pages.directory");
        Files.writeString(pages.resolve("fr.words"), "# français\nHelp = Aide\n%s days = jours\n");
        assertThatThrownBy(() -> new RunningGateway(prefix, conf))
                .hasMessageContaining("fr.words\", line 3: the translation has 0 times %s");
        Files.writeString(pages.resolve("fr.words"), "Help = Aide\nHelp = Secours\n");
        assertThatThrownBy(() -> new RunningGateway(prefix, conf))
                .hasMessageContaining("line 2: \"Help\" is translated twice");
        Files.writeString(pages.resolve("fr.words"), "Help = Aide\n");
        Files.writeString(pages.resolve("start.fr.mustache"), "<h1>Trouver</h1>\n");
        Files.writeString(pages.resolve("start.mustache"), "<h1>Ours</h1>\n");
        try (RunningGateway gateway = new RunningGateway(prefix, conf)) {
            assertThat(gateway.get("/", "Accept-Language", "fr").body())
                    .contains("<html lang=\"fr\">", "<h1>Trouver</h1>");
            assertThat(gateway.get("/help", "Accept-Language", "fr").body())
                    .contains("<title>Aide</title>", "<h1>Help</h1>");
            assertThat(gateway.get("/", "Accept-Language", "de").body())
                    .contains("<html lang=\"de\">", "<h1>Ours</h1>");
            assertThat(gateway.get("/fr.words").statusCode()).isEqualTo(404);
        }
        Files.writeString(pages.resolve("start.fr.mustache"), "{{#open}}");
        assertThatThrownBy(() -> new RunningGateway(prefix, conf)).hasMessageContaining("start.fr.mustache\", line 1");
    }

    private static List<String> tags(String text, Pattern pattern) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group())
                .sorted()
                .collect(Collectors.toList());
    }

    private static String standard(String file) {
        return new String(PageTemplates.standard(file), StandardCharsets.UTF_8);
    }
}
