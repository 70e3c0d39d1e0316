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
import oks.archive.ArchiveName;
import oks.archive.ArchivedState;
import oks.archive.Manifest;
import oks.cli.OutputOptions;
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
    private final OutputOptions options;
    private final List<Finding> findings = new ArrayList<>();

    Verification(Disk disk, OutputOptions options) {
        this.disk = disk;
        this.options = options;
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

    private interface Check {
        String run() throws IOException;
    }

    List<Finding> verify(List<Path> paths) throws IOException {
        List<Path> archives = new ArrayList<>();
        List<Path> recovery = new ArrayList<>();
        for (Path path : paths) {
            List<Path> files = Files.isDirectory(path) ? disk.list(path) : List.of(path);
            for (Path file : files) {
                if (RecoveryFileName.of(file).isPresent()) {
                    recovery.add(file);
                } else if (ArchiveName.of(file).isPresent() || !Files.isDirectory(path)) {
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

    private void verifyArchive(Path archive, Map<UUID, List<Path>> recovery) throws IOException {
        check(archive.toString(), () -> {
            Optional<Manifest> manifest = read(archive);
            if (manifest.isEmpty()) {
                return "made by hand: only tar and compression could be verified";
            }
            ArchivedState state = manifest.get().state();
            LogPosition from = state.position();
            List<Path> files = recovery.getOrDefault(state.identity().database(), List.of());
            ChainEnd end = RecoveryChain.of(disk, files, state.identity().database(), from.last())
                    .read(from, group -> { });
            long reach = Math.max(end.position().last().number(), from.last().number());
            return "LSN " + from.last() + ", " + state.certificates() + " certificates, restores up to LSN " + reach;
        });
    }

    private Optional<Manifest> read(Path archive) throws IOException {
        try (ProgressDisplay display = options.progress("verifying", Files.size(archive), "bytes")) {
            long[] done = {0};
            return ArchiveCheck.check(archive, bytes -> display.to(done[0] += bytes)).manifest();
        }
    }
}
