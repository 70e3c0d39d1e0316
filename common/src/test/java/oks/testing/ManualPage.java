package oks.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.fault.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A page of the directory man, held against what the code says.
 *
 * @param text its mdoc source
 */
public record ManualPage(String text) {
    private static final Pattern FLAG = Pattern.compile("\\bFl (-?[A-Za-z][a-z-]*)");

    /** The page in this file, from the directory of any module. */
    public static ManualPage of(String file) throws IOException {
        return new ManualPage(Files.readString(Path.of("..", "man", file)));
    }

    /** Options that a command of the program has and the page does not name, and those that only the page has. */
    public List<String> differencesFrom(Object command) {
        return differencesFrom(new CommandLine(command));
    }

    /** The same for a command line that is made already. */
    public List<String> differencesFrom(CommandLine program) {
        Set<String> named = new TreeSet<>();
        for (Matcher flag = FLAG.matcher(text); flag.find(); ) {
            named.add("-" + flag.group(1));
        }
        Set<String> declared = new TreeSet<>();
        collect(program, declared);
        List<String> differences = new ArrayList<>();
        declared.stream()
                .filter(option -> !named.contains(option))
                .forEach(o -> differences.add("the page lacks " + o));
        named.stream()
                .filter(option -> !declared.contains(option))
                .forEach(o -> differences.add("no command has " + o));
        return differences;
    }

    private static void collect(CommandLine command, Set<String> into) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            into.addAll(List.of(option.names()));
        }
        command.getSubcommands().values().forEach(subcommand -> collect(subcommand, into));
    }

    /** Exit statuses that the page does not list with their meaning. */
    public List<ExitCode> missingStatuses() {
        return List.of(ExitCode.values()).stream()
                .filter(code -> !text.contains(".It " + code.status() + "\n" + code.meaning() + "\n"))
                .toList();
    }

    /** Whether a list item of the page begins with this literal. */
    public boolean hasItem(String literal) {
        return text.contains("\n.It Ic " + literal + "\n");
    }
}
