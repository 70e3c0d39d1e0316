package oks.oksd.writer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.fault.OperatorFault;
import oks.recovery.Lsn;
import oks.store.CertificateStore;

/**
 * Flushes the store beside the writer, by recovery bytes and age, and keeps it still during a pause. A flush never runs
 * while the store is held: RocksDB would wait for the end of the pause, and whoever waits for the flush with it.
 */
public final class StoreFlusher implements AutoCloseable {
    private static final long HEALTH_NANOS = Duration.ofSeconds(1).toNanos();

    private final CertificateStore store;
    private final Supplier<OksdSettings.Store> limits;
    private final LongSupplier nanoTime;
    private final Consumer<OperatorFault> onFailure;
    private final ExecutorService flusher = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "flusher");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean flushQueued = new AtomicBoolean();
    private final List<Runnable> afterHold = new ArrayList<>();
    private volatile Lsn flushed;
    private boolean held;
    private boolean closed;
    private long unflushedBytes; // writer thread only
    private long oldestUnflushedNanos; // writer thread only
    private long healthCheckedNanos; // writer thread only

    /** @param onFailure told, on any thread, that the store cannot be brought to disk */
    public StoreFlusher(
            CertificateStore store,
            Supplier<OksdSettings.Store> limits,
            LongSupplier nanoTime,
            Consumer<OperatorFault> onFailure) {
        this.store = store;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.onFailure = onFailure;
        this.flushed = store.position().last();
        this.healthCheckedNanos = nanoTime.getAsLong();
    }

    /** The last change that is in the store's files: where the next start would begin to replay. */
    public Lsn flushed() {
        return flushed;
    }

    /** Notes that a group of this many bytes of the recovery file was applied. Writer thread only. */
    void applied(long bytes) {
        if (unflushedBytes == 0) {
            oldestUnflushedNanos = nanoTime.getAsLong();
        }
        unflushedBytes += bytes;
    }

    /** Begins a flush when enough was applied, or long enough ago, so that a replay stays short. Writer thread only. */
    void flushWhenDue() {
        boolean big = unflushedBytes >= limits.get().flushSize();
        boolean old = unflushedBytes > 0
                && nanoTime.getAsLong() - oldestUnflushedNanos
                        >= limits.get().flushAge().toNanos();
        if (big || old) {
            unflushedBytes = 0;
            flushLater();
        }
    }

    /**
     * Looks once a second whether a flush or compaction has failed. Writer thread only.
     *
     * @throws OperatorFault that failure, when there is one: DAMAGED when a table that was to be merged cannot be read
     */
    void checkHealth() {
        if (nanoTime.getAsLong() - healthCheckedNanos >= HEALTH_NANOS) {
            healthCheckedNanos = nanoTime.getAsLong();
            store.failure().ifPresent(failure -> {
                throw failure;
            });
        }
    }

    /**
     * Flushes on this thread; does nothing while the store is held, since it is flushed then, and nothing once closed.
     */
    synchronized void flush() {
        if (!held && !closed) {
            Lsn upTo = store.position().last();
            store.flush();
            flushed = upTo;
        }
    }

    private void flushLater() {
        if (flushQueued.compareAndSet(false, true)) {
            flusher.execute(() -> {
                flushQueued.set(false);
                try {
                    flush();
                } catch (OperatorFault e) {
                    onFailure.accept(e);
                }
            });
        }
    }

    /** Makes a copy of the store by hard links; flushes first. Writer thread only, not while the store is held. */
    synchronized void checkpoint(Path newDirectory) {
        store.checkpoint(newDirectory);
        flushed = store.position().last();
        unflushedBytes = 0;
    }

    /** Flushes and keeps the store's files byte-for-byte still. Writer thread only. */
    synchronized void hold() {
        if (!held) {
            store.hold();
            flushed = store.position().last();
            unflushedBytes = 0;
            held = true;
        }
    }

    /** Ends {@link #hold}. Writer thread only. */
    public synchronized void release() {
        if (held) {
            held = false;
            store.release();
            afterHold.forEach(Runnable::run);
            afterHold.clear();
        }
    }

    /** Changes something else in the database directory: now, or when the pause is over. */
    synchronized void unlessHeld(Runnable change) {
        if (held) {
            afterHold.add(change);
        } else {
            change.run();
        }
    }

    /** Waits for a flush that is under way; afterwards the store may be closed. */
    @Override
    public void close() {
        ExecutorShutdown.await(flusher, "flushing the store");
        synchronized (this) { // a flush holds it
            closed = true;
        }
    }
}
