package oks.backup.expire;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import oks.backup.expire.ExpirePlan.Retention;
import oks.backup.output.BackupContext;
import oks.backup.output.OutputDirectory;
import oks.backup.output.OutputLock;
import oks.backup.output.OwnTimeline;
import oks.cli.BackupDirectoryOption;
import oks.cli.CommonOptions;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryDirectory;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code oks-backup expire}: says what is no longer needed, and removes it when told to. */
@Command(
        name = "expire",
        description = {
            "Show which archives and recovery files are no longer needed, and why; with --confirm, remove them.",
            "Every byte is read first: an archive counts only when it was proven and is as it was then."
        })
public final class ExpireCommand implements Callable<Integer> {
    @ParentCommand
    private BackupContext program;

    @Mixin
    private CommonOptions options;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The backup directory.")
    private Optional<Path> named = Optional.empty();

    private Path directory;

    @Option(
            names = "--keep-full",
            required = true,
            paramLabel = "N",
            description = "Keep the N newest sound archives of each database, and every recovery file that they need.")
    private int full;

    @Option(names = "--keep-days", paramLabel = "D", description = "Also keep archives that are younger than D days.")
    private int days;

    @Option(
            names = "--prune-source",
            description =
                    "Also the files in oksd's own recovery directory that are copied, verified and in its store on "
                            + "disk.")
    private boolean pruneSource;

    @Option(names = "--confirm", description = "Remove; without it nothing is changed.")
    private boolean confirm;

    @Override
    public Integer call() throws IOException {
        if (full < 1 || days < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    full < 1
                            ? "option --keep-full is " + full + ", but at least 1 archive must be kept"
                            : "option --keep-days is " + days + ", but a number of days is expected");
        }
        Disk disk = program.disk();
        directory = OutputDirectory.require(directoryOption.directory(named, options));
        OutputDirectory.requireSomething(directory);
        InstantSource clock = program.clock();
        try (OutputLock archives = OutputLock.take(disk, directory, OutputLock.Part.ARCHIVES, "expire", clock);
                OutputLock recovery = OutputLock.take(disk, directory, OutputLock.Part.RECOVERY, "expire", clock)) {
            Expiry expiry = new Expiry(disk, archives.directory(), options::progress);
            ExpirePlan plan = expiry.plan(new Retention(full, Duration.ofDays(days)), clock.instant());
            SourcePruning pruning = new SourcePruning(new RecoveryDirectory(disk, recovery.directory()));
            ExpirePlan source = pruneSource ? source(pruning, expiry) : new ExpirePlan(List.of());
            List<ExpirePlan.Line> lines = new ArrayList<>(plan.lines());
            lines.addAll(source.lines());
            ExpirePlan whole = new ExpirePlan(List.copyOf(lines));
            if (!options.json()) {
                show(whole);
            }
            Optional<OperatorFault> refused = expiry.unsoundArchives();
            if (confirm && refused.isEmpty()) {
                pruning.carryOut(source); // first: what it relies on is still there
                expiry.carryOut(plan);
                expiry.tidy();
            }
            return options.printResult(members(whole, confirm && refused.isEmpty()), List.of(), refused);
        }
    }

    private ExpirePlan source(SourcePruning pruning, Expiry expiry) throws IOException {
        try (ControlClient oksd = options.connect()) {
            ControlStatus status = ControlStatus.fromJson(
                            oksd.call(new ControlRequest.Status(), options.controlProgress()))
                    .afterStart();
            OwnTimeline.of(program.disk(), status).requireNewestIn(new RecoveryDirectory(program.disk(), directory));
            return pruning.plan(status, expiry.firstNeeded(status.identity().id()));
        }
    }

    private void show(ExpirePlan plan) {
        for (ExpirePlan.Line line : plan.lines()) {
            options.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%-6s  %-44s %10s  %s",
                            line.removed() ? "remove" : "keep",
                            line.name(),
                            FileUtils.byteCountToDisplaySize(line.bytes()),
                            line.why()));
        }
        options.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s %d of %s, %s",
                        confirm ? "removing" : "would remove",
                        plan.removed().size(),
                        Count.of(plan.lines().size(), "file"),
                        FileUtils.byteCountToDisplaySize(plan.bytesRemoved())));
        if (!confirm && !plan.removed().isEmpty()) {
            options.out().println("nothing was changed; --confirm removes them");
        }
    }

    /** The members of {@code expire --json}; see oks-json(7). */
    private record Members(Path directory, boolean confirmed, long bytesRemoved, List<Decision> decisions) {}

    /** The decision on a file; its database is empty if it cannot be told. */
    private record Decision(
            String file,
            Optional<String> database,
            Optional<UUID> databaseId,
            long fileBytes,
            boolean remove,
            String why) {
        static Decision of(ExpirePlan.Line line) {
            return new Decision(
                    line.name(),
                    line.databaseName(),
                    Optional.of(line.database()).filter(known -> !known.equals(Expiry.UNKNOWN)),
                    line.bytes(),
                    line.removed(),
                    line.why());
        }
    }

    private Members members(ExpirePlan plan, boolean confirmed) {
        return new Members(
                directory.toAbsolutePath(),
                confirmed,
                plan.bytesRemoved(),
                plan.lines().stream().map(Decision::of).toList());
    }
}
