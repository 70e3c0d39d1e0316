package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.config.OksHttpSettings;
import oks.config.OksdSettings;
import oks.config.SettingsTable;
import org.junit.jupiter.api.Test;

/** What a forge and a container engine read is about this project as it is: names, settings, files. */
final class RepositoryTest {
    private static final Path ROOT = Path.of("..");

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theWorkflowRunsEverythingWithTheOldestJavaAndTheLongTermOne() throws IOException {
        String workflow = read(".github/workflows/ci.yml");
        assertThat(workflow)
                .contains("- run: .ci/run\n", "java: [17, 25]", "permissions:\n  contents: read\n")
                .doesNotContain("\t");
        assertThat(read("pom.xml")).contains("<maven.compiler.release>17</maven.compiler.release>");
        assertThat(Files.isExecutable(ROOT.resolve(".ci/run"))).isTrue();
    }

    @Test
    void dependenciesOfEachKindAreWatched() throws IOException {
        assertThat(found("package-ecosystem: (\\S+)$", read(".github/dependabot.yml")))
                .containsExactly("github-actions", "maven");
    }

    /** GitHub takes a form without complaint only if it has these. */
    @Test
    void formsHaveWhatAFormNeeds() throws IOException {
        for (String form : List.of("bug", "wish")) {
            String text = read(".github/ISSUE_TEMPLATE/" + form + ".yml");
            assertThat(found("^([a-z]+):", text)).contains("name", "description", "body");
            assertThat(found("^  - type: (\\S+)$", text))
                    .isSubsetOf("markdown", "textarea", "input", "dropdown", "checkboxes");
            assertThat(found("^    id: (\\S+)$", text)).hasSizeGreaterThan(2);
        }
        assertThat(read(".github/pull_request_template.md")).contains("CONTRIBUTING.md");
    }

    @Test
    void theSecurityPageNamesSettingsScriptsAndModesThatAreThere() throws IOException {
        String page = read("SECURITY.md");
        Set<String> settings = new TreeSet<>();
        for (SettingsTable table : List.of(OksdSettings.table(), OksHttpSettings.table())) {
            table.settings().forEach(setting -> settings.add(setting.name()));
        }
        assertThat(found("`((?:limits|listen|control|log|pages|access)\\.[a-z_]+)`", page))
                .hasSizeGreaterThan(4)
                .isSubsetOf(settings);
        assertThat(found("`((?:packaging|qa)/[a-z/-]+)`", page))
                .hasSizeGreaterThan(2)
                .allMatch(script -> Files.exists(ROOT.resolve(script)));
        assertThat(page).contains("`oksd.sock`, mode 0660", "`oksd.ctl`, mode 0600");
        assertThat(read("man/oks-control.5"))
                .contains("The control socket has mode 0600", "The service socket has mode 0660");
        assertThat(page).as("no contact that nobody has").doesNotContain("@");
    }

    @Test
    void theContainerIsMadeOfTheDistributionAndRunsItsPrograms() throws IOException {
        String file = read("packaging/container/Containerfile");
        assertThat(found("^([A-Z]+) ", file))
                .isSubsetOf("FROM", "RUN", "ADD", "ENV", "USER", "VOLUME", "STOPSIGNAL", "CMD");
        assertThat(file).contains("ADD oks-*.tar.gz /opt/\n", "\nUSER oks\n", "openjdk-17-jre-headless");
        assertThat(file.indexOf("\nUSER oks\n"))
                .as("nothing is installed as that user")
                .isGreaterThan(file.lastIndexOf("\nRUN "));
        String compose = read("packaging/container/compose.yaml");
        assertThat(found("command: \\[\"([a-z-]+)\"", compose))
                .containsExactly("oks-backup", "oks-http", "oksd")
                .isSubsetOf(Completions.programs().keySet());
        Set<String> variables = Stream.of(OksdSettings.table(), OksHttpSettings.table())
                .flatMap(table -> table.settings().stream())
                .map(setting -> "OKS_" + setting.name().replace('.', '_').toUpperCase(java.util.Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found("^ +(OKS_[A-Z_]+):", compose)).hasSizeGreaterThan(2).isSubsetOf(variables);
        assertThat(found("\\b(OKS_[A-Z_]+)=", file)).isSubsetOf(variables);
    }
}
