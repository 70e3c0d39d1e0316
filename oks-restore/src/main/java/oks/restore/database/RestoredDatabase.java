package oks.restore.database;

import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.restore.log.CheckedLog;
import oks.restore.log.Goal;
import oks.restore.log.ReplayedLog;

/**
 * A database that was restored, and what shows that it is complete.
 *
 * @param position where the restored store stands
 */
record RestoredDatabase(
        DatabaseIdentity identity, CheckedLog log, ReplayedLog replayed, LogPosition position, ProvenStore proven) {
    /** The change that was wanted. */
    Goal goal() {
        return log.goal();
    }
}
