package oks.backup.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveIdentity;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.ArchivedPoint;
import oks.recovery.Histories;
import oks.recovery.History;
import oks.recovery.HistoryFile;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader;
import oks.recovery.Timeline;

/**
 * The timeline on which a database is whose backup is to be written. A primary that comes back after its standby took
 * over, or after it was restored elsewhere, must not write to the directory of the one that went on: what it wrote
 * there would be of a history that has ended.
 */
public record OwnTimeline(UUID database, Timeline timeline) {

    public static OwnTimeline of(RecoveryHeader header) {
        return new OwnTimeline(header.database(), header.timeline());
    }

    /** That of the oksd with this status, as the file says that it is writing. */
    public static OwnTimeline of(Disk disk, ControlStatus status) throws IOException {
        Path file =
                Path.of(status.recovery().directory()).resolve(status.recovery().file());
        try (RecoveryReader reader = RecoveryFile.reader(disk, file)) {
            return of(reader.header());
        }
    }

    /** That of the database with these recovery files: the newest of which they are. */
    public static Optional<OwnTimeline> of(List<RecoveryFile> files) throws IOException {
        return readable(files, Optional.empty()).stream()
                .map(HistoryFile::header)
                .max(Comparator.comparing(header -> header.timeline().number()))
                .map(OwnTimeline::of);
    }

    /** The files whose headers can be read: a damaged one is for those to tell who need it. */
    private static List<HistoryFile> readable(List<RecoveryFile> files, Optional<UUID> database) throws IOException {
        List<HistoryFile> readable = new ArrayList<>();
        for (RecoveryFile file : files) {
            try {
                RecoveryHeader header = file.header();
                if (database.isEmpty() || database.get().equals(header.database())) {
                    readable.add(new HistoryFile(file, header));
                }
            } catch (OperatorFault damaged) {
                // says nothing of a timeline
            }
        }
        return readable;
    }

    /**
     * Makes sure that what a backup directory holds of this database is of this timeline or of older ones that its
     * restore knew of.
     *
     * @throws OperatorFault GAP_OR_FORK when another history went on there
     */
    public void requireNewestIn(RecoveryDirectory directory) throws IOException {
        Path out = directory.path();
        List<HistoryFile> files = readable(directory.filesWithPartial(), Optional.of(database));
        Histories there =
                Histories.of(files, ArchiveIdentity.points(ArchiveIdentity.in(directory.disk(), out), database));
        Optional<Timeline> other = there.timelines().stream()
                .filter(one -> one.number() >= timeline.number() && !one.id().equals(timeline.id()))
                .findFirst();
        if (other.isPresent()) {
            throw refused(out, there, other.get());
        }
        requireOrigin(out, there);
    }

    /** The archives in a backup directory that hold a state which this timeline came through. */
    public List<ArchiveIdentity> archivesIn(RecoveryDirectory directory) throws IOException {
        List<ArchiveIdentity> archives = ArchiveIdentity.in(directory.disk(), directory.path());
        List<ArchivedPoint> points = new ArrayList<>(ArchiveIdentity.points(archives, database));
        points.add(new ArchivedPoint("the database", timeline, Lsn.NONE)); // so that its timeline is known
        Histories histories =
                Histories.of(readable(directory.filesWithPartial(), Optional.of(database)), database, points);
        History own = histories.along(timeline);
        return archives.stream()
                .filter(archive ->
                        archive.database().database().equals(database) && histories.has(own, archive.point()))
                .toList();
    }

    /**
     * A higher number alone proves nothing: an old primary that was restored twice by itself has one, too. Its parent
     * is not here then, although timelines of as high a number as the parent's can be are.
     */
    private void requireOrigin(Path out, Histories there) {
        Optional<Timeline> newest = there.timelines().stream().findFirst();
        Optional<UUID> parent = timeline.fork().map(Timeline.Fork::parent);
        boolean here = newest.isEmpty()
                || parent.isEmpty()
                || there.timelines().stream()
                        .map(Timeline::id)
                        .anyMatch(id -> id.equals(timeline.id()) || id.equals(parent.get()));
        if (!here && newest.get().number() >= timeline.number() - 1) {
            throw refused(
                    out,
                    there,
                    newest.get(),
                    "which the restore of this one did not know: it began after timeline " + parent.get());
        }
    }

    private OperatorFault refused(Path out, Histories there, Timeline other) {
        return refused(
                out,
                there,
                other,
                other.number() == timeline.number() ? "neither of which knows of the other" : "which is newer");
    }

    private OperatorFault refused(Path out, Histories there, Timeline other, String how) {
        return OperatorFault.of(
                        ExitCode.GAP_OR_FORK,
                        "the database is on timeline %d (%s), but backup directory \"%s\" holds timeline %d of it, %s",
                        timeline.number(),
                        timeline.id(),
                        out,
                        other.number(),
                        how)
                .kept(
                        "nothing was written; in the directory are %s",
                        there.timelines().stream().map(there::contents).collect(Collectors.joining("; ")))
                .next(
                        "if timeline %d goes on, stop this oksd and rebuild its database: %s; if this one goes on, "
                                + "take the files of timeline %d (%s) out of the directory, or name another one",
                        other.number(), Advice.restoreArchive(out, "DIR"), other.number(), other.id());
    }
}
