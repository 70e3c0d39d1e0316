package oks.store;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.RecoveryChain;

/**
 * Applies groups of the log to a store in large batches, and proves after each group that the store's contents have the
 * state digest that the log recorded. For one thread, which reads and makes index keys while another one, if there is
 * more than one batch, applies the batch before. Call {@link #finish} at the end, and close it before the store.
 */
public final class Replay implements RecoveryChain.GroupVisitor, Closeable {
    /** Changes and bytes gathered into one batch; more would only cost memory. */
    private static final int BATCH_CHANGES = 4000;

    private static final long BATCH_BYTES = 4 << 20;

    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final CertificateStore store;
    private final ExecutorService applier = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "applier");
        thread.setDaemon(true);
        return thread;
    });
    private Batch batch = new Batch();
    private CompletableFuture<Void> applying = NOTHING;
    private Digest digest;
    private long changes;

    /** Groups that are applied in one step. */
    private static final class Batch {
        private final List<Group> groups = new ArrayList<>();
        private final DerivedKeys keys = new DerivedKeys();
        private long changes;
        private long bytes;

        void add(Group group) {
            groups.add(group);
            keys.add(group);
            changes += group.changes().size();
            for (Change change : group.changes()) {
                bytes += change instanceof Change.Put put ? put.content().length : 0;
            }
        }

        boolean full() {
            return changes >= BATCH_CHANGES || bytes >= BATCH_BYTES;
        }

        void applyTo(CertificateStore store) {
            store.apply(groups, keys);
        }
    }

    /** Continues from where the store stands. */
    public Replay(CertificateStore store) {
        this.store = store;
        this.digest = store.position().digest();
    }

    @Override
    public void visit(Group group) {
        for (Change change : group.changes()) {
            digest = change.appliedTo(digest);
        }
        if (!digest.equals(group.end().digest())) {
            awaitApplied();
            throw doesNotFit(group);
        }
        batch.add(group);
        changes += group.changes().size();
        if (batch.full()) {
            awaitApplied();
            Batch full = batch;
            batch = new Batch();
            applying = CompletableFuture.runAsync(() -> full.applyTo(store), applier);
        }
    }

    private OperatorFault doesNotFit(Group group) {
        return OperatorFault.of(
                        ExitCode.DAMAGED,
                        "the database does not fit recovery file \"%s\": after LSN %s its state digest is %.16s…, "
                                + "but the file says %.16s…",
                        group.end().file(),
                        group.last(),
                        digest,
                        group.end().digest())
                .kept(
                        "changes up to LSN %s are applied, those after it are not",
                        store.position().last())
                .next("restore the database: %s", Advice.restore("DIR"));
    }

    private void awaitApplied() {
        try {
            applying.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Applies what is gathered; the store stands at the end of the last group then. */
    public void finish() {
        awaitApplied();
        batch.applyTo(store);
        batch = new Batch();
    }

    /** How many changes were handed over. */
    public long changes() {
        return changes;
    }

    /** Waits for what is being applied, and applies no more. */
    @Override
    public void close() {
        applying.handle((done, failure) -> done).join();
        applier.shutdown();
    }
}
