package oks.restore;

import oks.cli.HelpOptions;
import oks.cli.Program;
import oks.restore.database.FromCommand;
import oks.restore.replay.ReplayCommand;
import oks.restore.salvage.SalvageCommand;
import oks.restore.show.ShowCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program oks-restore: see oks-restore(1). */
@Command(
        name = "oks-restore",
        description = "Rebuild a database from an archive and recovery files.",
        subcommands = {FromCommand.class, ReplayCommand.class, SalvageCommand.class, ShowCommand.class},
        footer = {"", HelpOptions.STATUSES, HelpOptions.MORE_STATUSES})
public final class OksRestore implements Runnable {
    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Mixin
    private HelpOptions options;

    @Spec
    private CommandSpec spec;

    OksRestore() {}

    /** Runs the command line and exits with its status. */
    public static void main(String[] args) {
        System.exit(Program.of("oks-restore").run(args, log -> new OksRestore()));
    }

    /** Without a command nothing is done. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing, such as \"from\"");
    }
}
