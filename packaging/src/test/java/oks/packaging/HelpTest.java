package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of every program and command can be read on a terminal of 80 columns, in whole sentences. */
final class HelpTest {

    static Stream<CommandLine> commands() {
        return Completions.programs().entrySet().stream()
                .peek(program -> program.getValue().setCommandName(program.getKey()))
                .map(Map.Entry::getValue)
                .flatMap(program -> Stream.concat(Stream.of(program), program.getSubcommands().values().stream()));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpFitsEightyColumns(CommandLine command) {
        assertThat(command.getUsageMessage(Ansi.OFF).lines())
                .hasSizeGreaterThan(3)
                .allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatAListOfCommandsShowsIsAWholeShortSentence(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        assertThat(usage.description()[0]).matches("[A-Z].{10,110}\\.");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noLineOfTheFooterIsBrokenByTheTerminal(CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().footer()).allMatch(line -> line.length() < 80);
    }
}
