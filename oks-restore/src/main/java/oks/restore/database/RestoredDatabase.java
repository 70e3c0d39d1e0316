package oks.restore.database;

import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.restore.log.Goal;
import oks.restore.log.LogReading;

/**
 * A database that was restored, and what shows that it is complete.
 *
 * @param log the recovery files, as they were replayed
 * @param position where the restored store stands
 */
record RestoredDatabase(
        DatabaseIdentity identity, LogReading log, Goal goal, LogPosition position, ProvenStore proven) {}
