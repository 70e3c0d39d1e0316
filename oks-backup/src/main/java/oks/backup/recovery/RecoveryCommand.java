package oks.backup.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import oks.backup.archive.ExecAfter;
import oks.backup.output.BackupContext;
import oks.backup.output.Leftovers;
import oks.backup.output.OutputDirectory;
import oks.backup.output.OutputLock;
import oks.backup.source.RecoverySource;
import oks.backup.source.Source;
import oks.backup.verify.MissingFiles;
import oks.cli.BackupDirectoryOption;
import oks.cli.CommonOptions;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oks-backup recovery}: copies recovery files. */
@Command(
        name = "recovery",
        description = "Copy the complete recovery files that the backup directory does not have yet.")
public final class RecoveryCommand implements Callable<Integer> {
    @ParentCommand
    private BackupContext program;

    @Mixin
    private CommonOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The directory for the copies.")
    private Optional<Path> named = Optional.empty();

    @Option(names = "--rotate", description = "First have oksd complete the file it is writing.")
    private boolean rotate;

    @Option(
            names = "--since",
            paramLabel = "ORDINAL",
            converter = OrdinalArgument.class,
            description =
                    "Leave out the files before this one (default: those before what the oldest archive in DIR needs).")
    private long since; // 0: from what the oldest archive needs

    @Option(
            names = "--exec-after",
            paramLabel = "CMD",
            description = "Run this for each new file; its path is in OKS_FILE.")
    private String execAfter;

    @Override
    public Integer call() throws IOException {
        Disk disk = program.disk();
        CopyResult result;
        Path out = OutputDirectory.require(directoryOption.directory(named, options));
        try (OutputLock lock = OutputLock.take(disk, out, OutputLock.Part.RECOVERY, "recovery", program.clock());
                Source source = Source.of(options, disk)) {
            RecoverySource files = RecoverySource.of(source, disk, rotate);
            Leftovers.ofCopies(new RecoveryDirectory(disk, out), files.database());
            RecoveryDirectory copies = new RecoveryDirectory(disk, lock.directory());
            long from = since > 0 ? since : RecoveryCopy.firstWanted(copies, files.database(), files.files());
            result = new RecoveryCopy(copies, options, from).copy(files);
            files.tellArchived(result.lastOrdinal());
            tidyAfterFollow(disk, out, files.database());
        }
        List<Path> copied = result.copied().stream().map(out::resolve).toList();
        return ExecAfter.run(
                execAfter,
                ExecAfter.Kind.RECOVERY,
                copied,
                options,
                result.members(),
                result.lines(),
                result.missing().flatMap(MissingFiles::fault));
    }

    /**
     * Removes partial copies of {@code follow} whose whole file is there now; while it runs, it takes care of that
     * itself.
     */
    private void tidyAfterFollow(Disk disk, Path out, String database) throws IOException {
        try (OutputLock lock = OutputLock.take(disk, out, OutputLock.Part.FOLLOW, "recovery", program.clock())) {
            Leftovers.ofFollowing(new RecoveryDirectory(disk, lock.directory()), database);
        } catch (OperatorFault following) {
            if (following.code() != ExitCode.BUSY) {
                throw following;
            }
        }
    }
}
