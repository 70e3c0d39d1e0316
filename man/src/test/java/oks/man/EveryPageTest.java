package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.fault.ExitCode;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every page promises. */
final class EveryPageTest {
    private static final Pattern REFERENCE = Pattern.compile("(?m)^\\.(?:It )?Xr (oks[a-z.-]*) ([1-9])");

    static List<Path> pages() {
        return ManualPages.all();
    }

    static List<Path> programs() {
        return pages().stream()
                .filter(page -> page.toString().matches(".*\\.[18]"))
                .toList();
    }

    static List<Path> pagesWithTables() {
        return pages().stream()
                .filter(page -> ManualPages.read(page).contains(".Bl -column"))
                .toList();
    }

    @Test
    void everyProgramFormatAndConfigurationFileHasAPage() {
        assertThat(pages().stream().map(page -> page.getFileName().toString()))
                .contains(
                        "oks.7",
                        "oks-json.7",
                        "oks-operations.7",
                        "oks-messages.7",
                        "oksd.8",
                        "oks-http.8",
                        "oksctl.1",
                        "oksd.conf.5",
                        "oks-http.conf.5",
                        "oks-control.5",
                        "oks-recovery.5");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void mandocHasNothingToSay(Path page) throws IOException, InterruptedException {
        Path mandoc = ExternalProgram.require("mandoc", "mandoc");
        Process lint = new ProcessBuilder(mandoc.toString(), "-T", "lint", "-W", "warning", page.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(lint.waitFor()).as(output).isZero();
        assertThat(output).isEmpty();
    }

    /** groff breaks what is too long for the last column of a table into a column of its own, a word wide. */
    @ParameterizedTest
    @MethodSource("pagesWithTables")
    void noTableIsTooWideForGroff(Path page) throws IOException, InterruptedException {
        Path man = ExternalProgram.require("man", "man-db");
        ProcessBuilder builder = new ProcessBuilder(man.toString(), "-P", "cat", "-l", page.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(Map.of("MANWIDTH", "80", "LC_ALL", "C.UTF-8"));
        Process formatted = builder.start();
        String text = new String(formatted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(formatted.waitFor()).isZero();
        assertThat(text.lines()).hasSizeGreaterThan(20).noneMatch(line -> line.matches(" {48,}[^ ].*"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theExitStatusesAreTheProgramsOwn(Path page) throws IOException {
        StringBuilder expected = new StringBuilder();
        for (ExitCode code : ExitCode.values()) {
            expected.append(".It ")
                    .append(code.status())
                    .append('\n')
                    .append(code.meaning())
                    .append('\n');
        }
        assertThat(ManualPages.section(page.getFileName().toString(), "EXIT STATUS"))
                .contains(expected);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theFirstLinesNameThePage(Path page) throws IOException {
        String name = page.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String title = name.substring(0, dot);
        assertThat(Files.readString(page))
                .contains("\n.Dt " + title.toUpperCase(Locale.ROOT) + " " + name.substring(dot + 1) + "\n")
                .contains("\n.Nm " + title + "\n");
    }

    /**
     * What mandoc's lint lets pass: a word that is a macro vanishes, and a quotation does not end before the next one
     * begins.
     */
    @ParameterizedTest
    @MethodSource("pages")
    void noWordOfAHeadingIsAMacroAndNoQuotationIsWithinAnother(Path page) throws IOException {
        assertThat(Files.readAllLines(page))
                .noneMatch(line -> line.matches(
                        "\\.S[hs] .*\\b(?<!\\\\&)(At|Bx|In|No|On|Or|So|Ad|An|As|Do|Em|Es|Ex|Me|Ms|Op)\\b.*"))
                .noneMatch(line -> line.matches("\\.(Qq|Dq|Sq|Ql) .* (Qq|Dq|Sq|Ql) .*"));
    }

    /** Pages of OKS refer only to pages that OKS has or will have. */
    @ParameterizedTest
    @MethodSource("pages")
    void referencesAreToPagesOfOks(Path page) throws IOException {
        List<String> known = List.of(
                "oks(7)",
                "oks-json(7)",
                "oks-operations(7)",
                "oks-messages(7)",
                "oksd(8)",
                "oks-http(8)",
                "oksctl(1)",
                "oks-backup(1)",
                "oks-restore(1)",
                "oksd.conf(5)",
                "oks-http.conf(5)",
                "oks-recovery(5)",
                "oks-archive(5)",
                "oks-control(5)");
        Matcher matcher = REFERENCE.matcher(Files.readString(page));
        while (matcher.find()) {
            assertThat(known).contains(matcher.group(1) + "(" + matcher.group(2) + ")");
        }
    }
}
