package oks.restore.database;

import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.restore.log.CheckedLog;
import oks.restore.log.ReplayedLog;
import oks.restore.log.TargetPosition;

/**
 * A database that was restored, and what shows that it is complete.
 *
 * @param position where the restored store stands
 */
record RestoredDatabase(
        DatabaseIdentity identity, CheckedLog log, ReplayedLog replayed, LogPosition position, ProvenStore proven) {
    /** The change that was wanted. */
    TargetPosition goal() {
        return log.goal();
    }
}
