package oks.backup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import oks.cli.BackupDirectoryOption;
import oks.cli.CommonOptions;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oks-backup check}: proves the way of a change from oksd to the backup directory, for monitoring. */
@Command(name = "check", description = {
    "Prove that every change up to now can be restored from the backup directory.",
    "Has oksd complete its recovery file, copies it, reads it back with all others, and sees that it continues an archive.",
    "Every status but 0 is a reason for an alarm."})
final class CheckCommand implements Callable<Integer> {
    @ParentCommand
    private OksBackup program;

    @Mixin
    private CommonOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The backup directory.")
    private Optional<Path> named = Optional.empty();

    private record Proof(OutputContents.Archive archive, CopyResult copy, Optional<Instant> lastRestore, Duration took) {}

    @Override
    public Integer call() throws IOException {
        Disk disk = program.disk();
        InstantSource clock = program.clock();
        Instant begun = clock.instant();
        Path out = OutputDirectory.require(directoryOption.directory(named, options));
        Proof proof;
        try (OutputLock lock = OutputLock.take(disk, out, OutputLock.Part.RECOVERY, "check", clock);
                Source source = Source.of(options, disk)) {
            proof = prove(disk, lock.directory(), source, begun);
        }
        options.out().println(options.json() ? json(proof) : line(proof));
        return ExitCode.DONE.status();
    }

    private Proof prove(Disk disk, Path directory, Source source, Instant begun) throws IOException {
        if (source.kind() != Source.Kind.RUNNING) {
            throw OperatorFault.of(ExitCode.UNREACHABLE, "oksd is stopped, so that its way to the backup directory cannot be checked")
                    .kept("nothing was changed")
                    .next("start oksd, or verify what is there: \"oks-backup verify %s\"", directory);
        }
        long acknowledged = status((Source.Running) source).lsn().durable();
        RecoverySource files = RecoverySource.of(source, disk, true);
        CopyResult copy = new RecoveryCopy(disk, options, directory, RecoveryCopy.firstWanted(disk, directory, files.database(), files.files())).copy(files);
        files.tellArchived(copy);
        Optional<OperatorFault> gap = copy.missing().flatMap(MissingFiles::fault);
        if (gap.isPresent()) {
            throw gap.get();
        }
        if (copy.lastLsn() < acknowledged) {
            throw OperatorFault.of(ExitCode.FAILED, "the recovery files in \"%s\" end with LSN %d, but LSN %d was acknowledged",
                            directory, copy.lastLsn(), acknowledged)
                    .next("look at the state of oksd with \"oksctl status\"");
        }
        Optional<String> beyond = copy.missing().flatMap(MissingFiles::beyond);
        OutputContents contents = OutputContents.of(disk, directory);
        OutputContents.Archive archive = contents.archives().stream()
                .filter(one -> one.reachesEnd(files.uuid()) && one.reach().number() >= acknowledged)
                .filter(one -> beyond.isEmpty() || beyond.get().equals(one.name().toString()))
                .filter(OutputContents.Archive::proven)
                .max(Comparator.comparing(one -> one.name().lsn()))
                .orElseThrow(() -> noArchive(contents, files, acknowledged));
        Optional<Instant> restored = LastRestore.in(disk, directory).stream()
                .filter(restore -> restore.database().equals(files.database()))
                .map(LastRestore::at)
                .findFirst();
        return new Proof(archive, copy, restored, Duration.between(begun, program.clock().instant()));
    }

    private static ControlStatus status(Source.Running running) {
        return ControlStatus.fromJson(running.oksd().call(new ControlRequest.Status(), running.progress())).afterStart();
    }

    private static OperatorFault noArchive(OutputContents contents, RecoverySource source, long lsn) {
        Path directory = contents.directory();
        String others = contents.archives().stream()
                .filter(one -> one.leftBehind() || one.reachesEnd(source.uuid()) && !one.proven())
                .map(one -> "; " + one.name() + " is "
                        + (one.leftBehind() ? one.continuation().orElseThrow().leftBehind() : "not proven"))
                .collect(Collectors.joining());
        return OperatorFault.of(ExitCode.GAP_OR_FORK, "no proven archive of database \"%s\" in \"%s\" is continued up to LSN %d by the "
                        + "recovery files there%s", source.database(), directory, lsn, others)
                .kept("the recovery files are copied")
                .next("make an archive: \"oks-backup full --out %s\"; \"oks-backup list %s\" shows what there is, and "
                        + "\"oks-backup verify\" proves an archive that is not proven yet", directory, directory);
    }

    private static String line(Proof proof) {
        return String.format(Locale.ROOT, "ok: every change up to LSN %d can be restored from %s; recovery files: %d; "
                        + "last verified restore: %s; took %.1f s%s",
                proof.copy().lastLsn(), proof.archive().name(), proof.copy().before() + proof.copy().copied().size(),
                proof.lastRestore().map(Instant::toString).orElse("never"), proof.took().toMillis() / 1000.0,
                proof.copy().missing().map(gap -> "; " + gap.what() + "; " + gap.meaning()).orElse(""));
    }

    private static ObjectNode json(Proof proof) {
        return JsonNodeFactory.instance.objectNode()
                .put("ok", true)
                .put("directory", proof.copy().directory().toAbsolutePath().toString())
                .put("archive", proof.archive().name().toString())
                .put("ordinal", proof.copy().lastOrdinal())
                .put("lsn", proof.copy().lastLsn())
                .put("gap", proof.copy().missing().map(MissingFiles::what).orElse(null))
                .put("files", proof.copy().before() + proof.copy().copied().size())
                .put("last_restore", proof.lastRestore().map(Instant::toString).orElse(null))
                .put("seconds", proof.took().toMillis() / 1000.0);
    }
}
