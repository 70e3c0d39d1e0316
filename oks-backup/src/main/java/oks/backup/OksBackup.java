package oks.backup;

import java.time.InstantSource;
import oks.backup.archive.FullCommand;
import oks.backup.check.CheckCommand;
import oks.backup.check.ListCommand;
import oks.backup.expire.ExpireCommand;
import oks.backup.output.BackupContext;
import oks.backup.recovery.FollowCommand;
import oks.backup.recovery.RecoveryCommand;
import oks.backup.verify.VerifyCommand;
import oks.cli.HelpOptions;
import oks.cli.Program;
import oks.durable.Disk;
import oks.durable.RealDisk;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program oks-backup: see oks-backup(1). */
@Command(
        name = "oks-backup",
        description = "Archive a keyserver, running or stopped, and copy its recovery files.",
        subcommands = {
            FullCommand.class,
            RecoveryCommand.class,
            FollowCommand.class,
            CheckCommand.class,
            ListCommand.class,
            VerifyCommand.class,
            ExpireCommand.class
        },
        footer = {"", HelpOptions.STATUSES, HelpOptions.MORE_STATUSES})
public final class OksBackup implements Runnable, BackupContext {
    public static final String NAME = "oks-backup";

    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Mixin
    private HelpOptions options;

    @Spec
    private CommandSpec spec;

    private final Disk disk;
    private final InstantSource clock;

    OksBackup() {
        this(new RealDisk(), InstantSource.system());
    }

    /** @param disk where the backup directory is */
    OksBackup(Disk disk, InstantSource clock) {
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    /** Runs the command line and exits with its status. */
    public static void main(String[] args) {
        System.exit(Program.of(NAME).run(args, log -> new OksBackup()));
    }

    /** Without a command nothing is done. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing, such as \"full\"");
    }
}
