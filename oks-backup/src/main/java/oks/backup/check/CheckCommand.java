package oks.backup.check;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import oks.archive.ArchiveName;
import oks.archive.BaseArchive;
import oks.backup.output.BackupContext;
import oks.backup.output.OutputContents;
import oks.backup.output.OutputDirectory;
import oks.backup.output.OutputLock;
import oks.backup.recovery.CopyResult;
import oks.backup.recovery.RecoveryCopy;
import oks.backup.source.RecoverySource;
import oks.backup.source.Source;
import oks.backup.verify.LastRestore;
import oks.backup.verify.MissingFiles;
import oks.backup.verify.Verification;
import oks.cli.BackupDirectoryOption;
import oks.cli.CommonOptions;
import oks.cli.FaultTeller;
import oks.config.TimeSpan;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.Advice;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code oks-backup check}: proves the way of a change from oksd to the backup directory, for monitoring. */
@Command(
        name = "check",
        description = {
            "Prove that every change up to now can be restored from the backup directory.",
            "Has oksd complete its recovery file, copies it, reads it back with all others, and sees that it "
                    + "continues an archive.",
            "Every status but 0 is a reason for an alarm."
        })
public final class CheckCommand implements Callable<Integer>, FaultTeller {
    private static final String NAGIOS = "--nagios";
    /** How long another run of oks-backup in the same directory is waited for: timers begin at the same minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
    /** How far the clocks of two machines may differ. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final int LEAST_UNITS = 3;
    private static final String RESTORABLE = "every change up to now can be restored";

    @ParentCommand
    private BackupContext program;

    @Mixin
    private CommonOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The backup directory.")
    private Optional<Path> named = Optional.empty();

    @Option(
            names = "--max-age",
            paramLabel = "AGE",
            description = "Fail if the archive was begun longer ago than this, such as 26h or 2d, or in the future.")
    private String maxAge; // null for any age

    @Option(names = "--read-archive", description = "Also read the archive to its last byte.")
    private boolean readArchive;

    @Option(
            names = NAGIOS,
            description = "Print one line and performance data, and end with 0, 1, 2 or 3, as plugins of Nagios do.")
    private boolean nagios;

    @Spec
    private CommandSpec spec;

    /** Whether the lock of the backup directory was had: a run that never had it says nothing about the backup. */
    private boolean begun;

    /**
     * The result of a check.
     *
     * @param complaint about its age or oksd; empty when there is none
     */
    private record Proof(
            OutputContents.Archive archive,
            CopyResult copy,
            Optional<Instant> lastRestore,
            Instant at,
            Duration took,
            Optional<OperatorFault> complaint) {
        /** The archive's age; below zero when it was begun in the future. */
        Duration age() {
            return Duration.between(archive.name().timestamp(), at);
        }
    }

    @Override
    public Integer call() throws IOException {
        Optional<Duration> limit = limit();
        if (nagios && options.json()) {
            throw new ParameterException(spec.commandLine(), "options --nagios and --json exclude each other");
        }
        Disk disk = program.disk();
        Instant start = program.clock().instant();
        Path out = OutputDirectory.require(directoryOption.directory(named, options));
        Proof proof;
        try (OutputLock lock = lock(disk, out);
                Source source = Source.of(options, disk)) {
            begun = true;
            proof = prove(disk, lock.directory(), source, start, limit);
        }
        if (nagios) {
            return nagios(proof).status();
        }
        if (proof.complaint().isPresent() && !options.json()) {
            throw proof.complaint().get();
        }
        return options.printResult(members(proof), List.of(line(proof)), proof.complaint());
    }

