package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.testing.ManualPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The pages of programs name what the programs have, both ways: options, commands, signals, figures. */
final class ProgramsPagesTest {

    @ParameterizedTest
    @CsvSource({"oksd, 8", "oks-http, 8", "oksctl, 1", "oks-backup, 1", "oks-restore, 1"})
    void thePageNamesEveryOptionAndNoOther(String program, int section) throws IOException {
        ManualPage page = ManualPage.of(program + "." + section);
        assertThat(page.differencesFrom(Completions.programs().get(program))).isEmpty();
        assertThat(page.missingStatuses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"oksctl, 1", "oks-backup, 1", "oks-restore, 1"})
    void theSynopsisNamesEveryCommandAndNoOther(String program, int section) throws IOException {
        String synopsis = section(program + "." + section, "SYNOPSIS");
        assertThat(found("(?m)^\\.Nm\\n\\.Cm (\\S+)", synopsis))
                .isEqualTo(new TreeSet<>(
                        Completions.programs().get(program).getSubcommands().keySet()));
    }

    /** A command has its own synopsis and its own list; options that all commands share are listed once. */
    @ParameterizedTest
    @CsvSource({"oks-backup, 1", "oks-restore, 1"})
    void everyCommandHasItsOptionsInItsSynopsisAndInItsList(String program, int section) throws IOException {
        String commands = section(program + "." + section, "COMMANDS");
        Set<String> shared = found("\\bFl -([a-z-]+)", section(program + "." + section, "COMMON OPTIONS"));
        for (CommandLine command :
                Completions.programs().get(program).getSubcommands().values()) {
            String name = command.getCommandName();
            if (Set.of("help", "version").contains(name)) {
                continue;
            }
            Set<String> own = command.getCommandSpec().options().stream()
                    .map(option -> option.longestName().substring(2))
                    .filter(option -> !shared.contains(option) || commandOption(option))
                    .collect(Collectors.toCollection(TreeSet::new));
            String text = commands.split("\\.Ss " + name + "\n")[1].split("\n\\.Ss ")[0];
            String synopsis = text.substring(0, text.lastIndexOf("\n.Pp\n", text.indexOf("\n.Bl -tag")));
            assertThat(found("\\bFl -([a-z-]+)", synopsis))
                    .as("synopsis of " + name)
                    .isEqualTo(own);
            assertThat(found("(?m)^\\.It Fl -([a-z-]+)", text))
                    .as("list of " + name)
                    .isEqualTo(own);
        }
    }

    /** Options that several commands have, and that stand with each of them. */
    private static boolean commandOption(String option) {
        return Set.of("out", "exec-after").contains(option);
    }

    @ParameterizedTest
    @CsvSource({
        "oksd, oksd/src/main/java/oks/oksd/Daemon.java",
        "oks-http, oks-http/src/main/java/oks/http/OksHttp.java"
    })
    void thePageNamesEverySignalAndNoOther(String program, String source) throws IOException {
        Set<String> named = new TreeSet<>();
        for (String items : found("(?m)^\\.It Dv (.+)$", section(program + ".8", "SIGNALS"))) {
            named.addAll(Set.of(items.split(" , ")));
        }
        assertThat(named).isEqualTo(found("signals\\.on\\(\"([A-Z0-9]+)\"", Files.readString(Path.of("..", source))));
    }

    @Test
    void thePageNamesEveryFigureAndNoOther() throws IOException {
        assertThat(found("(?m)^\\.It Li (oks_[a-z_]+)", section("oks-http.8", "FIGURES")))
                .isEqualTo(found(
                        "name\\(\"(oks_[a-z_]+)\"\\)",
                        Files.readString(Path.of("../oks-http/src/main/java/oks/http/server/Metrics.java"))));
    }

    /** What programs read must stand in the manual, also what JsonPageIT does not bring about. */
    @ParameterizedTest
    @CsvSource({
        "oks-restore/src/main/java/oks/restore, ''",
        "oks-backup/src/main/java/oks/backup, OutputLock",
        "oksctl/src/main/java/oks/oksctl, LoadState",
        "common/src/main/java/oks/control, Control(Answer|Request)|HeldSnapshot"
    })
    void theDictionaryHasEveryMemberThatTheSourcesWrite(String sources, String files) throws IOException {
        Set<String> members = new TreeSet<>();
        try (Stream<Path> all = Files.walk(Path.of("..", sources))) {
            for (Path source : all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().matches("(" + files + ")\\.java"))
                    .toList()) {
                members.addAll(found(
                        "\\.(?:put|set|putArray|putObject|putNull|write\\w*Field\\w*)\\(\"([a-z_0-9]+)\"",
                        Files.readString(source)));
            }
        }
        assertThat(members).hasSizeGreaterThan(3);
        Set<String> named = new TreeSet<>();
        named.addAll(found("(?m)^\\.It Ic (\\S+) Pq ", Files.readString(Path.of("../man/oks-json.7"))));
        assertThat(named).containsAll(members);
    }

    private static String section(String page, String heading) throws IOException {
        return Files.readString(Path.of("..", "man", page))
                .split("\\.Sh " + heading + "\n")[1]
                .split("\n\\.Sh ")[0];
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
