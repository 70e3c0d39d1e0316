package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** oks-http(8), CONFORMANCE: what it says is tested, and what is tested it says. */
final class ConformancePageTest {
    private static final Pattern NAMED = Pattern.compile("(?m)^\\.Li (\\w+#\\w+)$");
    private static final Pattern TEST =
            Pattern.compile("@(?:Test|ParameterizedTest)(?=\\n)(?s:.*?)\\n    void (\\w+)\\(");
    private static final Pattern STATUS = Pattern.compile("\\b[1-5]\\d\\d\\b");
    private static final Pattern FAULT = Pattern.compile("(?:HttpFault\\.of|new HttpFault)\\((\\d{3}),");
    private static final Pattern PATH = Pattern.compile("\"(/(?:pks/[a-z0-9/-]+|healthz|readyz|metrics))\"");
    /** Tests of what clients see; the others are of parts, or of what an operator does. */
    private static final Set<String> OF_CLIENTS = Set.of(
            "BrowserTest",
            "BudgetsTest",
            "ConnectionsTest",
            "GatewayHttpTest",
            "GatewayIT",
            "GnuPgTest",
            "HardRevokedIT",
            "HealthTest",
            "HttpTortureTest",
            "LegacyHkpTest",
            "LimitedGatewayTest",
            "OtherClientsTest",
            "PagesTest",
            "ProxiesTest",
            "RequestHeadTest",
            "SearchWordsTest",
            "TlsTest",
            "TypedTextTest",
            "UploadAnswerTest",
            "V2HkpTest",
            "Version6Test",
            "WebTest");

    private static final List<Path> TESTS =
            List.of(Path.of("../oks-http/src/test/java/oks/http"), Path.of("../qa/e2e/src/test/java/oks/e2e"));
    private static final Path PROGRAM = Path.of("../oks-http/src/main/java/oks/http");

    @Test
    void theTableNamesTheTestsThatThereAreAndNoOthers() throws IOException {
        assertThat(named()).isEqualTo(tests());
    }

    @Test
    void everyStatusOfTheProgramStandsInTheTable() throws IOException {
        Set<String> told = all(STATUS, List.of(section()), 0);
        Set<String> given = all(FAULT, sources(PROGRAM), 1);
        assertThat(given).hasSizeGreaterThan(8);
        assertThat(told).containsAll(given).contains("200", "304");
    }

    @Test
    void everyPathOfTheProgramStandsInTheTable() throws IOException {
        Set<String> paths = all(PATH, sources(PROGRAM), 1);
        assertThat(paths).contains("/pks/lookup", "/metrics");
        for (String path : paths) {
            assertThat(section())
                    .contains(
                            path.matches(".*/by-[a-z]+/.*")
                                    ? path.replaceAll(".*/(by-[a-z]+)/.*", "$1")
                                    : path.replaceFirst("/$", ""));
        }
    }

    private static String section() throws IOException {
        return ManualPages.section("oks-http.8", "CONFORMANCE");
    }

    private static Set<String> named() throws IOException {
        return all(NAMED, List.of(section()), 1);
    }

    private static Set<String> tests() throws IOException {
        Set<String> tests = new TreeSet<>();
        for (Path directory : TESTS) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString().replaceFirst("\\.java$", "");
                    if (OF_CLIENTS.contains(name)) {
                        all(TEST, List.of(Files.readString(file)), 1).forEach(method -> tests.add(name + "#" + method));
                    }
                }
            }
        }
        return tests;
    }

    private static Set<String> all(Pattern pattern, Collection<String> texts, int group) {
        return texts.stream()
                .flatMap(text -> pattern.matcher(text).results())
                .map((MatchResult found) -> found.group(group))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> sources(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        }
    }
}
