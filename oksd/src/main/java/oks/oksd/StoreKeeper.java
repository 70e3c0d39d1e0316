package oks.oksd;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import oks.fault.OperatorFault;
import oks.recovery.Lsn;
import oks.store.CertificateStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes the store beside the writer, and keeps it still during a pause. A flush never runs while the store is held:
 * RocksDB would wait for the end of the pause, and whoever waits for the flush with it.
 */
final class StoreKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreKeeper.class);

    private final CertificateStore store;
    private final ExecutorService flusher = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "flusher");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean flushQueued = new AtomicBoolean();
    private volatile Lsn flushed;
    private boolean held;

    StoreKeeper(CertificateStore store, Lsn flushed) {
        this.store = store;
        this.flushed = flushed;
    }

    /** The last change that is in the store's files: where the next start would begin to replay. */
    Lsn flushed() {
        return flushed;
    }

    /** Flushes on this thread; does nothing while the store is held, since it is flushed then. */
    synchronized void flush() {
        if (!held) {
            Lsn upTo = store.position().last();
            store.flush();
            flushed = upTo;
        }
    }

    /** Flushes soon, on a thread of its own. */
    void flushLater() {
        if (flushQueued.compareAndSet(false, true)) {
            flusher.execute(() -> {
                flushQueued.set(false);
                try {
                    flush();
                } catch (OperatorFault e) {
                    LOG.error("{}", e.what(), e);
                }
            });
        }
    }

    /** Flushes and keeps the store's files byte-for-byte still. Writer thread only. */
    synchronized void hold() {
        if (!held) {
            store.hold();
            flushed = store.position().last();
            held = true;
        }
    }

    /** Ends {@link #hold}. Writer thread only. */
    synchronized void release() {
        if (held) {
            held = false;
            store.release();
        }
    }

    @Override
    public void close() {
        flusher.shutdown();
    }
}
