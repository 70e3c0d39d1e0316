package oks.restore.log;

import java.util.List;
import oks.recovery.Change;

/**
 * Recovery files that were applied to a store.
 *
 * @param part the changes up to the goal of the group in which it lies; empty when it lies at the end of a group
 * @param changes how many were applied, those of {@code part} among them
 * @param groups how many were applied, each ended by a COMMIT whose state digest was equal
 */
public record ReplayedLog(List<Change> part, long changes, long groups) {
    public ReplayedLog {
        part = List.copyOf(part);
    }
}
