package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Command lines that messages, pages and README name can be given: each has a command and options that are there. */
final class AdviceTest {
    private static final Path ROOT = Path.of("..");
    private static final Map<String, CommandLine> PROGRAMS = Completions.programs();
    private static final Path MESSAGES = ROOT.resolve("common/src/main/resources/oks/log/messages");
    private static final String PROGRAM = "(?:oks-backup|oks-restore|oks-http|oksctl|oksd)";
    /** Also behind other programs: {@code "gpg --decrypt FILE | oks-restore from -"}. */
    private static final Pattern QUOTED = Pattern.compile("[\"`](?:[^\"`\n]*\\| )?(" + PROGRAM + " [^\"`]+)[\"`]");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
    private static final Pattern FOREIGN = Pattern.compile("\\b(?:gpg|curl)\\b[^\"|]*");
    private static final Pattern IN_A_PAGE =
            Pattern.compile("(?m)^\\.(?:Dq|Qq|Ql|Ic|Dl) (?:\\$ )?(" + PROGRAM + " .+?)(?: [,.;:)]+)*$");
    private static final Pattern AT_A_PROMPT = Pattern.compile("(?m)^[$#] (?:.*\\| )?(?:bin/)?(" + PROGRAM + " .+)$");
    private static final Pattern CONTINUED = Pattern.compile("\\\\e?\\n(?:>)? *");
    private static final Pattern END = Pattern.compile(" *(?:[|>&#]|2>).*");

    @Test
    void everyCommandLineInAMessageCanBeGiven() throws IOException {
        Map<String, String> lines = new TreeMap<>();
        for (Path file : classes()) {
            constants(file).forEach(constant -> collect(QUOTED, constant, file, lines));
        }
        collect(QUOTED, Files.readString(MESSAGES), MESSAGES, lines);
        assertThat(lines).hasSizeGreaterThan(20);
        assertThat(complaints(lines, true)).isEmpty();
    }

    /** Options outside command lines, too: "name a directory with --scratch DIR". */
    @Test
    void everyOptionInAMessageIsThatOfAProgram() throws IOException {
        Set<String> known = PROGRAMS.values().stream()
                .flatMap(AdviceTest::withSubcommands)
                .flatMap(command -> command.getCommandSpec().options().stream())
                .flatMap(option -> Stream.of(option.names()))
                .collect(Collectors.toSet());
        Map<String, String> unknown = new TreeMap<>();
        int named = 0;
        for (Path file : classes()) {
            for (String constant : constants(file)) {
                for (String option : options(constant)) {
                    named++;
                    if (!known.contains(option)) {
                        unknown.put(option, file.toString());
                    }
                }
            }
        }
        assertThat(named).isGreaterThan(80);
        assertThat(unknown).isEmpty();
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(Stream.of(command), command.getSubcommands().values().stream());
    }

