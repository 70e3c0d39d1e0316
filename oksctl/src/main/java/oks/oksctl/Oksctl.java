package oks.oksctl;

import oks.cli.HelpOptions;
import oks.cli.Program;
import oks.oksctl.load.LoadCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program oksctl: see oksctl(1). */
@Command(
        name = "oksctl",
        description = "Give a command to a running oksd.",
        footer = {"", HelpOptions.STATUSES, HelpOptions.MORE_STATUSES})
public final class Oksctl implements Runnable {
    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Mixin
    private HelpOptions options;

    @Spec
    private CommandSpec spec;

    private Oksctl() {}

    /** Runs the command line and exits with its status. */
    public static void main(String[] args) {
        System.exit(Program.of("oksctl").run(args, log -> commands()));
    }

    /** The whole command line; completion scripts are made from it. */
    public static CommandSpec commands() {
        return commands(time -> Thread.sleep(time.toMillis()));
    }

    /** The same; {@code ticks} waits between two looks of {@code status --watch}. */
    static CommandSpec commands(StatusCommand.Ticks ticks) {
        return new CommandLine(new Oksctl())
                .addSubcommand(new StatusCommand(ticks))
                .addSubcommand(new PauseCommand())
                .addSubcommand(new ResumeCommand())
                .addSubcommand(new RotateCommand())
                .addSubcommand(new DumpCommand())
                .addSubcommand(new ReloadCommand())
                .addSubcommand(new ConfigCommand())
                .addSubcommand(new StopCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new PointCommand())
                .addSubcommand(new DeleteCommand())
                .addSubcommand(new UnblockCommand())
                .addSubcommand(new HistoryCommand())
                .addSubcommand(new LoadCommand())
                .addSubcommand(new ExportCommand())
                .getCommandSpec();
    }

    /** Without a command nothing is done. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing, such as \"status\"");
    }
}
