package oks.store;

import java.util.List;
import java.util.stream.Stream;
import oks.recovery.Digest;
import oks.recovery.LogPosition;

/**
 * The result of a full scan of a store.
 *
 * @param position where the store stands
 * @param certificates how many were read
 * @param indexEntries how many index entries were found
 * @param digest the state digest computed from the contents
 * @param damage what is not as it was written: certificates or tombstones are others than the log says; for people
 * @param derived what does not agree with the contents though it is made of them, indexes and counts, and can be made
 *     again ({@link CertificateStore#repairIndexes}); for people, at most 100 lines
 */
public record StoreCheck(
        LogPosition position,
        long certificates,
        long tombstones,
        long indexEntries,
        Digest digest,
        List<String> damage,
        List<String> derived) {
    public StoreCheck {
        damage = List.copyOf(damage);
        derived = List.copyOf(derived);
    }

    /** Whether everything is as the store says. */
    public boolean sound() {
        return differences().isEmpty();
    }

    /** Everything that is not as it should be. */
    public List<String> differences() {
        return Stream.concat(damage.stream(), derived.stream()).toList();
    }
}
