package oks.restore.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import oks.cli.BackupDirectoryOption;
import oks.cli.SettingsOptions;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.process.ProcessSignals;
import oks.recovery.DatabaseDirectory;
import oks.restore.log.RecoverySources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oks-restore replay}: applies recovery files to a stopped database, once or for as long as they come. */
@Command(name = "replay", description = "Bring a stopped database forward with recovery files; harmless to repeat.")
public final class ReplayCommand implements Callable<Integer> {
    private final Disk disk;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(arity = "0..*", paramLabel = "DIR|FILE", description = "Recovery files, or directories of them.")
    private List<Path> named = List.of();

    @Option(names = "--db", required = true, paramLabel = "DIR", description = "The database directory.")
    private Path directory;

    @Option(names = "--follow", description = "Go on when more recovery files come, until the program is ended.")
    private boolean follow;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "With --follow: how long to wait between two looks; ${DEFAULT-VALUE} if not given.")
    private int every;

    public ReplayCommand() {
        this(new RealDisk());
    }

    /** The command on another disk. */
    public ReplayCommand(Disk disk) {
        this.disk = disk;
    }

    @Override
    public Integer call() throws IOException {
        if (every < 1) {
            throw new ParameterException(
                    spec.commandLine(), "option --every is " + every + ", but a number of seconds from 1 is expected");
        }
        named = directoryOption.paths(named, options);
        InstantSource clock = InstantSource.system();
        try (StandbyDatabase database =
                StandbyDatabase.open(new DatabaseDirectory(disk, directory), UUID::randomUUID)) {
            if (follow) {
                follow(database, clock);
            } else {
                show(database.replay(RecoverySources.notEmpty(disk, named), options, clock));
            }
        }
        return ExitCode.DONE.status();
    }

    /** A signal ends it after the look that it is at, with everything on disk. */
    private void follow(StandbyDatabase database, InstantSource clock) throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (ProcessSignals signals = new ProcessSignals()) {
            List.of("TERM", "INT").forEach(signal -> signals.on(signal, end::countDown));
            new StandbyLoop(database, clock, this::show, () -> isWaitedFor(end))
                    .run(() -> RecoverySources.of(disk, named), options);
        }
    }

    /** Waits for the next look; false when the end has come. */
    private boolean isWaitedFor(CountDownLatch end) {
        try {
            return !end.await(every, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void show(ReplayReport report) {
        report.show(options, Optional.empty());
        options.out().flush();
    }
}
