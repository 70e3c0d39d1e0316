package oks.store;

import java.util.List;
import oks.recovery.Digest;
import oks.recovery.LogPosition;

/**
 * What a full scan of a store found.
 *
 * @param position where the store stands
 * @param certificates how many were read
 * @param indexEntries how many index entries were found
 * @param digest the state digest computed from the contents
 * @param differences what is not as it should be, for people; at most 100 lines
 */
public record StoreCheck(
        LogPosition position,
        long certificates,
        long tombstones,
        long indexEntries,
        Digest digest,
        List<String> differences) {
    public StoreCheck {
        differences = List.copyOf(differences);
    }

    /** Whether everything is as the store says. */
    public boolean sound() {
        return differences.isEmpty();
    }
}
