package oks.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveIdentity;
import oks.archive.ArchiveName;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.History;

/** The archive that is meant when somebody names the backup directory of oks-backup instead of one archive in it. */
final class NewestArchive {
    /** Not by time, unless of one change: clocks are set back. */
    private static final Comparator<ArchiveIdentity> BY_CHANGE = Comparator
            .comparing((ArchiveIdentity archive) -> archive.name().lsn())
            .thenComparing(archive -> archive.name().timestamp());

    private NewestArchive() {}

    /**
     * The archive in a directory with the most changes of the newest history, or of a chosen one.
     *
     * @param timeline number or UUID of the timeline with which the history ends; empty for the newest
     * @throws OperatorFault USAGE when there is none, when there are those of several databases, or when it is encrypted;
     *     GAP_OR_FORK when none is of that history, or two histories are the newest; TARGET_UNREACHABLE
     */
    static Path in(Disk disk, Path directory, Optional<String> timeline) throws IOException {
        List<Path> archives = disk.list(directory).stream()
                .filter(file -> Files.isRegularFile(file) && ArchiveName.of(file).isPresent())
                .toList();
        if (archives.isEmpty()) {
            throw refused("directory \"%s\" holds no archive of oks-backup", directory)
                    .next("name the directory to which \"oks-backup full --out DIR\" writes, or a tar of a database directory");
        }
        requireOneDatabase(directory, archives);
        List<ArchiveIdentity> known = ArchiveIdentity.of(disk, archives);
        Path newest = known.isEmpty() ? archives.get(archives.size() - 1) : newest(disk, directory, known, timeline);
        if (ArchiveName.of(newest).orElseThrow().encrypted()) {
            throw refused("the newest archive in directory \"%s\" is encrypted", directory)
                    .next("decrypt it on the way: \"gpg --decrypt %s | oks-restore from - --db DIR --recovery %s\"", newest, directory);
        }
        return newest;
    }

    private static void requireOneDatabase(Path directory, List<Path> archives) {
        TreeSet<String> databases = archives.stream()
                .map(file -> ArchiveName.of(file).orElseThrow().database())
                .collect(Collectors.toCollection(TreeSet::new));
        if (databases.size() > 1) {
            throw refused("directory \"%s\" holds archives of databases %s", directory,
                            databases.stream().map("\"%s\""::formatted).collect(Collectors.joining(", ")))
                    .next("name one archive of them: \"oks-restore from ARCHIVE --db DIR --recovery %s\"", directory);
        }
    }

    private static Path newest(Disk disk, Path directory, List<ArchiveIdentity> archives, Optional<String> timeline)
            throws IOException {
        ArchiveIdentity latest = archives.stream().max(BY_CHANGE).orElseThrow();
        UUID database = latest.database().database();
        Histories histories = Histories.of(
                disk, RecoverySources.of(disk, List.of(directory)).with(List.of(), latest.name().database()), database,
                ArchiveIdentity.points(archives, database));
        if (timeline.isEmpty()) {
            histories.requireOneNewest();
        }
        History history = timeline.map(histories::named).map(histories::along).or(histories::newest).orElseThrow();
        return archives.stream()
                .filter(archive -> histories.has(history, archive.point()))
                .max(BY_CHANGE)
                .map(ArchiveIdentity::file)
                .orElseThrow(() -> noneOf(directory, histories, history));
    }

    private static OperatorFault noneOf(Path directory, Histories histories, History history) {
        return OperatorFault.of(ExitCode.GAP_OR_FORK, "directory \"%s\" holds no archive of the history that ends with timeline %d",
                        directory, history.timeline().number())
                .kept("nothing was changed; there are %s",
                        histories.timelines().stream().map(histories::contents).collect(Collectors.joining("; ")))
                .next("fetch an archive of it, or say with --timeline which other history you want");
    }

    private static OperatorFault refused(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values).kept("nothing was changed");
    }
}
