package oks.recovery;

import java.util.Locale;
import java.util.Optional;

/**
 * Recovery files that are missing in a history.
 *
 * @param before the last file before them; empty when the history's first file is the one after them
 * @param after the first file after them
 */
public record HistoryGap(Optional<HistoryFile> before, HistoryFile after) {

    /** The last change in the missing files: a state that has it needs none of them. */
    public Lsn last() {
        return after.after();
    }

    /** For people: which files are missing, and between which. */
    public String line() {
        long last = after.header().predecessor().ordinal();
        if (before.isEmpty()) {
            return String.format(
                    Locale.ROOT, "the recovery files up to %010d are missing: the first is \"%s\"", last, after.name());
        }
        long first = before.get().name().ordinal() + 1;
        String missing = first < last
                ? String.format(Locale.ROOT, "recovery files %010d to %010d are missing", first, last)
                : String.format(Locale.ROOT, "recovery file %010d is missing", last);
        return String.format(
                Locale.ROOT,
                "%s: \"%s\" is followed by \"%s\"",
                missing,
                before.get().name(),
                after.name());
    }
}
