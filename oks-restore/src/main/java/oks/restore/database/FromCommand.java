package oks.restore.database;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import oks.archive.UnusableBase;
import oks.cli.BackupDirectoryOption;
import oks.cli.OutputOptions;
import oks.cli.SettingsOptions;
import oks.durable.Disk;
import oks.durable.OpenFilesDisk;
import oks.durable.RealDisk;
import oks.fault.Advice;
import oks.fault.OperatorFault;
import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;
import oks.restore.log.TargetOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oks-restore from}: rebuilds a database, or says with {@code --plan} how it would. */
@Command(
        name = "from",
        description = "Rebuild a database directory from an archive, and bring it forward with recovery files.")
public final class FromCommand implements Callable<Integer> {
    private final Disk disk;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(
            arity = "0..1",
            paramLabel = "ARCHIVE|DIR",
            description = "The archive; \"-\" for standard input; or the backup directory: the newest archive of its "
                    + "newest history, "
                    + "and the recovery files in it.")
    private Optional<Path> named = Optional.empty();

    @Option(
            names = "--db",
            required = true,
            paramLabel = "DIR",
            description = "The database directory to make; it must not exist or be empty, but see --move-aside.")
    private Path directory;

    @Option(
            names = "--recovery",
            paramLabel = "DIR|FILE",
            description = "Recovery files to replay, or a directory of them; may be given more than once.")
    private List<Path> recovery = new ArrayList<>();

    @ArgGroup
    private TargetOptions target = new TargetOptions();

    @Option(
            names = "--timeline",
            paramLabel = "N|UUID",
            description = "Follow the history that ends with this timeline, not the newest one.")
    private Optional<String> timeline = Optional.empty();

    @Option(
            names = "--without-later-deletions",
            description = "Bring back also what was deleted after the wanted state.")
    private boolean withoutLaterDeletions;

    @Option(names = "--move-aside", description = "Rename what is in the directory now, and keep it.")
    private boolean moveAside;

    @Option(names = "--plan", description = "Check everything and say what would be done; write nothing.")
    private boolean plan;

    public FromCommand() {
        this(new RealDisk());
    }

    /** The command on another disk. */
    public FromCommand(Disk disk) {
        this.disk = disk;
    }

    @Override
    public Integer call() throws IOException {
        try (OpenFilesDisk opened = new OpenFilesDisk(disk)) {
            return call(opened);
        }
    }

    /** @param opened for the backup directory and recovery files, which are read several times */
    private int call(OpenFilesDisk opened) throws IOException {
        RecoverySources.notEmpty(opened, recovery);
        Path archive = directoryOption.directory(named, options);
        if (!disk.isDirectory(archive)) {
            return from(opened, archive);
        }
        recovery.add(archive);
        Path newest = NewestArchive.in(opened, archive, timeline);
        NewestArchive.passedOver(newest, disk)
                .forEach(unreadable -> options.err()
                        .println("oks-restore: warning: archive \"" + unreadable
                                + "\" is newer, but damaged at its beginning: it was passed over"));
        try {
            return from(opened, newest);
        } catch (OperatorFault fault) {
            throw DamagedArchive.isTold(fault) ? older(fault, newest) : fault;
        }
    }

    /** The directory may hold an older archive, and the recovery files that bring it as far. */
    private OperatorFault older(OperatorFault fault, Path newest) throws IOException {
        return NewestArchive.before(newest, disk, timeline, UnusableBase.of(fault))
                .map(older -> fault.next(
                        "take the archive before it, which complete recovery files bring as far: %s; "
                                + "%s tells which archives are good",
                        Advice.restoreElsewhere(
                                older, directory, newest.toAbsolutePath().getParent()),
                        Advice.verify(newest.toAbsolutePath().getParent())))
                .orElse(fault);
    }

    private int from(OpenFilesDisk opened, Path archive) throws IOException {
        RecoverySources sources = RecoverySources.of(opened, recovery);
        ArchiveInput input = ArchiveInput.of(disk, archive.toString(), System.in);
        RecoveryTarget wanted = new RecoveryTarget(target.target(), timeline, !withoutLaterDeletions);
        try (TargetDirectory place = TargetDirectory.of(disk, directory, moveAside)) {
            return run(disk, new RestoreRequest(input, sources, wanted, place), options, plan);
        }
    }

    /** Restores, or tells what a restore would do; what is in its way ends a plan, too. */
    static int run(Disk disk, RestoreRequest request, OutputOptions options, boolean plan) throws IOException {
        InstantSource clock = InstantSource.system();
        if (plan) {
            CheckedRestore checked = new RestoreCheck(disk, options, new Phases(clock)).check(request);
            return RestorePlan.of(request, checked).show(options, checked.problem());
        }
        return new Restore(disk, options, clock, UUID::randomUUID).run(request).show(options, Optional.empty());
    }
}
