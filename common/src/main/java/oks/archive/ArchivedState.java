package oks.archive;

import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;

/**
 * The state of a database that an archive holds.
 *
 * @param lsn the last change in it
 * @param digest its state digest
 * @param chain the chain hash of the log where it was taken
 * @param certificates how many certificates it holds
 * @param firstRecoveryOrdinal the first recovery file that may hold later changes; 1 or more
 */
public record ArchivedState(
        DatabaseIdentity identity, Lsn lsn, Digest digest, Hash chain, long certificates, long firstRecoveryOrdinal) {

    public ArchivedState {
        if (certificates < 0 || firstRecoveryOrdinal < 1) {
            throw new IllegalArgumentException(
                    certificates + " certificates, first recovery file " + firstRecoveryOrdinal);
        }
        // The rest stands in the archive's IDENTITY and not in its manifest.
        identity = new DatabaseIdentity(identity.name(), identity.database(), identity.timeline());
    }

    /** Where a reader of recovery files stands that has this state; the file is not known. */
    public LogPosition position() {
        return new LogPosition(null, 0, lsn, chain, digest);
    }
}
