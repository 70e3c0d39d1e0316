package oks.oksd.writer;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import oks.control.ControlStatus.Holder;
import oks.control.Rotation;
import oks.fault.OperatorFault;
import oks.recovery.Seal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses, in which the database directory is byte for byte still: how each begins, who holds it, how it ends
 * (doc/architecture.md, "Pauses and snapshots"). {@link ServerState} has the list of holders for whoever asks. Writer
 * thread only.
 */
final class Pauses {
    private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);
    private static final long REMIND_NANOS = Duration.ofMinutes(1).toNanos();

    private final WriterLog log;
    private final StoreFlusher flusher;
    private final ServerState state;
    private final LongSupplier nanoTime;
    private long remindedNanos;

    Pauses(WriterLog log, StoreFlusher flusher, ServerState state, LongSupplier nanoTime) {
        this.log = log;
        this.flusher = flusher;
        this.state = state;
        this.nanoTime = nanoTime;
    }

    /** Commits everything to disk and keeps the directory still until every holder has gone. */
    Rotation begin(String key, Holder holder) {
        Rotation rotation = state.held() ? log.notRotated("it is paused already") : rotate();
        flusher.hold();
        remindedNanos = nanoTime.getAsLong();
        state.hold(key, holder);
        LOG.warn("paused by {}; everything up to LSN {} is on disk", holder.by(), rotation.lsn());
        return rotation;
    }

    /**
     * A pause does not need a new file: what was acknowledged is in the present one, and in the store. Refusing the
     * pause instead would let somebody archive a directory that changes.
     */
    private Rotation rotate() {
        try {
            return log.rotate(Seal.Reason.PAUSED);
        } catch (OperatorFault alreadyLogged) {
            return log.notRotated(alreadyLogged.what());
        }
    }

    /** Ends one holder's pause; false when that holder held nothing (any more). */
    boolean end(String key) {
        return resumed(state.unhold(key) ? 1 : 0);
    }

    /**
     * Ends every pause. When there is none, it means that an operator has seen a degraded state: a resume at the end of
     * a nightly archive must not hide what a disk did.
     *
     * @return whether anything changed
     */
    boolean endAll() {
        return state.held() ? resumed(state.unholdAll().size()) : state.degradedOver();
    }

    /** Ends every pause without a word: oksd stops. */
    void letGo() {
        state.unholdAll();
        flusher.release();
    }

    /** Does what is due: ends pauses that have reached their limits, and reminds of one that has none. */
    void tick() {
        List<Holder> expired = state.unholdExpired();
        expired.forEach(holder -> LOG.warn("the pause by {} has reached its limit", holder.by()));
        resumed(expired.size());
        state.signalHolder().ifPresent(this::remind);
    }

    private void remind(Holder holder) {
        if (nanoTime.getAsLong() - remindedNanos >= REMIND_NANOS) {
            remindedNanos = nanoTime.getAsLong();
            LOG.warn(
                    "still paused by signal since {}; \"kill -CONT {}\" resumes",
                    holder.since(),
                    ProcessHandle.current().pid());
        }
    }

    private boolean resumed(int holders) {
        if (holders > 0 && !state.held()) {
            flusher.release();
            if (state.writing()) {
                LOG.warn("resumed");
            } else {
                LOG.warn("the pause is over, but still paused: {}", state.view().reason());
            }
        }
        return holders > 0;
    }
}
