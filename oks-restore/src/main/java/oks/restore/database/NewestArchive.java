package oks.restore.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.archive.ArchiveIdentity;
import oks.archive.ArchiveName;
import oks.archive.BaseArchive;
import oks.archive.ManifestCopy;
import oks.archive.Proof;
import oks.durable.Disk;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.History;
import oks.recovery.HistoryFile;
import oks.restore.log.RecoverySources;

/** The archive that is restored when the backup directory of oks-backup is named, not one archive in it. */
final class NewestArchive {
    /** Not by time, unless of one change: clocks are set back. */
    private static final Comparator<ArchiveIdentity> BY_CHANGE = Comparator.comparing(
                    (ArchiveIdentity archive) -> archive.name().lsn())
            .thenComparing(archive -> archive.name().timestamp());

    private NewestArchive() {}

    /**
     * The archive in a directory with the most changes of the newest history, or of a chosen one.
     *
     * @param timeline number or UUID of the timeline with which the history ends; empty for the newest
     * @throws OperatorFault USAGE when there is none, when there are those of several databases, or when it is
     *     encrypted; GAP_OR_FORK when none is of that history, or two histories are the newest; TARGET_UNREACHABLE
     */
    static Path in(Disk disk, Path directory, Optional<String> timeline) throws IOException {
        List<Path> archives = disk.list(directory).stream()
                .filter(file -> disk.isFile(file) && ArchiveName.of(file).isPresent())
                .toList();
        if (archives.isEmpty()) {
            throw refused("directory \"%s\" holds no archive of oks-backup", directory)
                    .next("name the directory to which %s writes, or a tar of a database directory", Advice.archive());
        }
        requireOneDatabase(directory, archives);
        List<ArchiveIdentity> known = ArchiveIdentity.of(disk, archives);
        Path newest = known.isEmpty() ? archives.get(archives.size() - 1) : newest(disk, directory, known, timeline);
        if (ArchiveName.of(newest).orElseThrow().encrypted()) {
            throw refused("the newest archive in directory \"%s\" is encrypted", directory)
                    .next("decrypt it on the way: %s", Advice.restoreDecrypted(newest, directory));
        }
        return newest;
    }

    private static void requireOneDatabase(Path directory, List<Path> archives) {
        TreeSet<String> databases = archives.stream()
                .map(file -> ArchiveName.of(file).orElseThrow().database())
                .collect(Collectors.toCollection(TreeSet::new));
        if (databases.size() > 1) {
            throw refused(
                            "directory \"%s\" holds archives of databases %s",
                            directory,
                            databases.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", ")))
                    .next("name one archive of them: %s", Advice.restoreElsewhere("ARCHIVE", "DIR", directory));
        }
    }

    private static Path newest(Disk disk, Path directory, List<ArchiveIdentity> archives, Optional<String> timeline)
            throws IOException {
        UUID database = latest(archives).database().database();
        Histories histories = histories(disk, directory, archives);
        if (timeline.isEmpty()) {
            histories.requireOneNewest();
        }
        History history = history(histories, timeline);
        return ofHistory(archives, database, histories, history)
                .max(BY_CHANGE)
                .map(ArchiveIdentity::file)
                .orElseThrow(() -> noneOf(directory, histories, history));
    }

    /**
     * The archive to take instead of one of the same directory that is damaged: of the same history and before it; if
     * possible one whose content was proven.
     *
     * @param without name of another archive that cannot be used: what needs it is no help either
     */
    static Optional<Path> before(Path damaged, Disk disk, Optional<String> timeline, Optional<String> without)
            throws IOException {
        Path directory = damaged.toAbsolutePath().getParent();
        List<ArchiveIdentity> known = ArchiveIdentity.in(disk, directory);
        Optional<ArchiveIdentity> at = known.stream()
                .filter(one -> one.file().getFileName().equals(damaged.getFileName()))
                .findFirst();
        if (at.isEmpty()) {
            return Optional.empty();
        }
        Histories histories = histories(disk, directory, known);
        List<Path> older = ofHistory(known, at.get().database().database(), histories, history(histories, timeline))
                .filter(one ->
                        BY_CHANGE.compare(one, at.get()) < 0 && !one.name().encrypted())
                .sorted(BY_CHANGE.reversed())
                .map(ArchiveIdentity::file)
                .toList();
        List<Path> usable = new ArrayList<>();
        for (Path one : older) {
            if (isUsable(one, disk, without)) {
                usable.add(one);
            }
        }
        for (Path one : usable) {
            if (Proof.beside(disk, one).filter(Proof::ofContent).isPresent()) {
                return Optional.of(one);
            }
        }
        return usable.stream().findFirst();
    }

    /** Whether an archive needs nothing that is missing or cannot be used, as the copy of its manifest says. */
    private static boolean isUsable(Path archive, Disk disk, Optional<String> without) throws IOException {
        if (without.filter(archive.getFileName().toString()::equals).isPresent()) {
            return false;
        }
        return ManifestCopy.beside(disk, archive).stream()
                .flatMap(manifest -> manifest.bases().stream())
                .map(BaseArchive::archive)
                .noneMatch(
                        base -> without.filter(base::equals).isPresent() || !disk.isFile(archive.resolveSibling(base)));
    }

    /** Archives with newer names that cannot be read as far as their identity. */
    static List<Path> passedOver(Path chosen, Disk disk) throws IOException {
        ArchiveName name = ArchiveName.of(chosen).orElseThrow();
        List<Path> passedOver = new ArrayList<>();
        for (Path file : disk.list(chosen.toAbsolutePath().getParent())) {
            Optional<ArchiveName> other =
                    ArchiveName.of(file).filter(one -> one.lsn().isAfter(name.lsn()));
            if (other.isPresent()
                    && disk.isFile(file)
                    && ArchiveIdentity.of(disk, file).isEmpty()) {
                passedOver.add(file);
            }
        }
        return passedOver;
    }

    private static ArchiveIdentity latest(List<ArchiveIdentity> archives) {
        return archives.stream().max(BY_CHANGE).orElseThrow();
    }

    private static Histories histories(Disk disk, Path directory, List<ArchiveIdentity> archives) throws IOException {
        ArchiveIdentity latest = latest(archives);
        UUID database = latest.database().database();
        return Histories.of(
                HistoryFile.of(RecoverySources.of(disk, List.of(directory))
                        .with(List.of(), latest.name().database())),
                database,
                ArchiveIdentity.points(archives, database));
    }

    private static History history(Histories histories, Optional<String> timeline) {
        return timeline.map(histories::named)
                .map(histories::along)
                .or(histories::newest)
                .orElseThrow();
    }

    private static Stream<ArchiveIdentity> ofHistory(
            List<ArchiveIdentity> archives, UUID database, Histories histories, History history) {
        return archives.stream()
                .filter(archive ->
                        archive.database().database().equals(database) && histories.has(history, archive.point()));
    }

    private static OperatorFault noneOf(Path directory, Histories histories, History history) {
        return OperatorFault.of(
                        ExitCode.GAP_OR_FORK,
                        "directory \"%s\" holds no archive of the history that ends with timeline %d",
                        directory,
                        history.timeline().number())
                .kept(
                        "nothing was changed; there are %s",
                        histories.timelines().stream().map(histories::contents).collect(Collectors.joining("; ")))
                .next("fetch an archive of it, or say with --timeline which other history you want");
    }

    private static OperatorFault refused(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values).kept("nothing was changed");
    }
}
