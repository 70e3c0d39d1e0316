package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import oks.control.ControlSettings;
import oks.control.ControlStatus;
import oks.control.Rotation;
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

    /** Whatever a program's JSON may hold must stand in the manual, also what JsonPageIT does not bring about. */
    @Test
    void theDictionaryHasEveryMemberThatTheProgramsWrite() throws IOException {
        Set<String> members = new TreeSet<>();
        records("oks.backup").forEach(type -> addMembers(type, members));
        records("oks.oksctl").forEach(type -> addMembers(type, members));
        assertThat(members).contains("copied", "archive_beyond_gap", "left_out").hasSizeGreaterThan(40);
        List.of(ControlStatus.class, ControlSettings.class, Rotation.class).forEach(type -> addMembers(type, members));
        assertThat(members).contains("database_id", "durable_lsn").doesNotContain("process", "activity");
        records("oks.restore").forEach(type -> addMembers(type, members));
        assertThat(members).contains("moved_aside", "archive_lsn", "reachable", "behind_seconds");
        Set<String> named = new TreeSet<>();
        named.addAll(found("(?m)^\\.It Ic (\\S+) Pq ", Files.readString(Path.of("../man/oks-json.7"))));
        assertThat(named).containsAll(members);
    }

    /** The records of a program that are written as JSON, by their name. */
    private static List<Class<?>> records(String program) {
        List<Class<?>> records = new ArrayList<>();
        MainClasses.in(program).stream()
                .filter(type -> type.getSimpleName().equals("Members"))
                .forEach(type -> records.add(type.reflect()));
        assertThat(records).isNotEmpty().allMatch(Class::isRecord);
        return records;
    }

    private static void addMembers(Type type, Set<String> members) {
        addMembers(type, "", members);
    }

    /** The members that a record becomes, and those of the records in it; a prefix is of those that are unwrapped. */
    private static void addMembers(Type type, String prefix, Set<String> members) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                addMembers(argument, prefix, members);
            }
        } else if (type instanceof Class<?> record && record.isRecord() && isTold(record)) {
            for (RecordComponent component : record.getRecordComponents()) {
                JsonUnwrapped unwrapped = component.getAccessor().getAnnotation(JsonUnwrapped.class);
                if (unwrapped == null) {
                    members.add(prefix + name(component));
                }
                addMembers(component.getGenericType(), unwrapped == null ? "" : unwrapped.prefix(), members);
            }
        }
    }

    /** Values such as a fingerprint or an LSN are records, too, and one text or number in JSON. */
    private static boolean isTold(Class<?> record) {
        return record.getEnclosingClass() != null
                || record.getSimpleName().endsWith("Members")
                || List.of(ControlStatus.class, ControlSettings.class, Rotation.class)
                        .contains(record);
    }

    private static String name(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named != null
                ? named.value()
                : component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
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
