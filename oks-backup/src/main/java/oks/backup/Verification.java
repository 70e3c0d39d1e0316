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
        }
        Map<UUID, List<Path>> byDatabase = byDatabase(recovery);
        for (Map.Entry<UUID, List<Path>> entry : byDatabase.entrySet()) {
            verifyRecovery(entry.getKey(), entry.getValue());
        }
        for (Path archive : archives) {
            verifyArchive(archive, byDatabase);
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

    private void verifyRecovery(UUID database, List<Path> files) throws IOException {
        RecoveryRuns runs;
        try {
            runs = RecoveryRuns.of(disk, files, database);
        } catch (OperatorFault fault) {
            findings.add(new Finding("recovery files of database " + database, "", Optional.of(fault)));
            return;
        }
        for (RecoveryRuns.Run run : runs.runs()) {
            check(run.first().name() + " to " + run.last().name(), () -> {
                ChainEnd end = run.verify(disk);
                return run.files().size() + " files, LSN " + (run.first().predecessor().last().number() + 1) + " to "
                        + end.position().last() + (end.unsealed() ? ", the last one not complete" : "");
            });
        }
        runs.gap(files.get(0).toAbsolutePath().getParent())
                .ifPresent(gap -> findings.add(new Finding("recovery files of database " + database, "", Optional.of(gap))));
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
            return "LSN " + state.lsn() + ", " + state.certificates() + " certificates, restores up to LSN " + end.last() + "; "
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
                    .map(state -> "LSN " + state.lsn() + ", " + state.certificates() + " certificates; ").orElse("")
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
