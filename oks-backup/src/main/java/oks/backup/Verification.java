package oks.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import oks.archive.ArchiveCheck;
import oks.archive.ArchiveChecksum;
import oks.archive.ArchiveName;
import oks.archive.ArchivedState;
import oks.archive.Manifest;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.fault.OperatorFault;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryFileName;

/** Verifies everything that was named and goes on after a fault, so that one run tells all. */
final class Verification {
    private final Disk disk;
    private final Displays displays;
    private final List<Finding> findings = new ArrayList<>();
    private final List<ReadArchive> intact = new ArrayList<>();
    private final List<SoundArchive> sound = new ArrayList<>();

    Verification(Disk disk, Displays displays) {
        this.disk = disk;
        this.displays = displays;
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
    record SoundArchive(Path file, Manifest manifest, List<Path> recovery, LogPosition end) {}

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
                if (RecoveryFileName.ofPartial(file).isPresent()) {
                    recovery.add(file);
                } else if (ArchiveName.of(file).isPresent() || !Files.isDirectory(path) && !isChecksum(file)) {
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

    private static boolean isChecksum(Path file) {
        return file.toString().endsWith(ArchiveChecksum.SUFFIX);
    }

    private void verifyArchive(Path archive, Map<UUID, List<Path>> recovery) throws IOException {
        check(archive.toString(), () -> {
            Optional<ArchiveChecksum> checksum = ArchiveChecksum.beside(disk, archive);
            String bytes = checksum.isPresent() ? "every byte" : "no checksum file, so every file but not the bytes between";
            Optional<Manifest> manifest = read(archive, checksum.map(ArchiveChecksum::sha256));
            if (manifest.isEmpty()) {
                return "made by hand: only tar and compression could be verified";
            }
            ArchivedState state = manifest.get().state();
            intact.add(new ReadArchive(archive, manifest.get()));
            RecoveryChain chain = RecoveryChain.of(
                    disk, recovery.getOrDefault(state.identity().database(), List.of()), state.identity().database(), state.lsn());
            LogPosition end = end(chain, state.position());
            sound.add(new SoundArchive(archive, manifest.get(), chain.files(), end));
            return "LSN " + state.lsn() + ", " + state.certificates() + " certificates, restores up to LSN " + end.last() + "; "
                    + bytes;
        });
    }

    /** Where the recovery files bring an archive. */
    private static LogPosition end(RecoveryChain chain, LogPosition from) throws IOException {
        LogPosition end = chain.read(from, group -> { }).position();
        return end.last().isAfter(from.last()) ? end : from;
    }

    private Optional<Manifest> read(Path archive, Optional<Hash> sha256) throws IOException {
        try (ProgressDisplay display = displays.begin("verifying", Files.size(archive), "bytes")) {
            long[] done = {0};
            return ArchiveCheck.check(archive, sha256, bytes -> display.to(done[0] += bytes)).manifest();
        }
    }
}
