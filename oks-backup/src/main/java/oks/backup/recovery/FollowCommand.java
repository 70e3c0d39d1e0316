package oks.backup.recovery;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import oks.backup.output.BackupContext;
import oks.backup.output.OutputDirectory;
import oks.backup.output.OutputLock;
import oks.cli.BackupDirectoryOption;
import oks.cli.CommonOptions;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oks-backup follow}: copies changes right after they were made. */
@Command(
        name = "follow",
        description = {
            "Copy recovery files while oksd writes them, so that its disk can fail and only the last moment is lost.",
            "Runs until a signal ends it, also while oksd is stopped."
        })
public final class FollowCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(FollowCommand.class);
    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration REPORT = Duration.ofMinutes(1);

    @ParentCommand
    private BackupContext program;

    @Mixin
    private CommonOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The directory for the copies.")
    private Optional<Path> named = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "ORDINAL",
            converter = OrdinalArgument.class,
            description = "Leave out the files before this one.")
    private long since;

    @Option(names = "--once", description = "Copy what is there, and end.")
    private boolean once;

    private record Followed(RecoveryDirectory directory, String database) {}

    @Override
    public Integer call() throws IOException {
        Disk disk = program.disk();
        InstantSource clock = program.clock();
        Path out = OutputDirectory.require(directoryOption.directory(named, options));
        Followed followed = followed();
        try (OutputLock lock = OutputLock.take(disk, out, OutputLock.Part.FOLLOW, "follow", clock);
                Follower follower = new Follower(
                        followed.directory(),
                        followed.database(),
                        new RecoveryDirectory(disk, lock.directory()),
                        clock,
                        this::tellArchived)) {
            if (since == 0) {
                since = RecoveryCopy.firstWanted(
                        new RecoveryDirectory(disk, out),
                        followed.database(),
                        followed.directory().files(followed.database()));
            }
            if (once) {
                follower.round(since);
                options.printResult(members(follower), List.of(line(follower)), Optional.empty());
            } else {
                follow(follower, clock);
            }
        }
        return ExitCode.DONE.status();
    }

    /** From oksd itself, or, while it is stopped, from its configuration; a stopped oksd can start meanwhile. */
    private Followed followed() {
        try (ControlClient oksd = options.connect()) {
            ControlStatus status = ControlStatus.fromJson(oksd.call(new ControlRequest.Status(), progress -> {}));
            return new Followed(
                    new RecoveryDirectory(
                            program.disk(), Path.of(status.recovery().directory())),
                    status.identity().name());
        } catch (OperatorFault unreachable) {
            if (unreachable.code() != ExitCode.UNREACHABLE || options.namesSocket()) {
                throw unreachable;
            }
            OksdSettings settings = options.settings();
            return new Followed(
                    new RecoveryDirectory(program.disk(), settings.recovery().directory()),
                    settings.database().name());
        }
    }

    private void follow(Follower follower, InstantSource clock) throws IOException {
        Instant reported = clock.instant();
        long told = -1;
        while (true) {
            pass(tried(follower) ? STEP : RETRY);
            boolean due = Duration.between(reported, clock.instant()).compareTo(REPORT) >= 0;
            if ((due || told < 0) && follower.lastLsn() > told) {
                told = follower.lastLsn();
                reported = clock.instant();
                tell(follower);
            }
        }
    }

    /** Whether a round went well; a disk that is away for hours is waited for, a damaged file is not. */
    private boolean tried(Follower follower) throws IOException {
        try {
            follower.round(since);
            return true;
        } catch (IOException e) {
            LOG.warn("following goes on in {} s: {}", RETRY.toSeconds(), IoReason.withFile(e));
            follower.forget();
            return false;
        }
    }

    private void tell(Follower follower) {
        if (!options.quiet()) {
            options.err()
                    .println(String.format(
                            Locale.ROOT,
                            "followed to LSN %d, %d ms behind, at most %d ms",
                            follower.lastLsn(),
                            follower.lag().toMillis(),
                            follower.longestLag().toMillis()));
        }
    }

    private static void pass(Duration time) throws InterruptedIOException {
        LockSupport.parkNanos(time.toNanos());
        if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /** So that status shows what is not safe; when oksd is away, the next file tells it. */
    private void tellArchived(long ordinal) {
        try (ControlClient oksd = options.connect()) {
            oksd.call(new ControlRequest.Archived(ordinal), progress -> {});
        } catch (OperatorFault e) {
            LOG.debug("oksd was not told that file {} is archived: {}", ordinal, e.what());
        }
    }

    private static String line(Follower follower) {
        return String.format(
                Locale.ROOT,
                "followed to LSN %d: %s completed, %s still written, %d ms behind",
                follower.lastLsn(),
                Count.of(follower.files(), "file"),
                follower.following().map(Object::toString).orElse("none"),
                follower.lag().toMillis());
    }

    /** The members of {@code follow --json}; see oks-json(7). */
    private record Members(long lsn, long completed, Optional<String> following, double behindSeconds) {}

    private static Members members(Follower follower) {
        return new Members(
                follower.lastLsn(),
                follower.files(),
                follower.following().map(Object::toString),
                follower.lag().toMillis() / 1000.0);
    }
}