    /** The options in a text, but those of other programs. */
    private static List<String> options(String text) {
        return OPTION.matcher(FOREIGN.matcher(text).replaceAll(""))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void optionsAndProgramsAreFoundWhereverTheyStand() {
        assertThat(options("make room, or name a directory with --scrach DIR (--until-lsn N)"))
                .containsExactly("--scrach", "--until-lsn");
        assertThat(options("\"gpg --decrypt A | oks-restore from - --move-asid\""))
                .containsExactly("--move-asid");
        Map<String, String> lines = new TreeMap<>();
        collect(QUOTED, "decrypt it: \"gpg --decrypt A | oks-restore from -\"", Path.of("here"), lines);
        assertThat(lines).containsOnlyKeys("oks-restore from -");
    }

    @Test
    void onlyAdviceAndTheCatalogueOfMessagesWriteDownCommandLines() throws IOException {
        Map<String, String> catalogued = new TreeMap<>();
        Map<String, String> elsewhere = new TreeMap<>();
        for (Path file : classes()) {
            if (!file.endsWith("oks/fault/Advice.class")) {
                constants(file).forEach(constant -> collect(QUOTED, constant, file, elsewhere));
            }
        }
        collect(QUOTED, Files.readString(MESSAGES), MESSAGES, catalogued);
        elsewhere.keySet().removeAll(catalogued.keySet());
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void everyCommandLineInAPageCanBeGiven() throws IOException {
        Map<String, String> named = new TreeMap<>();
        Map<String, String> lines = new TreeMap<>();
        for (Path page : pages()) {
            String text = CONTINUED.matcher(Files.readString(page)).replaceAll(" ");
            collect(IN_A_PAGE, text, page, named);
            collect(AT_A_PROMPT, text, page, lines);
        }
        for (String document : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md")) {
            String text = Files.readString(ROOT.resolve(document));
            collect(QUOTED, text, Path.of(document), named);
        }
        assertThat(lines).hasSizeGreaterThan(30);
        assertThat(complaints(lines, true)).isEmpty();
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(complaints(named, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "oks-restore form A --db D, no command \"form\"",
        "oks-restore from A --db D --move-asid, no option \"--move-asid\"",
        "oks-restore from A --move-aside, \"--db\" is missing",
        "oks-backup full --out, \"--out\" has no value",
        "oks-backup full --out --paused, \"--out\" has no value",
        "oksctl delete F, \"--reason\" is missing",
        "oksd --chek-config, no option \"--chek-config\"",
    })
    void aLineThatCannotBeGivenIsNamed(String line, String complaint) {
        assertThat(complaint(line, true)).contains(complaint);
    }

    private static List<String> complaints(Map<String, String> lines, boolean whole) {
        List<String> complaints = new ArrayList<>();
        lines.forEach((line, file) -> {
            String complaint = complaint(line, whole);
            if (!complaint.isEmpty()) {
                complaints.add(file + ": \"" + line + "\": " + complaint);
            }
        });
        return complaints;
    }

    /**
     * Why the line cannot be given; empty if it can. One that is not whole, is a command alone or has an ellipsis names
     * something: it may lack what the command requires.
     */
    private static String complaint(String line, boolean whole) {
        List<String> words = new ArrayList<>(List.of(line.trim().split("\\s+")));
        CommandLine command = PROGRAMS.get(words.remove(0));
        Optional<String> name =
                words.stream().filter(word -> !word.startsWith("-")).findFirst();
        if (!command.getSubcommands().isEmpty() && name.isPresent()) {
            command = command.getSubcommands().get(name.get());
            if (command == null) {
                return "no command \"" + name.get() + "\"";
            }
            words.remove(name.get());
        }
        Set<OptionSpec> given = new HashSet<>();
        String complaint = options(command, words, whole, given);
        return !complaint.isEmpty() || !whole || words.isEmpty() || words.contains("…")
                ? complaint
                : command.getCommandSpec().options().stream()
                        .filter(option -> option.required() && option.group() == null && !given.contains(option))
                        .map(option -> "\"" + option.longestName() + "\" is missing")
                        .collect(Collectors.joining(", "));
    }

    private static String options(CommandLine command, List<String> words, boolean whole, Set<OptionSpec> given) {
        for (int i = 0; i < words.size(); i++) {
            if (!words.get(i).matches("-.+")) {
                continue;
            }
            String name = words.get(i).replaceFirst("=.*", "");
            OptionSpec option = command.getCommandSpec().findOption(name);
            if (option == null) {
                return "no option \"" + name + "\"";
            }
            given.add(option);
            if (option.arity().min() > 0 && name.equals(words.get(i))) {
                i++;
                if (whole && (i == words.size() || words.get(i).matches("-.+"))) {
                    return "\"" + name + "\" has no value";
                }
            }
        }
        return "";
    }

    private static void collect(Pattern pattern, String text, Path file, Map<String, String> into) {
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            into.putIfAbsent(END.matcher(matcher.group(1)).replaceFirst(""), file.toString());
        }
    }

    private static List<Path> classes() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : List.of("common", "oksd", "oksctl", "oks-http", "oks-backup", "oks-restore")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("target/classes"))) {
                files.filter(file -> file.toString().endsWith(".class")).forEach(found::add);
            }
        }
        return found;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("man"))) {
            return files.filter(file -> file.toString().matches(".*\\.[1-8]")).toList();
        }
    }

    /** All texts in a class file; javac has joined the parts of each (Java Virtual Machine Specification, 4.4). */
    private static List<String> constants(Path file) {
        List<String> texts = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            in.skipNBytes(8);
            int count = in.readUnsignedShort();
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> texts.add(in.readUTF());
                    case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                    case 15 -> in.skipNBytes(3);
                    case 5, 6 -> {
                        in.skipNBytes(8);
                        i++; // these take two places
                    }
                    default -> in.skipNBytes(4);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        return texts;
    }
}
