package oks.oksd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.control.ControlStatus.Holder;
import oks.control.Rotation;
import oks.openpgp.ParsedUpload.Reason;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryFileName;
import oks.recovery.Seal;
import oks.store.CertificateStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer: the one thread that changes the database. It takes everything that waits, merges it, writes one group to
 * the recovery file and forces it, applies it to the store, and only then acknowledges (DESIGN: "Order of a change").
 *
 * <p>Commands that must not meet a half-done change (rotate, pause, snapshot) run on the same thread, between two groups.
 */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final long TICK_MILLIS = 100;
    private static final long REMIND_NANOS = Duration.ofMinutes(1).toNanos();

    private final Admission admission = new Admission();
    private final CertificateStore store;
    private final LogKeeper log;
    private final StoreKeeper keeper;
    private final ServerState state;
    private final Supplier<OksdSettings> settings;
    private final Consumer<String> onFatal;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::loop, "writer");

    private volatile LogView view;
    private long unflushedBytes;
    private long oldestUnflushedNanos;
    private long remindedNanos;
    private boolean stopping;

    /** The log as other threads may see it. */
    record LogView(LogPosition position, RecoveryFileName file, long changes) {}

    Committer(
            CertificateStore store,
            LogKeeper log,
            StoreKeeper keeper,
            ServerState state,
            Supplier<OksdSettings> settings,
            Consumer<String> onFatal) {
        this.store = store;
        this.log = log;
        this.keeper = keeper;
        this.state = state;
        this.settings = settings;
        this.onFatal = onFatal;
        publishView();
    }

    void start() {
        thread.start();
    }

    /** Queues a change; its outcome is completed when it is durable, or with {@link UnavailableException}. */
    void submit(Submission submission) {
        if (!admission.offer(submission)) {
            submission.outcome().completeExceptionally(UnavailableException.overloaded());
        }
    }

    /** Runs a command on the writer thread between two groups. */
    <T> CompletableFuture<T> between(Supplier<T> command) {
        CompletableFuture<T> done = new CompletableFuture<>();
        boolean queued = admission.offer(() -> {
            try {
                done.complete(command.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        if (!queued) {
            done.completeExceptionally(
                    UnavailableException.paused("the keyserver is stopping", settings.get().recovery().retryAfter()));
        }
        return done;
    }

    LogView logView() {
        return view;
    }

    private void loop() {
        try {
            while (!stopping) {
                Admission.Work work = admission.take(state.writing(), TICK_MILLIS);
                work.command().ifPresent(Runnable::run);
                if (!work.submissions().isEmpty()) {
                    commit(work.submissions());
                }
                tick();
                publishView();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the writer ended: {}", e.getMessage(), e);
            onFatal.accept("the writer ended: " + e.getMessage());
        } finally {
            ended.countDown();
        }
    }

    private void publishView() {
        view = new LogView(log.position(), log.file(), log.changes());
    }

    private void commit(List<Submission> submissions) {
        LogPosition before = log.position();
        GroupBuilder group = new GroupBuilder(
                store, before.last(), before.digest(), log::now, settings.get().upload().maxCertificate());
        List<Outcome> outcomes = new ArrayList<>();
        for (Submission submission : submissions) {
            outcomes.add(outcome(group, submission));
        }
        try {
            if (!group.changes().isEmpty()) {
                write(group);
            }
        } catch (UnavailableException e) {
            submissions.forEach(submission -> submission.outcome().completeExceptionally(e));
            return;
        }
        for (int i = 0; i < outcomes.size(); i++) {
            submissions.get(i).outcome().complete(outcomes.get(i));
        }
    }

    /** One certificate that cannot be merged must not cost its neighbours. */
    private static Outcome outcome(GroupBuilder group, Submission submission) {
        try {
            return group.add(submission);
        } catch (RuntimeException e) {
            LOG.error("certificate {} could not be merged: {}", submission.certificate().fingerprint(), e.getMessage(), e);
            return Outcome.refused(Reason.MALFORMED, "it could not be merged with what is stored");
        }
    }

    private void write(GroupBuilder group) {
        long before = log.position().length();
        Group written = log.append(group.changes(), group.digest());
        store.apply(List.of(written));
        if (unflushedBytes == 0) {
            oldestUnflushedNanos = System.nanoTime();
        }
        unflushedBytes += Math.max(written.end().length() - before, 0);
    }

    private void tick() {
        state.unholdExpired().forEach(holder -> LOG.warn("the pause by {} has reached its limit", holder.by()));
        if (state.held()) {
            remindOfSignal();
        } else {
            keeper.release();
            log.tick();
            flushWhenDue();
        }
        if (!state.writing()) {
            refuseExpired();
        }
    }

    private void flushWhenDue() {
        if (log.takeSuspectFileLeft()) {
            keeper.flush();
        }
        OksdSettings.Store limits = settings.get().store();
        boolean big = unflushedBytes >= limits.flushSize();
        boolean old = unflushedBytes > 0
                && System.nanoTime() - oldestUnflushedNanos >= limits.flushAge().toNanos();
        if (big || old) {
            unflushedBytes = 0;
            keeper.flushLater();
        }
    }

    private void refuseExpired() {
        for (Submission submission : admission.expired(System.nanoTime())) {
            submission.outcome().completeExceptionally(UnavailableException.paused(
                    state.whyNotWriting(), settings.get().recovery().retryAfter()));
        }
    }

    private void remindOfSignal() {
        state.signalHolder().ifPresent(holder -> {
            if (System.nanoTime() - remindedNanos >= REMIND_NANOS) {
                remindedNanos = System.nanoTime();
                LOG.warn("still paused by signal since {}; \"kill -CONT {}\" resumes",
                        holder.since(), ProcessHandle.current().pid());
            }
        });
    }

    /** Seals the recovery file and goes on in a new one. */
    CompletableFuture<Rotation> rotate(Seal.Reason reason) {
        return between(() -> {
            if (state.held()) {
                // A new file would change the directory that somebody is archiving.
                throw Busy.paused(state);
            }
            return rotateNow(reason);
        });
    }

    private Rotation rotateNow(Seal.Reason reason) {
        long changes = log.changes();
        long lsn = log.position().last().number();
        return log.rotate(reason)
                .map(sealed -> Rotation.done(sealed.toString(), changes, log.file().toString(), lsn))
                .orElseGet(() -> unrotated("nothing was written"));
    }

    private Rotation unrotated(String reason) {
        return new Rotation(false, "", 0, log.file().toString(), log.position().last().number(), reason);
    }

    /** Commits everything: rotates and flushes. */
    CompletableFuture<Rotation> dump() {
        return rotate(Seal.Reason.ROTATED).thenApplyAsync(rotation -> {
            keeper.flush();
            return rotation;
        });
    }

    /** Commits everything to disk and keeps the directory still until every holder has gone. */
    CompletableFuture<Rotation> pause(String key, Holder holder) {
        return between(() -> {
            boolean first = !state.held();
            Rotation rotation = first
                    ? rotateNow(Seal.Reason.PAUSED)
                    : unrotated("it is paused already");
            keeper.hold();
            unflushedBytes = 0;
            remindedNanos = System.nanoTime();
            state.hold(key, holder);
            LOG.warn("paused by {}; everything up to LSN {} is on disk", holder.by(), rotation.lsn());
            return rotation;
        });
    }

    /** Ends one holder's pause; the server resumes when it was the last. */
    CompletableFuture<Boolean> unpause(String key) {
        return between(() -> resumed(state.unhold(key) ? 1 : 0));
    }

    /** Ends every pause, and takes note that an operator has seen a degraded state. */
    CompletableFuture<Boolean> resume() {
        return between(() -> {
            state.degradedOver();
            return resumed(state.unholdAll().size());
        });
    }

    private boolean resumed(int holders) {
        if (!state.held()) {
            keeper.release();
            if (holders > 0) {
                LOG.warn("resumed");
            }
        }
        return holders > 0;
    }

    /** Writes what waits, then ends the thread; nothing is taken in any more. */
    void stop() throws InterruptedException {
        state.stopping();
        between(() -> {
            state.unholdAll();
            keeper.release();
            admission.close();
            finishWaiting();
            stopping = true;
            return true;
        });
        ended.await();
    }

    private void finishWaiting() {
        Admission.Work rest = admission.take(true, 0);
        while (rest.command().isPresent() || !rest.submissions().isEmpty()) {
            rest.command().ifPresent(Runnable::run);
            commit(rest.submissions());
            rest = admission.take(true, 0);
        }
    }
}
