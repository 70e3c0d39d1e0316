package oks.restore.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import oks.fault.UtcTime;
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

    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("first_lsn", first.number())
                .put("first_time", UtcTime.orNull(firstTime))
                .put("last_lsn", last.number())
                .put("last_time", UtcTime.orNull(lastTime));
    }
}
