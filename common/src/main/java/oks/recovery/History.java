package oks.recovery;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The way that the database went up to the end of one timeline: that timeline and those from which it comes. */
public final class History {
    /** After all changes. */
    static final Lsn END = new Lsn(Long.MAX_VALUE);

    private final Timeline timeline;
    private final List<HistoryFile> files;
    private final List<HistoryFile> others;
    private final Map<UUID, Lsn> shares;

    /**
     * @param files in order
     * @param others the recovery files that this history left behind, or that left it
     * @param shares the last change of each of its timelines that this history has; of the one at its end, all
     */
    History(Timeline timeline, List<HistoryFile> files, List<HistoryFile> others, Map<UUID, Lsn> shares) {
        this.timeline = timeline;
        this.files = List.copyOf(files);
        this.others = List.copyOf(others);
        this.shares = Map.copyOf(shares);
    }

    /** The timeline with which it ends. */
    public Timeline timeline() {
        return timeline;
    }

    /** Its recovery files that are here, in order. */
    public List<HistoryFile> files() {
        return files;
    }

    /** The recovery files that are here and not of this history, in order. */
    public List<HistoryFile> others() {
        return others;
    }

    /**
     * The last change that this history has in its files: later ones in the last file are of the history that it left.
     * Where a later file says so itself, there is no such limit.
     */
    public Lsn end() {
        return files.isEmpty() ? END : end(files.get(files.size() - 1));
    }

    private Lsn end(HistoryFile last) {
        return shares.getOrDefault(last.timeline().id(), END);
    }

    /** The last change of a timeline that this history has; empty when it does not come from that timeline. */
    Optional<Lsn> shares(UUID of) {
        return Optional.ofNullable(shares.get(of));
    }

    /** The gaps between the files, in order. */
    public List<HistoryGap> gaps() {
        List<HistoryGap> gaps = new ArrayList<>();
        for (int i = 1; i < files.size(); i++) {
            if (!files.get(i).follows(files.get(i - 1))) {
                gaps.add(new HistoryGap(Optional.of(files.get(i - 1)), files.get(i)));
            }
        }
        return List.copyOf(gaps);
    }

    /** When the last file was begun: what was made until then is in the files before it. */
    public Optional<Instant> lastBegun() {
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(files.get(files.size() - 1).header().begun());
    }

    /** When the file was begun that follows this change. */
    public Optional<Instant> begunAfter(Lsn lsn) {
        return files.stream()
                .filter(file -> file.after().equals(lsn))
                .map(file -> file.header().begun())
                .findFirst();
    }

    /**
     * The files that are to be read after a change of this history, whatever is missing among them; none when every one
     * ends before it, as it is after each archive until recovery files are copied again.
     */
    public List<HistoryFile> filesAfter(Lsn lsn) throws IOException {
        int first = firstAfter(lsn);
        return files.subList(first, files.size());
    }

    /** The gap right before those files. */
    private Optional<HistoryGap> gapBefore(int first, Lsn lsn) {
        if (first == files.size() || !files.get(first).after().isAfter(lsn)) {
            return Optional.empty();
        }
        return Optional.of(
                new HistoryGap(first == 0 ? Optional.empty() : Optional.of(files.get(first - 1)), files.get(first)));
    }

    Continuation continuation(ArchivedPoint state, boolean newest, Lsn shared) throws IOException {
        int first = firstAfter(state.last());
        Optional<HistoryGap> gap = gapBefore(first, state.last());
        List<HistoryFile> run = new ArrayList<>();
        for (int i = first; i < files.size() && gap.isEmpty(); i++) {
            if (run.isEmpty() || files.get(i).follows(files.get(i - 1))) {
                run.add(files.get(i));
            } else {
                gap = Optional.of(new HistoryGap(Optional.of(files.get(i - 1)), files.get(i)));
            }
        }
        Lsn end = run.isEmpty() ? END : end(run.get(run.size() - 1));
        return new Continuation(state, timeline, newest, shared, run, end, gap);
    }

    /** The last file that begins at a change or before it; the next one when that file ends before it, too. */
    private int firstAfter(Lsn lsn) throws IOException {
        int first = 0;
        while (first + 1 < files.size() && !files.get(first + 1).after().isAfter(lsn)) {
            first++;
        }
        if (first == files.size() || !lsn.isAfter(files.get(first).after())) {
            return first;
        }
        boolean nextFollows = first + 1 < files.size() && files.get(first + 1).follows(files.get(first));
        boolean endsBefore = !nextFollows && lsn.isAfter(files.get(first).file().lastLsn());
        return endsBefore ? first + 1 : first;
    }
}
