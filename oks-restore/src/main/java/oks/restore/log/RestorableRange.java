package oks.restore.log;

import java.time.Instant;
import java.util.Optional;
import oks.recovery.Lsn;

/**
 * The states that an archive and recovery files can bring back.
 *
 * @param first the archive's last change
 * @param firstTime the earliest time at which that was the state, as far as is known
 * @param last the last change
 * @param lastTime the latest time for which these files say what the state was
 */
public record RestorableRange(Lsn first, Optional<Instant> firstTime, Lsn last, Optional<Instant> lastTime) {

    /** {@code LSN 5, 2026-11-22T10:49:02Z, to LSN 9, 2026-11-22T11:00:00Z}. */
    @Override
    public String toString() {
        return "LSN " + first + firstTime.map(time -> ", " + time).orElse("") + ", to LSN " + last
                + lastTime.map(time -> ", " + time).orElse("");
    }

    boolean holds(Lsn lsn) {
        return !first.isAfter(lsn) && !lsn.isAfter(last);
    }

    boolean holds(Instant time) {
        return firstTime.filter(from -> !time.isBefore(from)).isPresent()
                && lastTime.filter(to -> !time.isAfter(to)).isPresent();
    }

    /** The members of {@code reachable}; see oks-json(7). */
    public record Members(long firstLsn, Optional<Instant> firstTime, long lastLsn, Optional<Instant> lastTime) {}

    public Members members() {
        return new Members(first.number(), firstTime, last.number(), lastTime);
    }
}
