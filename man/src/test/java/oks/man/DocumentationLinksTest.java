package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README, CONTRIBUTING and doc/ link to is there, and so is every section of doc/ that the code cites. */
final class DocumentationLinksTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)\\)");
    private static final Pattern CITED = Pattern.compile("(doc/[a-z]+\\.md)(?:, \"([^\"]+)\")?");
    /** A citation may go on in the next line of a comment. */
    private static final Pattern LINE_END = Pattern.compile("\\s*\\n\\s*(?:\\*|//)\\s*");

    @Test
    void whatThePagesLinkToIsThere() throws IOException {
        List<String> links = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                links.add(link.group(1));
                assertThat(page.resolveSibling(link.group(1)))
                        .as("linked from " + page)
                        .exists();
            }
        }
        assertThat(links).hasSizeGreaterThan(3);
    }

    @Test
    void whatTheCodeCitesIsThere() throws IOException {
        List<String> cited = new ArrayList<>();
        for (Path source : sources()) {
            Matcher citation =
                    CITED.matcher(LINE_END.matcher(Files.readString(source)).replaceAll(" "));
            while (citation.find()) {
                Path page = ROOT.resolve(citation.group(1));
                assertThat(page).as("cited by " + source).exists();
                if (citation.group(2) != null) {
                    cited.add(citation.group(2));
                    assertThat(Files.readString(page))
                            .as("cited by " + source)
                            .contains("\n## " + citation.group(2) + "\n");
                }
            }
        }
        assertThat(cited).contains("What happens on each fault", "The order of a change");
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> pages = Files.list(ROOT.resolve("doc"))) {
            List<Path> all = new ArrayList<>(
                    pages.filter(page -> page.toString().endsWith(".md")).toList());
            all.add(ROOT.resolve("README.md"));
            all.add(ROOT.resolve("CONTRIBUTING.md"));
            return all;
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !file.endsWith("DocumentationLinksTest.java"))
                    .toList();
        }
    }
}
