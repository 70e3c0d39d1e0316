package oks.backup.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveIdentity;
import oks.durable.Disk;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.History;
import oks.recovery.HistoryGap;
import oks.recovery.Lsn;

/**
 * Gaps in the newest history of a backup directory, and whether the last change can be restored all the same.
 *
 * @param gaps at least one, in order
 * @param beyond the name of an archive that was proven, was just read again and needs no missing file; empty when there
 *     is none
 * @param ending names of archives that cannot be restored beyond a gap
 */
public record MissingFiles(Path directory, List<HistoryGap> gaps, Optional<String> beyond, List<String> ending) {

    /** Tells whether an archive is proven and can be restored up to the end of the newest history. */
    interface ProvenArchives {
        boolean contain(Path archive) throws IOException;
    }

    /** Asks for archives, the newest first, until one needs no missing file; empty when none is missing. */
    static Optional<MissingFiles> of(
            Disk disk, Path directory, Histories histories, UUID database, ProvenArchives proven) throws IOException {
        List<HistoryGap> gaps = gaps(histories);
        if (gaps.isEmpty()) {
            return Optional.empty();
        }
        List<ArchiveIdentity> archives = ofNewest(disk, directory, histories, database);
        Optional<String> beyond = Optional.empty();
        for (ArchiveIdentity archive : archives) {
            boolean needsNone = !last(gaps).isAfter(archive.name().lsn());
            if (needsNone && proven.contain(archive.file())) {
                beyond = Optional.of(archive.name().toString());
                break;
            }
        }
        return Optional.of(new MissingFiles(directory, gaps, beyond, ending(archives, gaps)));
    }

    private static List<HistoryGap> gaps(Histories histories) {
        return histories.newest().map(History::gaps).orElse(List.of());
    }

    private static Lsn last(List<HistoryGap> gaps) {
        return gaps.get(gaps.size() - 1).last();
    }

    /** From the newest on. */
    private static List<ArchiveIdentity> ofNewest(Disk disk, Path directory, Histories histories, UUID database)
            throws IOException {
        History newest = histories.newest().orElseThrow();
        return ArchiveIdentity.in(disk, directory).stream()
                .filter(archive ->
                        archive.database().database().equals(database) && histories.has(newest, archive.point()))
                .sorted(Comparator.comparing(
                                (ArchiveIdentity archive) -> archive.name().lsn())
                        .thenComparing(archive -> archive.name().timestamp())
                        .reversed())
                .toList();
    }

    private static List<String> ending(List<ArchiveIdentity> archives, List<HistoryGap> gaps) {
        return archives.stream()
                .filter(archive -> last(gaps).isAfter(archive.name().lsn()))
                .map(archive -> archive.name().toString())
                .sorted()
                .toList();
    }

    /** The missing files, for people. */
    public String what() {
        return gaps.stream().map(HistoryGap::line).collect(Collectors.joining("; "));
    }

    /** The consequence for the archives that are there. */
    public String meaning() {
        String older = ending.isEmpty() ? "" : String.join(", ", ending) + " cannot be restored beyond the gap; ";
        return older
                + beyond.map(name -> name + ", verified just now, needs no missing file")
                        .orElse("no sound archive begins after the gap");
    }

    /** Empty when an archive makes up for what is missing. */
    public Optional<OperatorFault> fault() {
        if (beyond.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(OperatorFault.of(ExitCode.GAP_OR_FORK, "%s, in \"%s\"; %s", what(), directory, meaning())
                .kept("the files before and after the gap are complete")
                .next("put what is missing there, or make a new archive: %s", Advice.archive(directory)));
    }
}
