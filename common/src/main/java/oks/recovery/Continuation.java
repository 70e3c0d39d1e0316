package oks.recovery;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The continuation of a state of the database by recovery files.
 *
 * @param state where it begins
 * @param along the timeline with which their history ends: the newest if the state is of its history, otherwise the
 *     state's own
 * @param newest whether that is the newest history
 * @param shared the last change that the state's timeline has in common with the newest history
 * @param files the files to read, in order, none missing between them
 * @param end the last change of the history in these files: later ones in the last file are of another
 * @param gap what is missing after them; empty when they reach the end of the history
 */
public record Continuation(
        ArchivedPoint state,
        Timeline along,
        boolean newest,
        Lsn shared,
        List<HistoryFile> files,
        Lsn end,
        Optional<HistoryGap> gap) {
    public Continuation {
        files = List.copyOf(files);
    }

    /** The last change that can be reached; of all files only the last one is read. */
    public Lsn reach() throws IOException {
        if (files.isEmpty()) {
            return state.last();
        }
        return later(
                state.last(), earlier(end, files.get(files.size() - 1).file().lastLsn()));
    }

    private static Lsn earlier(Lsn one, Lsn other) {
        return one.isAfter(other) ? other : one;
    }

    private static Lsn later(Lsn one, Lsn other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * Reads the files, every frame and every link.
     *
     * @param from where the state stands
     * @return where they bring it
     * @throws oks.fault.OperatorFault DAMAGED or GAP_OR_FORK naming what is wrong
     */
    public LogPosition verify(UUID database, LogPosition from) throws IOException {
        LogPosition[] reached = {from};
        RecoveryChain.of(files, database, from.last()).read(from, group -> {
            reached[0] = group.last().isAfter(end) ? reached[0] : group.end();
        });
        return reached[0];
    }

    /** For people, when this is not the newest history: of which timeline the state is, and where that was left. */
    public String leftBehind() {
        return shared.equals(Lsn.NONE)
                ? String.format(
                        Locale.ROOT,
                        "of timeline %d, from which the newest history does not come",
                        state.timeline().number())
                : String.format(
                        Locale.ROOT,
                        "of timeline %d, which was left at LSN %s",
                        state.timeline().number(),
                        shared);
    }
}
