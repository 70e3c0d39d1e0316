package oks.restore.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;

/**
 * Deletions that were recorded after the target. For each certificate the last word counts for its tombstone, and one
 * deletion among them is enough for the certificate to be gone: what came in later is not brought back either. A target
 * before a certificate's last change is meant to undo that change, so that certificate's own deletions do not count.
 */
public final class LaterDeletions {
    private final Target target;
    private final Map<Fingerprint, Change.Delete> found = new LinkedHashMap<>();

    LaterDeletions(Target target) {
        this.target = target;
    }

    /** The certificate that a change is about; empty for a restore point. */
    public static Optional<Fingerprint> fingerprint(Change change) {
        return switch (change.kind()) {
            case PUT -> Optional.of(Fingerprint.of(((Change.Put) change).fingerprint()));
            case DELETE -> Optional.of(Fingerprint.of(((Change.Delete) change).fingerprint()));
            case POINT -> Optional.empty();
        };
    }

    /** Notes a change after the target. */
    void add(Change change) {
        if (change instanceof Change.Delete delete) {
            Fingerprint fingerprint = Fingerprint.of(delete.fingerprint());
            boolean meant = target instanceof Target.Before before
                    && before.certificate().equals(fingerprint);
            if (!meant) {
                found.merge(fingerprint, delete, LaterDeletions::both);
            }
        }
    }

    private static Change.Delete both(Change.Delete earlier, Change.Delete later) {
        return new Change.Delete(
                later.lsn(),
                later.time(),
                later.fingerprint(),
                later.tombstone(),
                earlier.certificateKept() && later.certificateKept(),
                Change.Replaced.NOTHING,
                later.replacedTombstone());
    }

    /** The target turned out to be later. */
    void forget() {
        found.clear();
    }

    List<Change.Delete> list() {
        return List.copyOf(found.values());
    }
}
