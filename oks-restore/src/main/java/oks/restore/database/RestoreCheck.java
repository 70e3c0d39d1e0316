package oks.restore.database;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import oks.archive.ArchiveContents;
import oks.archive.Manifest;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.fault.OperatorFault;
import oks.recovery.ArchivedPoint;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryFile;
import oks.restore.database.Phases.Phase;
import oks.restore.log.Branch;
import oks.restore.log.CheckedLog;

/** The one check of a restore: a plan tells its result, and a restore begins with it, so that the two cannot differ. */
final class RestoreCheck {
    private final Disk disk;
    private final OutputOptions options;
    private final Phases phases;

    RestoreCheck(Disk disk, OutputOptions options, Phases phases) {
        this.disk = disk;
        this.options = options;
        this.phases = phases;
    }

    /** Reads everything that can be read without unpacking; writes nothing. */
    CheckedRestore check(RestoreRequest request) throws IOException {
        ArchiveContents contents =
                phases.measure(Phase.CHECK_ARCHIVE, () -> request.archive().check(options));
        Optional<CheckedLog> log = Optional.empty();
        if (contents.manifest().isPresent()) {
            LogPosition archived = contents.manifest().get().state().position();
            log = Optional.of(log(request, contents, List.of(), archived));
        }
        long needed = contents.bytes() + (log.isPresent() ? log.get().bytes() : 0);
        long free = request.target().usableBytes();
        Optional<OperatorFault> problem = Stream.of(
                        log.flatMap(CheckedLog::problem),
                        request.target().lackOfSpace(needed, free),
                        RestoreStaging.obstacle(disk, request.target()))
                .flatMap(Optional::stream)
                .findFirst();
        List<String> candidates = log.isPresent() ? List.of() : candidates(request, contents);
        return new CheckedRestore(contents, candidates, log, needed, free, problem);
    }

    private static List<String> candidates(RestoreRequest request, ArchiveContents contents) throws IOException {
        List<String> candidates = new ArrayList<>(contents.recoveryFiles());
        request.sources()
                .with(List.of(), contents.identity().name())
                .forEach(file -> candidates.add(file.path().getFileName().toString()));
        return candidates;
    }

    /**
     * The recovery files that continue an archive.
     *
     * @param inArchive those that were unpacked with it
     * @param from where its store stands
     */
    CheckedLog log(RestoreRequest request, ArchiveContents contents, List<RecoveryFile> inArchive, LogPosition from)
            throws IOException {
        DatabaseIdentity identity = contents.identity();
        return phases.measure(Phase.CHECK_RECOVERY, () -> {
            Branch branch = Branch.after(
                    request.sources().with(inArchive, identity.name()),
                    identity.database(),
                    request.sources().archives(disk, identity.database()),
                    new ArchivedPoint(request.archive().name(), identity.timeline(), from.last()),
                    request.wanted().timeline());
            return CheckedLog.of(
                    branch,
                    identity.database(),
                    from,
                    request.wanted(),
                    contents.manifest().map(Manifest::created),
                    options);
        });
    }
}
