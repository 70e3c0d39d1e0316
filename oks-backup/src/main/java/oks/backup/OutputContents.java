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
import oks.archive.ArchiveName;
import oks.archive.Companion;
import oks.durable.Disk;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryReader;

/**
 * What an output directory holds, as names and headers tell; only the last file of each run is read.
 *
 * @param archives in order of time
 * @param ranges in order of ordinal, database by database
 */
record OutputContents(Path directory, List<Archive> archives, List<Range> ranges) {

    /**
     * @param reach the last change to which it can be restored with the recovery files here
     * @param signed whether there is a signature; {@code verify} says whose
     */
    record Archive(ArchiveName name, long bytes, Lsn reach, boolean signed) {}

    /**
     * Recovery files that follow each other.
     *
     * @param after the last change before the first file
     * @param last the last change in the last file
     * @param gap what is missing before this range
     */
    record Range(String database, UUID uuid, RecoveryFileName from, RecoveryFileName to, int files, Lsn after, Lsn last,
            Optional<RecoveryRuns.Gap> gap) {

        boolean continues(Lsn archived) {
            return !after.isAfter(archived) && last.isAfter(archived);
        }
    }

    static OutputContents of(Disk disk, Path directory) throws IOException {
        List<Range> ranges = ranges(disk, directory);
        List<Archive> archives = new ArrayList<>();
        for (Path file : disk.list(directory)) {
            if (ArchiveName.of(file).isPresent() && Files.isRegularFile(file)) {
                ArchiveName name = ArchiveName.of(file).get();
                archives.add(new Archive(name, Files.size(file), reach(name, ranges), disk.exists(Companion.SIGNATURE.of(file))));
            }
        }
        return new OutputContents(directory, archives, ranges);
    }

    private static Lsn reach(ArchiveName name, List<Range> ranges) {
        return ranges.stream()
                .filter(range -> range.database().equals(name.database()) && range.continues(name.lsn()))
                .map(Range::last)
                .findFirst()
                .orElse(name.lsn());
    }

    private static List<Range> ranges(Disk disk, Path directory) throws IOException {
        Map<UUID, List<Path>> byDatabase = new TreeMap<>();
        for (Path file : RecoveryChain.listWithPartial(disk, directory)) {
            byDatabase.computeIfAbsent(RecoveryChain.header(disk, file).database(), id -> new ArrayList<>()).add(file);
        }
        List<Range> ranges = new ArrayList<>();
        for (Map.Entry<UUID, List<Path>> entry : byDatabase.entrySet()) {
            RecoveryRuns runs = RecoveryRuns.of(disk, entry.getValue(), entry.getKey());
            for (RecoveryRuns.Run run : runs.runs()) {
                Optional<RecoveryRuns.Gap> gap =
                        runs.gaps().stream().filter(one -> one.after().name().equals(run.first().name())).findFirst();
                Path last = run.files().get(run.files().size() - 1);
                ranges.add(new Range(
                        run.first().name().database(), entry.getKey(), run.first().name(), run.last().name(),
                        run.files().size(), run.first().predecessor().last(), lastLsn(disk, last), gap));
            }
        }
        return ranges;
    }

    private static Lsn lastLsn(Disk disk, Path file) throws IOException {
        try (RecoveryReader reader = RecoveryReader.open(disk, file)) {
            while (reader.next().isPresent()) {
                // the position is what counts
            }
            return reader.end().position().last();
        }
    }
}
