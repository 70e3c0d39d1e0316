package oks.store;

import java.util.ArrayList;
import java.util.List;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.RecoveryChain;

/**
 * Applies groups of the log to a store in large batches, and proves after each group that the store's contents have the
 * state digest that the log recorded. One thread; call {@link #finish} at the end.
 */
public final class Replay implements RecoveryChain.GroupVisitor {
    /** Changes and bytes gathered into one batch; more would only cost memory. */
    private static final int BATCH_CHANGES = 1000;

    private static final long BATCH_BYTES = 8 << 20;

    private final CertificateStore store;
    private final List<Group> batch = new ArrayList<>();
    private Digest digest;
    private long batchChanges;
    private long batchBytes;
    private long changes;

    /** Continues from where the store stands. */
    public Replay(CertificateStore store) {
        this.store = store;
        this.digest = store.position().digest();
    }

    @Override
    public void visit(Group group) {
        for (Change change : group.changes()) {
            digest = change.appliedTo(digest);
            if (change instanceof Change.Put put) {
                batchBytes += put.content().length;
            }
        }
        if (!digest.equals(group.end().digest())) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "the database does not fit recovery file \"%s\": after LSN %s its state digest is %.16s…, "
                                    + "but the file says %.16s…",
                            group.end().file(), group.last(), digest, group.end().digest())
                    .kept("changes up to LSN %s are applied, those after it are not", store.position().last())
                    .next("restore the database with \"oks-restore from\"");
        }
        batch.add(group);
        batchChanges += group.changes().size();
        changes += group.changes().size();
        if (batchChanges >= BATCH_CHANGES || batchBytes >= BATCH_BYTES) {
            finish();
        }
    }

    /** Applies what is gathered. */
    public void finish() {
        store.apply(batch);
        batch.clear();
        batchChanges = 0;
        batchBytes = 0;
    }

    /** How many changes were handed over. */
    public long changes() {
        return changes;
    }
}
