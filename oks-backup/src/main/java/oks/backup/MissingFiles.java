package oks.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveName;
import oks.backup.RecoveryRuns.Gap;
import oks.backup.Verification.SoundArchive;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * Gaps between the recovery files of an output directory, and whether the last change can be restored all the same.
 *
 * @param gaps at least one, in order
 * @param beyond the name of an archive that was just verified and needs no missing file; empty when there is none
 * @param ending names of archives that cannot be restored beyond a gap
 */
record MissingFiles(Path directory, List<Gap> gaps, Optional<String> beyond, List<String> ending) {

    /** Reads archives to their last byte, the newest first, until one needs no missing file; empty when none is missing. */
    static Optional<MissingFiles> of(Disk disk, Verification.Displays displays, Path directory, RecoveryRuns runs, UUID database)
            throws IOException {
        if (runs.gaps().isEmpty()) {
            return Optional.empty();
        }
        List<Path> files = runs.runs().stream().flatMap(run -> run.files().stream()).toList();
        Optional<String> beyond = Optional.empty();
        for (Path archive : afterLastGap(disk, directory, runs)) {
            Optional<SoundArchive> sound = new Verification(disk, displays).sound(archive, database, files);
            if (sound.filter(found -> needsNone(found, runs)).isPresent()) {
                beyond = Optional.of(archive.getFileName().toString());
                break;
            }
        }
        return Optional.of(new MissingFiles(directory, runs.gaps(), beyond, ending(disk, directory, runs)));
    }

    /** The same, where every archive was verified already; empty when no file is missing. */
    static Optional<MissingFiles> of(Disk disk, Path directory, RecoveryRuns runs, UUID database, List<SoundArchive> sound)
            throws IOException {
        if (runs.gaps().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> beyond = sound.stream()
                .filter(archive -> archive.manifest().state().identity().database().equals(database))
                .filter(archive -> needsNone(archive, runs))
                .map(archive -> archive.file().getFileName().toString())
                .reduce((first, second) -> second);
        return Optional.of(new MissingFiles(directory, runs.gaps(), beyond, ending(disk, directory, runs)));
    }

    /** Whatever continues a sound archive was read up to the last file; what nothing continues must be of the same history. */
    private static boolean needsNone(SoundArchive archive, RecoveryRuns runs) {
        return !archive.recovery().isEmpty()
                || archive.manifest().state().identity().timeline().id().equals(runs.newest().last().timeline().id());
    }

    private static List<Path> afterLastGap(Disk disk, Path directory, RecoveryRuns runs) throws IOException {
        return archives(disk, directory, runs).stream()
                .filter(file -> !runs.newest().first().predecessor().last().isAfter(name(file).lsn()))
                .sorted(Comparator.comparing((Path file) -> name(file).lsn())
                        .thenComparing(file -> name(file).timestamp())
                        .reversed())
                .toList();
    }

    private static List<String> ending(Disk disk, Path directory, RecoveryRuns runs) throws IOException {
        Gap last = runs.gaps().get(runs.gaps().size() - 1);
        return archives(disk, directory, runs).stream()
                .filter(file -> last.last().isAfter(name(file).lsn()))
                .map(file -> file.getFileName().toString())
                .toList();
    }

    private static List<Path> archives(Disk disk, Path directory, RecoveryRuns runs) throws IOException {
        return disk.list(directory).stream()
                .filter(file -> ArchiveName.of(file).isPresent() && Files.isRegularFile(file))
                .filter(file -> name(file).database().equals(runs.newest().last().name().database()))
                .toList();
    }

    private static ArchiveName name(Path archive) {
        return ArchiveName.of(archive).orElseThrow();
    }

    /** What is missing. */
    String what() {
        return gaps.stream().map(Gap::line).collect(Collectors.joining("; "));
    }

    /** What that means for the archives that are there. */
    String meaning() {
        String older = ending.isEmpty() ? "" : String.join(", ", ending) + " cannot be restored beyond the gap; ";
        return older + beyond.map(name -> name + ", verified just now, needs no missing file")
                .orElse("no sound archive begins after the gap");
    }

    /** Empty when an archive makes up for what is missing. */
    Optional<OperatorFault> fault() {
        if (beyond.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(OperatorFault.of(ExitCode.GAP_OR_FORK, "%s, in \"%s\"; %s", what(), directory, meaning())
                .kept("the files before and after the gap are complete")
                .next("put what is missing there, or make a new archive: \"oks-backup full --out %s\"", directory));
    }
}
