package oks.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import oks.archive.ArchiveName;
import oks.archive.ArchivedState;
import oks.archive.Companion;
import oks.archive.Manifest;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.OperatorFault;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryFileName;

/** Verifies everything that was named and goes on after a fault, so that one run tells all. */
final class Verification {
    private final Disk disk;
    private final ArchiveVerification reading;
    private final List<Finding> findings = new ArrayList<>();
    private final List<ReadArchive> intact = new ArrayList<>();
    private final List<SoundArchive> sound = new ArrayList<>();

    Verification(Disk disk, Displays displays) {
        this(disk, displays, new SignatureCheck(disk, Optional.empty()));
    }

    /** @param signatures what is demanded of every archive */
    Verification(Disk disk, Displays displays, SignatureCheck signatures) {
        this.disk = disk;
        this.reading = new ArchiveVerification(disk, displays, signatures);
    }

    /** Begins to show progress; {@link oks.cli.OutputOptions#progress} is one. */
    interface Displays {
        ProgressDisplay begin(String text, long total, String unit);
    }

    /**
     * @param what an archive, or recovery files that follow each other
     * @param remark what is known besides
     * @param fault empty when it is good
     */
    record Finding(String what, String remark, Optional<OperatorFault> fault) {
        String line() {
            return fault.map(found -> "BAD  " + what + ": " + found.what())
                    .orElse("ok   " + what + (remark.isEmpty() ? "" : ": " + remark));
        }
    }

    /**
     * An archive in which no fault was found.
     *
     * @param recovery the recovery files that were named with it and continue it
     * @param end where they bring it
     */
    record SoundArchive(Path file, Manifest manifest, List<Path> recovery, LogPosition end) {
        boolean encrypted() {
            return ArchiveName.of(file).filter(ArchiveName::encrypted).isPresent();
        }
    }

    /** The archives that are as they were written, whether or not recovery files continue them; after {@link #verify}. */
    List<ReadArchive> intact() {
        return List.copyOf(intact);
    }

    /** An archive of which every file was read and compared. */
    record ReadArchive(Path file, Manifest manifest) {}

    /** The archives without a fault, after {@link #verify}; none of those made by hand. */
    List<SoundArchive> sound() {
        return List.copyOf(sound);
    }

    private interface Check {
        String run() throws IOException;
    }

    List<Finding> verify(List<Path> paths) throws IOException {
        List<Path> archives = new ArrayList<>();
        List<Path> recovery = new ArrayList<>();
        for (Path path : paths) {
            List<Path> files = Files.isDirectory(path) ? disk.list(path) : List.of(path);
            int before = archives.size() + recovery.size() + findings.size();
            for (Path file : files) {
                if (Files.isDirectory(path) && !isFile(file)) {
                    continue;
                }
                if (RecoveryFileName.ofPartial(file).isPresent()) {
                    recovery.add(file);
                } else if (ArchiveName.of(file).isPresent() || !Files.isDirectory(path) && Companion.archiveOf(file).isEmpty()) {
                    archives.add(file);
                }
            }
            if (archives.size() + recovery.size() + findings.size() == before) {
                findings.add(new Finding(path.toString(), "", Optional.of(OutputDirectory.nothingIn(path))));
            }
        }
        Map<UUID, List<Path>> byDatabase = byDatabase(recovery);
        Map<UUID, RecoveryRuns> ordered = new TreeMap<>();
        for (Map.Entry<UUID, List<Path>> entry : byDatabase.entrySet()) {
            verifyRecovery(entry.getKey(), entry.getValue()).ifPresent(runs -> ordered.put(entry.getKey(), runs));
        }
        for (Path archive : archives) {
            verifyArchive(archive, byDatabase);
        }
        for (Map.Entry<UUID, RecoveryRuns> entry : ordered.entrySet()) {
            judgeGaps(entry.getKey(), entry.getValue());
        }
        return List.copyOf(findings);
    }

    /** Whether it can be read to its end; what only has the name of an archive or a recovery file is a fault. */
    private boolean isFile(Path file) {
        try {
            OutputDirectory.requireRegular(file);
            return true;
        } catch (OperatorFault fault) {
            if (RecoveryFileName.ofPartial(file).isPresent() || ArchiveName.of(file).isPresent()) {
                findings.add(new Finding(file.toString(), "", Optional.of(fault)));
            }
            return false;
        }
    }

    private void check(String what, Check check) throws IOException {
        try {
            findings.add(new Finding(what, check.run(), Optional.empty()));
        } catch (OperatorFault fault) {
            findings.add(new Finding(what, "", Optional.of(fault)));
        }
    }

    private Map<UUID, List<Path>> byDatabase(List<Path> files) throws IOException {
        Map<UUID, List<Path>> byDatabase = new TreeMap<>();
        for (Path file : files) {
            try {
                byDatabase.computeIfAbsent(RecoveryChain.header(disk, file).database(), id -> new ArrayList<>()).add(file);
            } catch (OperatorFault fault) {
                findings.add(new Finding(file.toString(), "", Optional.of(fault)));
            }
        }
        return byDatabase;
    }

