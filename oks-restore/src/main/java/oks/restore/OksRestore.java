package oks.restore;

import oks.cli.HelpOptions;
import oks.cli.Program;
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
        footer = {"", "Exit status: 0 done, 1 failed, 2 usage, 3 oksd not reachable, 4 busy or paused, 5 damaged,",
            "6 gap or fork, 7 target not reachable."})
public final class OksRestore implements Runnable {
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
