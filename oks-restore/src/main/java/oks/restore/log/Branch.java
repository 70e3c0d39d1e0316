package oks.restore.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.ArchivedPoint;
import oks.recovery.Histories;
import oks.recovery.History;
import oks.recovery.HistoryFile;
import oks.recovery.HistoryGap;
import oks.recovery.Lsn;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import oks.recovery.Timeline;

/**
 * The history that a restore follows, the newest or a chosen one, and the recovery files of it that come after a state.
 */
public final class Branch {
    private final Histories histories;
    private final History history;
    private final List<HistoryFile> files;

    private Branch(Histories histories, History history, List<HistoryFile> files) {
        this.histories = histories;
        this.history = history;
        this.files = files;
    }

    /**
     * Finds the history that goes on from an archive.
     *
     * @param all recovery files of the archive's database, of whatever history
     * @param known other archives of it
     * @param archive the archive's state
     * @param wanted number or UUID of the timeline with which the history ends; empty for the newest
     * @throws OperatorFault TARGET_UNREACHABLE when nothing is of that timeline, or two timelines have that number;
     *     GAP_OR_FORK when the archive is not of that history, or two histories are the newest
     */
    public static Branch after(
            Collection<RecoveryFile> all,
            UUID database,
            Collection<ArchivedPoint> known,
            ArchivedPoint archive,
            Optional<String> wanted)
            throws IOException {
        List<ArchivedPoint> archives = new ArrayList<>(known);
        archives.add(archive);
        Histories histories = Histories.of(HistoryFile.of(all), database, archives);
        return after(histories, chosen(histories, wanted).orElseThrow(), archive);
    }

    /** Finds the history that goes on from a stopped database, whose own timeline counts when there is a file of it. */
    public static Branch after(Collection<RecoveryFile> all, UUID database, ArchivedPoint state) throws IOException {
        Histories histories = Histories.of(HistoryFile.of(all), database, List.of());
        History history = chosen(histories, Optional.empty()).orElseGet(() -> histories.along(state.timeline()));
        return after(histories, history, state);
    }

    private static Optional<History> chosen(Histories histories, Optional<String> wanted) {
        if (wanted.isPresent()) {
            return wanted.map(histories::named).map(histories::along);
        }
        histories.requireOneNewest();
        return histories.newest();
    }

    private static Branch after(Histories histories, History history, ArchivedPoint state) throws IOException {
        Lsn shared = histories.shared(history, state.timeline());
        if (state.last().isAfter(shared)) {
            throw ofAnother(histories, history, state, shared);
        }
        return new Branch(histories, history, history.filesAfter(state.last()));
    }

    private static OperatorFault ofAnother(Histories histories, History history, ArchivedPoint state, Lsn shared) {
        Timeline followed = history.timeline();
        String left = shared.equals(Lsn.NONE) ? "does not come from that one" : "has it only up to LSN " + shared;
        return OperatorFault.of(
                        ExitCode.GAP_OR_FORK,
                        "%s holds LSN %s of timeline %d, but the history that ends with timeline %d %s",
                        state.name(),
                        state.last(),
                        state.timeline().number(),
                        followed.number(),
                        left)
                .kept(
                        "nothing was changed; here are %s",
                        String.join(
                                "; ",
                                histories.timelines().stream()
                                        .map(histories::contents)
                                        .toList()))
                .next(
                        "take an archive of that history, which %s shows; or, to bring back what was left behind, "
                                + "follow it with %s",
                        Advice.list("DIR"),
                        Advice.restoreTimeline(state.timeline().id()));
    }

    /** Those to read, in order. */
    List<HistoryFile> files() {
        return files;
    }

    /** Those of other histories, in order. */
    public List<Path> abandoned() {
        return history.others().stream().map(HistoryFile::path).toList();
    }

    /** The last change of this history in these files, where the last of them goes on with those of another. */
    Lsn end() {
        return history.end();
    }

    /** When the last file was begun: what was made until then is in the files before it. */
    public Optional<Instant> lastBegun() {
        return files.isEmpty() ? Optional.empty() : history.lastBegun();
    }

    /** When the file was begun that follows this change. */
    Optional<Instant> begunAfter(Lsn lsn) {
        return history.begunAfter(lsn);
    }

    /** The gaps between the files, for people. */
    public List<String> gaps() {
        return history.gaps().stream().map(HistoryGap::line).toList();
    }

    /** The timeline of the file with this name. */
    public Optional<Timeline> timelineOf(RecoveryFileName name) {
        return histories.timelineOf(name);
    }

    /** The highest number of a timeline, those of other histories included. */
    public int highestTimeline() {
        return histories.highestTimeline();
    }

    /** The name with the highest ordinal, those of other histories included. */
    public Optional<RecoveryFileName> highestName() {
        return histories.highestName();
    }
}
