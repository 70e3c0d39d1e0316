package oks.backup.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import oks.archive.ArchiveIdentity;
import oks.archive.ArchiveName;
import oks.archive.BaseArchive;
import oks.archive.ManifestCopy;
import oks.archive.Proof;
import oks.archive.SidecarFile;
import oks.durable.Disk;
import oks.fault.OperatorFault;
import oks.recovery.Continuation;
import oks.recovery.Histories;
import oks.recovery.History;
import oks.recovery.HistoryFile;
import oks.recovery.HistoryGap;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import oks.recovery.Timeline;

/**
 * The contents of a backup directory, from names, headers and the beginnings of archives; of recovery files, only the
 * last of each run is read.
 *
 * @param archives in order of time
 * @param ranges database by database, timeline by timeline, in order of ordinal
 * @param histories by database
 */
public record OutputContents(
        Path directory, List<Archive> archives, List<Range> ranges, Map<UUID, Histories> histories) {

    /**
     * @param reach the last change to which it can be restored with the recovery files here
     * @param signed whether there is a signature; {@code verify} says whose
     * @param identity empty when the archive does not tell: it was made by hand, is damaged, or lacks its manifest
     * @param continuation empty with it
     * @param bases names of the archives that it needs, as the copy of its manifest says; none of a self-contained one
     * @param missing those of them that are not here
     * @param proof how it was proven, as the record beside it says; empty when it was not
     */
    public record Archive(
            ArchiveName name,
            long bytes,
            Lsn reach,
            boolean signed,
            Optional<ArchiveIdentity> identity,
            Optional<Continuation> continuation,
            List<String> bases,
            List<String> missing,
            Optional<Proof> proof) {

        /** Whether it is of this database's newest history and nothing is missing up to the end of that. */
        public boolean reachesEnd(UUID database) {
            return identity.filter(known -> known.database().database().equals(database))
                            .isPresent()
                    && continuation
                            .filter(known -> known.newest() && known.gap().isEmpty())
                            .isPresent();
        }

        /**
         * Whether what it holds was proven and what it needs is here: only of such a one it may be said that it can be
         * restored.
         */
        public boolean proven() {
            return missing.isEmpty() && proof.filter(Proof::ofContent).isPresent();
        }

        /** Whether its timeline was left before its last change. */
        public boolean leftBehind() {
            return continuation.filter(known -> !known.newest()).isPresent();
        }
    }

    /**
     * Recovery files of one timeline that follow each other.
     *
     * @param after the last change before the first file
     * @param last the last change in the last file
     * @param gap what is missing before this range
     */
    public record Range(
            String database,
            UUID uuid,
            Timeline timeline,
            RecoveryFileName from,
            RecoveryFileName to,
            int files,
            Lsn after,
            Lsn last,
            Optional<HistoryGap> gap) {}

    public static OutputContents of(Disk disk, Path directory) throws IOException {
        List<Path> files = disk.list(directory);
        List<ArchiveIdentity> identities = ArchiveIdentity.of(disk, files);
        Map<UUID, Histories> histories =
                histories(new RecoveryDirectory(disk, directory).filesWithPartial(), identities);
        List<Archive> archives = new ArrayList<>();
        for (Path file : files) {
            if (ArchiveName.of(file).isPresent() && disk.isFile(file)) {
                archives.add(archive(disk, file, identities, histories));
            }
        }
        return new OutputContents(directory, List.copyOf(archives), ranges(histories), histories);
    }

    /**
     * The histories of the databases of which there are files.
     *
     * @throws OperatorFault as {@link Histories#of}
     */
    static Map<UUID, Histories> histories(List<RecoveryFile> recovery, List<ArchiveIdentity> archives)
            throws IOException {
        Map<UUID, List<HistoryFile>> byDatabase = new TreeMap<>();
        for (HistoryFile file : HistoryFile.of(recovery)) {
            byDatabase
                    .computeIfAbsent(file.header().database(), id -> new ArrayList<>())
                    .add(file);
        }
        archives.forEach(
                archive -> byDatabase.computeIfAbsent(archive.database().database(), id -> new ArrayList<>()));
        Map<UUID, Histories> histories = new LinkedHashMap<>();
        for (Map.Entry<UUID, List<HistoryFile>> entry : byDatabase.entrySet()) {
            histories.put(
                    entry.getKey(),
                    Histories.of(entry.getValue(), entry.getKey(), ArchiveIdentity.points(archives, entry.getKey())));
        }
        return histories;
    }

    private static Archive archive(
            Disk disk, Path file, List<ArchiveIdentity> identities, Map<UUID, Histories> histories) throws IOException {
        ArchiveName name = ArchiveName.of(file).orElseThrow();
        Optional<ArchiveIdentity> identity =
                identities.stream().filter(one -> one.file().equals(file)).findFirst();
        Optional<Continuation> continuation = Optional.empty();
        if (identity.isPresent()) {
            continuation = Optional.of(histories
                    .get(identity.get().database().database())
                    .continuation(identity.get().point()));
        }
        List<String> bases = ManifestCopy.beside(disk, file).stream()
                .flatMap(manifest -> manifest.bases().stream())
                .map(BaseArchive::archive)
                .toList();
        Lsn reach = continuation.isPresent() ? continuation.get().reach() : name.lsn();
        return new Archive(
                name,
                disk.size(file),
                reach,
                disk.exists(SidecarFile.SIGNATURE.of(file)),
                identity,
                continuation,
                bases,
                bases.stream()
                        .filter(base -> !disk.isFile(file.resolveSibling(base)))
                        .toList(),
                Proof.beside(disk, file));
    }

    private static List<Range> ranges(Map<UUID, Histories> histories) throws IOException {
        List<Range> ranges = new ArrayList<>();
        for (Map.Entry<UUID, Histories> entry : histories.entrySet()) {
            for (RecoveryRun run : RecoveryRun.all(entry.getValue())) {
                HistoryFile first = run.first();
                ranges.add(new Range(
                        first.name().database(),
                        entry.getKey(),
                        first.timeline(),
                        first.name(),
                        run.last().name(),
                        run.files().size(),
                        first.after(),
                        run.last().file().lastLsn(),
                        gapBefore(entry.getValue(), first)));
            }
        }
        return List.copyOf(ranges);
    }

    /** The gap before a file in the history of its own timeline. */
    private static Optional<HistoryGap> gapBefore(Histories histories, HistoryFile file) {
        History own = histories.along(file.timeline());
        return own.gaps().stream().filter(gap -> gap.after().equals(file)).findFirst();
    }

    /** Whether there is more than one timeline of a database here. */
    public boolean tellsTimelines() {
        return histories.values().stream().anyMatch(of -> of.timelines().size() > 1);
    }
}