    private Optional<Duration> limit() {
        if (maxAge == null) {
            return Optional.empty();
        }
        Optional<Duration> limit = TimeSpan.parse(maxAge).filter(age -> !age.isZero());
        if (limit.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "option --max-age is \"" + maxAge + "\", but a duration such as \"26h\" or \"2d\" is expected");
        }
        return limit;
    }

    /** Takes the lock of the directory; waits a while for another run to end. */
    private OutputLock lock(Disk disk, Path out) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return OutputLock.take(disk, out, OutputLock.Part.RECOVERY, "check", program.clock());
            } catch (OperatorFault fault) {
                if (fault.code() != ExitCode.BUSY || System.nanoTime() - end > 0) {
                    throw fault;
                }
            }
            try {
                Thread.sleep(BETWEEN_TRIES.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while another run of oks-backup was waited for");
            }
        }
    }

    @Override
    public OptionalInt tell(OperatorFault fault, List<String> words, PrintStream console) {
        if (!words.contains(NAGIOS)) {
            return OptionalInt.empty();
        }
        NagiosReport.State state =
                fault.code() == ExitCode.BUSY && !begun ? NagiosReport.State.UNKNOWN : NagiosReport.State.of(fault);
        console.println(NagiosReport.of(state, fault, List.of()));
        return OptionalInt.of(state.status());
    }

    private NagiosReport.State nagios(Proof proof) {
        List<String> data = new ArrayList<>();
        String limit = limit().map(age -> Long.toString(age.toSeconds())).orElse("");
        data.add("archive_age=" + proof.age().toSeconds() + "s;" + limit);
        data.add("archive_size=" + proof.archive().bytes() + "B");
        data.add("lsn=" + proof.copy().lastLsn());
        data.add("recovery_files="
                + (proof.copy().before() + proof.copy().copied().size()));
        proof.lastRestore()
                .ifPresent(at -> data.add(
                        "restore_age=" + Duration.between(at, proof.at()).toSeconds() + "s"));
        data.add(String.format(Locale.ROOT, "time=%.3fs", proof.took().toMillis() / 1000.0));
        NagiosReport.State state = proof.complaint()
                .map(fault -> fault.code() == ExitCode.BUSY ? NagiosReport.State.CRITICAL : NagiosReport.State.WARNING)
                .orElse(NagiosReport.State.OK);
        options.out()
                .println(proof.complaint()
                        .map(fault -> NagiosReport.of(state, fault, data))
                        .orElseGet(
                                () -> NagiosReport.of(state, line(proof).substring("ok: ".length()), data, List.of())));
        return state;
    }

    private Proof prove(Disk disk, Path directory, Source source, Instant start, Optional<Duration> limit)
            throws IOException {
        if (source.kind() != Source.Kind.RUNNING) {
            throw OperatorFault.of(
                            ExitCode.UNREACHABLE,
                            "oksd is stopped, so that its way to the backup directory cannot be checked")
                    .kept("nothing was changed")
                    .next(
                            "start oksd; if nobody stopped it, read its log first; what is there is verified by %s",
                            Advice.verify(directory));
        }
        ControlStatus status = status((Source.Running) source);
        long acknowledged = status.lsn().durable();
        RecoverySource files = RecoverySource.of(source, disk, true);
        CopyResult copy = copyAll(new RecoveryDirectory(disk, directory), files, acknowledged);
        OutputContents.Archive archive = newestProven(OutputContents.of(disk, directory), files, copy, acknowledged);
        if (readArchive) {
            requireAsProven(disk, directory.resolve(archive.name().toString()));
        }
        Optional<Instant> restored = LastRestore.in(disk, directory).stream()
                .filter(restore -> restore.database().equals(files.database()))
                .map(LastRestore::at)
                .findFirst();
        Instant now = program.clock().instant();
        return new Proof(
                archive,
                copy,
                restored,
                now,
                Duration.between(start, now),
                complaint(status).or(() -> limit.flatMap(most -> complaint(archive.name(), most, now, directory))));
    }

    /** Copies the recovery files, and refuses a copy that does not reach what was acknowledged. */
    private CopyResult copyAll(RecoveryDirectory copies, RecoverySource files, long acknowledged) throws IOException {
        long since = RecoveryCopy.firstWanted(copies, files.database(), files.files());
        CopyResult copy = new RecoveryCopy(copies, options, since).copy(files);
        files.tellArchived(copy.lastOrdinal());
        Optional<OperatorFault> gap = copy.missing().flatMap(MissingFiles::fault);
        if (gap.isPresent()) {
            throw gap.get();
        }
        if (copy.lastLsn() < acknowledged) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "the recovery files in \"%s\" end with LSN %d, but LSN %d was acknowledged",
                            copies,
                            copy.lastLsn(),
                            acknowledged)
                    .next("look at the state of oksd with %s", Advice.status());
        }
        return copy;
    }

    /** The newest proven archive that the copied recovery files bring to what was acknowledged. */
    private OutputContents.Archive newestProven(
            OutputContents contents, RecoverySource files, CopyResult copy, long acknowledged) {
        Optional<String> beyond = copy.missing().flatMap(MissingFiles::beyond);
        return contents.archives().stream()
                .filter(one -> one.reachesEnd(files.uuid()) && one.reach().number() >= acknowledged)
                .filter(one ->
                        beyond.isEmpty() || beyond.get().equals(one.name().toString()))
                .filter(OutputContents.Archive::proven)
                .max(Comparator.comparing(
                                (OutputContents.Archive one) -> one.name().lsn())
                        .thenComparing(one -> one.name().timestamp()))
                .orElseThrow(() -> noArchive(contents, files, acknowledged));
    }

    /**
     * The reason why oksd takes no uploads although nobody paused it: where only timers watch, nothing else tells of a
     * full disk.
     */
    private static Optional<OperatorFault> complaint(ControlStatus status) {
        return switch (status.state()) {
            case PAUSED ->
                Optional.of(OperatorFault.of(ExitCode.BUSY, "oksd takes no uploads: %s", status.reason())
                        .kept("lookups go on, and " + RESTORABLE)
                        .next("make room on the disk that is named, or repair it: oksd resumes by itself; "
                                + "see \"DISK FULL\" in oks-operations(7)"));
            case DEGRADED ->
                Optional.of(OperatorFault.of(ExitCode.FAILED, "oksd is degraded: %s", status.reason())
                        .kept(RESTORABLE)
                        .next("look at the disk, then run %s", Advice.resume()));
            case STARTING, RUNNING, STOPPING -> Optional.empty();
        };
    }

    private void requireAsProven(Disk disk, Path archive) throws IOException {
        for (Verification.Finding finding : new Verification(disk, options::progress).verify(List.of(archive))) {
            if (finding.fault().isPresent()) {
                throw finding.fault().get();
            }
        }
    }

    /** A complaint about the time of an archive; every change can be restored from it all the same. */
    private static Optional<OperatorFault> complaint(ArchiveName archive, Duration most, Instant now, Path directory) {
        Duration age = Duration.between(archive.timestamp(), now);
        if (age.compareTo(most) > 0) {
            return Optional.of(OperatorFault.of(
                            ExitCode.FAILED,
                            "archive \"%s\" was begun %s ago, but at most %s are allowed",
                            archive,
                            span(age),
                            span(most))
                    .kept(RESTORABLE)
                    .next(
                            "make an archive: %s; and look why none was made, such as with "
                                    + "\"systemctl status oks-backup.timer oks-backup.service\"",
                            Advice.archive(directory)));
        }
        if (age.plus(SKEW).isNegative()) {
            return Optional.of(OperatorFault.of(
                            ExitCode.FAILED,
                            "archive \"%s\" was begun %s from now: a clock was or is wrong",
                            archive,
                            span(age.negated()))
                    .kept(RESTORABLE)
                    .next(
                            "compare this machine's clock, %s, with another one; when it is right, make an archive: %s",
                            now.truncatedTo(ChronoUnit.SECONDS), Advice.archive(directory)));
        }
        return Optional.empty();
    }

    /** In the largest unit of which there are at least three. */
    private static String span(Duration time) {
        if (time.toDays() >= LEAST_UNITS) {
            return Count.of(time.toDays(), "day");
        }
        if (time.toHours() >= LEAST_UNITS) {
            return Count.of(time.toHours(), "hour");
        }
        return time.toMinutes() >= LEAST_UNITS
                ? Count.of(time.toMinutes(), "minute")
                : Count.of(time.toSeconds(), "second");
    }

    private static ControlStatus status(Source.Running running) {
        return ControlStatus.fromJson(running.oksd().call(new ControlRequest.Status(), running.progress()))
                .afterStart();
    }

    private static OperatorFault noArchive(OutputContents contents, RecoverySource source, long lsn) {
        Path directory = contents.directory();
        if (contents.archives().isEmpty()) { // a disk that is not mounted looks like this
            return OperatorFault.of(ExitCode.GAP_OR_FORK, "there is no archive in \"%s\"", directory)
                    .kept("the recovery files are copied to it")
                    .next(
                            "if archives were made before, mount the disk that has them; otherwise make the first one: "
                                    + "%s",
                            Advice.archive(directory));
        }
        String others = contents.archives().stream()
                .filter(one ->
                        one.leftBehind() || one.identity().isEmpty() || one.reachesEnd(source.uuid()) && !one.proven())
                .map(one -> "; " + one.name() + " is " + why(one))
                .collect(Collectors.joining());
        return OperatorFault.of(
                        ExitCode.GAP_OR_FORK,
                        "no proven archive of database \"%s\" in \"%s\" is continued up to LSN %d by the "
                                + "recovery files there%s",
                        source.database(),
                        directory,
                        lsn,
                        others)
                .kept("the recovery files are copied")
                .next(
                        "make an archive: %s; %s shows what there is, and %s proves an archive that is not proven yet",
                        Advice.archive(directory), Advice.list(directory), Advice.verify());
    }

    private static String why(OutputContents.Archive archive) {
        if (archive.identity().isEmpty()) {
            return "damaged, or was made by hand";
        }
        if (archive.leftBehind()) {
            return archive.continuation().orElseThrow().leftBehind();
        }
        return BaseArchive.names(archive.missing())
                .map(missing -> "incremental, and " + missing + ", which it needs, is missing")
                .orElse("not proven");
    }

    private static String line(Proof proof) {
        return String.format(
                Locale.ROOT,
                "ok: every change up to LSN %d can be restored from %s%s; recovery files: %d; "
                        + "last verified restore: %s; took %.1f s%s",
                proof.copy().lastLsn(),
                proof.archive().name(),
                BaseArchive.names(proof.archive().bases())
                        .map(bases -> ", which needs " + bases)
                        .orElse(""),
                proof.copy().before() + proof.copy().copied().size(),
                proof.lastRestore().map(Instant::toString).orElse("never"),
                proof.took().toMillis() / 1000.0,
                proof.copy()
                        .missing()
                        .map(gap -> "; " + gap.what() + "; " + gap.meaning())
                        .orElse(""));
    }

    /** The members of {@code check --json}; see oks-json(7). */
    private record Members(
            Path directory,
            String archive,
            List<String> bases,
            long archiveAgeSeconds,
            long ordinal,
            long lsn,
            Optional<String> gap,
            long files,
            Optional<Instant> lastRestore,
            double seconds) {}

    private static Members members(Proof proof) {
        return new Members(
                proof.copy().directory().toAbsolutePath(),
                proof.archive().name().toString(),
                proof.archive().bases(),
                proof.age().toSeconds(),
                proof.copy().lastOrdinal(),
                proof.copy().lastLsn(),
                proof.copy().missing().map(MissingFiles::what),
                proof.copy().before() + proof.copy().copied().size(),
                proof.lastRestore(),
                proof.took().toMillis() / 1000.0);
    }
}
