package oks.recovery;

import java.time.Instant;
import java.util.List;

/**
 * Changes that were written and forced together: all of them are in the database, or none.
 *
 * @param changes in order of LSN; empty for a heartbeat
 * @param end the log's position after the group
 * @param time when the group was written
 */
public record Group(List<Change> changes, LogPosition end, Instant time) {
    public Group {
        changes = List.copyOf(changes);
    }

    /** The last change up to the end of the group. */
    public Lsn last() {
        return end.last();
    }
}
