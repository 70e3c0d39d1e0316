package oks.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Options that the commands of a program share, given before the command instead of after it: {@code oksctl --json
 * status}. What stands after the command counts more.
 */
public final class SharedOptions {
    private SharedOptions() {}

    /**
     * Declares them on a program, and the commands {@code help} and {@code version}; does nothing for a program without
     * commands.
     *
     * @return the same command line
     */
    public static CommandLine declare(CommandLine program) {
        if (program.getSubcommands().isEmpty()) {
            return program;
        }
        for (CommandLine command : List.copyOf(program.getSubcommands().values())) {
            shared(command.getCommandSpec()).stream()
                    .filter(option -> program.getCommandSpec().findOption(option.longestName()) == null)
                    .forEach(option -> program.getCommandSpec().addOption(likeThe(option)));
        }
        program.addSubcommand(new CommandLine.HelpCommand());
        program.getSubcommands().get("help").getCommandSpec().usageMessage().description("Show the help of a command.");
        program.addSubcommand(new VersionCommand());
        return program;
    }

    private static List<OptionSpec> shared(CommandSpec command) {
        return command.mixins().values().stream()
                .filter(mixin -> mixin.userObject() instanceof HelpOptions
                        || mixin.userObject() instanceof BackupDirectoryOption)
                .flatMap(mixin -> mixin.options().stream())
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .toList();
    }

    /** The same option with a value of its own: there is no command yet that it could belong to. */
    private static OptionSpec likeThe(OptionSpec option) {
        return OptionSpec.builder(option.names())
                .type(option.type())
                .arity(option.arity().toString())
                .paramLabel(option.paramLabel())
                .description(option.description())
                .build();
    }

    /**
     * Gives the command what was given before it.
     *
     * @throws ParameterException when the command does not take such an option
     */
    static void pass(ParseResult program) {
        if (!program.hasSubcommand()) {
            return;
        }
        ParseResult command = program.subcommand();
        for (OptionSpec given : program.matchedOptions()) {
            OptionSpec own = command.commandSpec().findOption(given.longestName());
            if (own == null) {
                throw new ParameterException(
                        command.commandSpec().commandLine(), "unknown option: '" + given.longestName() + "'");
            }
            if (!command.hasMatchedOption(own)) {
                own.setValue(given.getValue());
            }
        }
    }
}
