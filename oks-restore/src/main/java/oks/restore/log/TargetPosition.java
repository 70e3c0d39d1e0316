package oks.restore.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.recovery.Change;
import oks.recovery.Lsn;

/**
 * The exact change that a target means in these files.
 *
 * @param lsn the last change to bring back
 * @param time when it was made; empty when the archive holds it and no recovery file says
 * @param latest whether no change comes after it
 * @param deletions those recorded after it that still hold, in the order of the log; one for each certificate
 */
public record TargetPosition(
        Target target,
        Lsn lsn,
        Optional<Instant> time,
        boolean latest,
        RestorableRange reach,
        List<Change.Delete> deletions) {
    public TargetPosition {
        deletions = List.copyOf(deletions);
    }

    /** The same, when the operator wants what was deleted after it. */
    TargetPosition withoutDeletions() {
        return new TargetPosition(target, lsn, time, latest, reach, List.of());
    }

    /** {@code time 2026-11-22T11:00:00Z: LSN 5, 2026-11-22T10:49:02.1Z}. */
    public String line() {
        return target.text() + ": LSN " + lsn + time.map(made -> ", " + made).orElse("");
    }
}