    /** @return the files in order; empty when there is no order */
    private Optional<RecoveryRuns> verifyRecovery(UUID database, List<Path> files) throws IOException {
        RecoveryRuns runs;
        try {
            runs = RecoveryRuns.of(disk, files, database);
        } catch (OperatorFault fault) {
            findings.add(new Finding("recovery files of database " + database, "", Optional.of(fault)));
            return Optional.empty();
        }
        for (RecoveryRuns.Run run : runs.runs()) {
            check(run.first().name() + " to " + run.last().name(), () -> {
                ChainEnd end = run.verify(disk);
                return Count.of(run.files().size(), "file") + ", LSN " + (run.first().predecessor().last().number() + 1) + " to "
                        + end.position().last() + (end.unsealed() ? ", the last one not complete" : "");
            });
        }
        return Optional.of(runs);
    }

    /** Says what is missing, and for an archive before that whether it is good up to there. */
    private void judgeGaps(UUID database, RecoveryRuns runs) throws IOException {
        Path directory = runs.newest().files().get(0).toAbsolutePath().getParent();
        Optional<MissingFiles> missing = MissingFiles.of(disk, directory, runs, database, sound);
        if (missing.isEmpty()) {
            return;
        }
        findings.add(new Finding(
                "recovery files of database " + database, missing.get().what() + "; " + missing.get().meaning(), missing.get().fault()));
        if (missing.get().beyond().isPresent()) {
            for (ReadArchive archive : intact) {
                if (archive.manifest().state().identity().database().equals(database)) {
                    judgeUpToGap(archive, runs);
                }
            }
        }
    }

    /** What an archive lacks beyond a gap is told with the gap: not a fault of the archive's, if it is continued up to there. */
    private void judgeUpToGap(ReadArchive archive, RecoveryRuns runs) throws IOException {
        ArchivedState state = archive.manifest().state();
        Optional<RecoveryRuns.Gap> gap = runs.gaps().stream().filter(one -> one.last().isAfter(state.lsn())).findFirst();
        int at = findings.indexOf(faultOf(archive));
        if (gap.isEmpty() || at < 0) {
            return;
        }
        try {
            RecoveryChain before = RecoveryChain.of(disk, state.continuedBy(runs.filesBefore(gap.get())),
                    state.identity().database(), state.lsn());
            findings.set(at, new Finding(archive.file().toString(), "LSN " + state.lsn() + ", restores up to LSN "
                    + end(before, state.position()).last() + ", not beyond the gap", Optional.empty()));
        } catch (OperatorFault another) {
            // not the gap alone: the fault stays
        }
    }

    private Finding faultOf(ReadArchive archive) {
        return findings.stream()
                .filter(finding -> finding.what().equals(archive.file().toString()) && finding.fault().isPresent())
                .findFirst()
                .orElse(null);
    }

    /** Verifies one archive, and that these recovery files continue it up to their end; empty when something is wrong. */
    Optional<SoundArchive> sound(Path archive, UUID database, List<Path> recovery) throws IOException {
        verifyArchive(archive, Map.of(database, recovery));
        return sound.stream().filter(one -> one.manifest().state().identity().database().equals(database)).findFirst();
    }

    private void verifyArchive(Path archive, Map<UUID, List<Path>> recovery) throws IOException {
        check(archive.toString(), () -> {
            ArchiveVerification.Verified verified = reading.verify(archive);
            if (verified.manifest().isEmpty()) {
                return verified.remark();
            }
            Manifest manifest = verified.manifest().get();
            ArchivedState state = manifest.state();
            intact.add(new ReadArchive(archive, manifest));
            RecoveryChain chain = RecoveryChain.of(
                    disk, state.continuedBy(recovery.getOrDefault(state.identity().database(), List.of())),
                    state.identity().database(), state.lsn());
            LogPosition end = end(chain, state.position());
            sound.add(new SoundArchive(archive, manifest, chain.files(), end));
            return "LSN " + state.lsn() + ", " + Count.of(state.certificates(), "certificate") + ", restores up to LSN " + end.last() + "; "
                    + verified.remark();
        });
    }

    /**
     * Verifies an archive that comes from a pipe, and nothing beside it.
     *
     * @param signature where the signature of its manifest stands; it need not be there
     */
    List<Finding> verify(InputStream in, Path signature) throws IOException {
        check("standard input", () -> {
            ArchiveVerification.Verified verified = reading.verify(in, signature);
            return verified.manifest().map(Manifest::state)
                    .map(state -> "LSN " + state.lsn() + ", " + Count.of(state.certificates(), "certificate") + "; ").orElse("")
                    + verified.remark();
        });
        return List.copyOf(findings);
    }

    /** Where the recovery files bring an archive. */
    private static LogPosition end(RecoveryChain chain, LogPosition from) throws IOException {
        LogPosition end = chain.read(from, group -> { }).position();
        return end.last().isAfter(from.last()) ? end : from;
    }
}
