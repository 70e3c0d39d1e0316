package oks.oksd.writer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.control.ControlStatus.Holder;
import oks.control.Rotation;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.ParsedUpload.Reason;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryFileName;
import oks.recovery.Seal;
import oks.store.CertificateStore;
import oks.store.IndexesRepaired;
import oks.store.StoreDamage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer: the one thread that changes the database. It takes everything that waits, merges it, writes one group to
 * the recovery file and forces it, applies it to the store, and only then acknowledges (doc/architecture.md, "The order
 * of a change").
 *
 * <p>Commands that must not meet a half-done change (rotate, pause, snapshot) run on the same thread, between two
 * groups. Whatever is handed in gets an answer, also when the writer ends because the store failed.
 */
public final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final long TICK_MILLIS = 100;

    private final Admission admission = new Admission();
    private final CertificateStore store;
    private final WriterLog log;
    private final StoreFlusher flusher;
    private final ServerState state;
    private final Pauses pauses;
    private final Supplier<OksdSettings> settings;
    private final LongSupplier nanoTime;
    private final Consumer<OperatorFault> onFatal;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::loop, "writer");

    private volatile LogView view;
    private boolean stopping;
    private boolean broken;

    /** The log as other threads may see it. */
    public record LogView(LogPosition position, RecoveryFileName file, long changes) {}

    /** @param onFatal told when nothing can be written any more; everything acknowledged is in the recovery files */
    public Committer(
            CertificateStore store,
            WriterLog log,
            StoreFlusher flusher,
            ServerState state,
            Supplier<OksdSettings> settings,
            LongSupplier nanoTime,
            Consumer<OperatorFault> onFatal) {
        this.store = store;
        this.log = log;
        this.flusher = flusher;
        this.state = state;
        this.pauses = new Pauses(log, flusher, state, nanoTime);
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.onFatal = onFatal;
        publishView();
    }

    public void start() {
        thread.start();
    }

    /** Queues a change; its outcome is completed when it is durable, or with {@link UnavailableException}. */
    public void submit(Submission submission) {
        if (!admission.offer(submission)) {
            submission
                    .outcome()
                    .completeExceptionally(admission.closed() ? stoppingNow() : UnavailableException.overloaded());
        }
    }

    private UnavailableException stoppingNow() {
        return UnavailableException.paused(
                "the keyserver is stopping", settings.get().recovery().retryAfter());
    }

    /** Runs a command on the writer thread between two groups. */
    public <T> CompletableFuture<T> between(Supplier<T> command) {
        CompletableFuture<T> done = new CompletableFuture<>();
        boolean queued = admission.offer(() -> {
            if (broken) {
                done.completeExceptionally(stoppingNow());
                return;
            }
            try {
                T result = command.get();
                publishView(); // first: whoever has the answer must not see an older state
                done.complete(result);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            } catch (Error e) {
                done.completeExceptionally(e);
                throw e;
            }
        });
        if (!queued) {
            done.completeExceptionally(stoppingNow());
        }
        return done;
    }

    public LogView logView() {
        return view;
    }

    private void loop() {
        try {
            while (!stopping) {
                turn(TICK_MILLIS);
            }
        } catch (RuntimeException | Error e) {
            onFatal.accept(why(e));
        } finally {
            refuseEverything();
            ended.countDown();
        }
    }

    private static OperatorFault why(Throwable e) {
        LOG.debug("the writer ends", e);
        return e instanceof OperatorFault fault ? fault : OperatorFault.of(ExitCode.FAILED, "the writer ended: %s", e);
    }

    /** Does what waits, one command or one group, and what is due; waits for work at most this long. */
    public void turn(long maxMillis) {
        Admission.Work work = admission.take(state.writing(), maxMillis);
        work.command().ifPresent(Runnable::run);
        if (!work.submissions().isEmpty()) {
            commit(work.submissions());
        }
        tick();
        publishView();
    }

    private void publishView() {
        view = new LogView(log.position(), log.file(), log.changes());
    }

    /** After {@link #stop} nothing waits; after a failure nobody is left waiting. */
    private void refuseEverything() {
        broken = true;
        admission.close();
        for (Admission.Work rest = admission.take(true, 0); !rest.isNone(); rest = admission.take(true, 0)) {
            rest.command().ifPresent(Runnable::run);
            rest.submissions().forEach(submission -> submission.outcome().completeExceptionally(stoppingNow()));
        }
    }

    private void commit(List<Submission> submissions) {
        LogPosition before = log.position();
        GroupBuilder group = new GroupBuilder(
                store, before.last(), before.digest(), log::now, settings.get().upload());
        List<Runnable> answers = new ArrayList<>();
        try {
            while (answers.size() < submissions.size() && !group.full()) {
                answers.add(answer(group, submissions.get(answers.size())));
            }
            if (!group.changes().isEmpty()) {
                write(group.changes(), group.digest());
            }
        } catch (UnavailableException e) {
            submissions.forEach(submission -> submission.outcome().completeExceptionally(e));
            return;
        } catch (RuntimeException | Error e) {
            // The store failed. The group may be in the log: neither refused nor acknowledged, so they must ask again.
            submissions.forEach(submission -> submission.outcome().completeExceptionally(stoppingNow()));
            throw e;
        }
        publishView(); // first: whoever has the answer must not see an older state
        answers.forEach(Runnable::run);
        admission.giveBack(submissions.subList(answers.size(), submissions.size())); // a command need not wait for them
    }

    /**
     * Adds a submission to a group, and gives what tells its sender once the group is durable. One certificate that
     * cannot be merged, or of which the store cannot read what it holds, must not cost its neighbours: nothing of it is
     * in the log.
     */
    private static Runnable answer(GroupBuilder group, Submission submission) {
        try {
            SubmissionResult outcome = group.add(submission);
            return () -> submission.outcome().complete(outcome);
        } catch (OperatorFault e) {
            if (StoreDamage.of(e).isEmpty()) {
                throw e; // of the store, not of this certificate
            }
            return () -> submission.outcome().completeExceptionally(e);
        } catch (RuntimeException e) {
            LOG.error(
                    "certificate {} could not be merged: {}",
                    submission.certificate().fingerprint(),
                    e.getMessage(),
                    e);
            SubmissionResult refused =
                    SubmissionResult.refused(Reason.MALFORMED, "it could not be merged with what is stored");
            return () -> submission.outcome().complete(refused);
        }
    }

    private void write(List<Change> changes, Digest digest) {
        long before = log.position().length();
        apply(log.append(changes, digest), before);
    }

    private void apply(Group written, long before) {
        store.apply(List.of(written));
        flusher.applied(Math.max(written.end().length() - before, 1)); // less than before in a fresh file
    }

    /**
     * Makes one change by itself, between two groups: what an operator commands.
     *
     * @param make gets the change's number and time on the writer thread, and may throw an OperatorFault instead
     * @return done when the change is durable and applied; fails with BUSY while nothing is written
     */
    CompletableFuture<Change> change(BiFunction<Lsn, Instant, Change> make) {
        CompletableFuture<Change> done = new CompletableFuture<>();
        if (!admission.offer(() -> changeNow(make, done))) {
            done.completeExceptionally(stoppingNow());
        }
        return done;
    }

    private void changeNow(BiFunction<Lsn, Instant, Change> make, CompletableFuture<Change> done) {
        Change change;
        Group written;
        long before = log.position().length();
        try {
            refuseUnlessWriting();
            change = make.apply(log.position().last().next(), log.now());
            written =
                    log.append(List.of(change), change.appliedTo(log.position().digest()));
        } catch (RuntimeException e) {
            done.completeExceptionally(e); // nothing of it is in the log
            return;
        }
        try {
            apply(written, before);
        } catch (RuntimeException | Error e) {
            done.completeExceptionally(stoppingNow());
            throw e; // of the store: the writer cannot go on
        }
        publishView(); // first: whoever has the answer must not see an older state
        done.complete(change);
    }

    private void refuseUnlessWriting() {
        if (broken) {
            throw stoppingNow();
        }
        if (!state.writing()) {
            throw BusyFaults.paused(state);
        }
    }

    private void tick() {
        flusher.checkHealth();
        pauses.tick();
        if (!state.held()) {
            log.tick();
            if (log.takeSuspectFileLeft()) {
                flusher.flush();
            }
            flusher.flushWhenDue();
        }
        if (!state.writing()) {
            refuseExpired();
        }
    }

    private void refuseExpired() {
        for (Submission submission : admission.expired(nanoTime.getAsLong())) {
            submission
                    .outcome()
                    .completeExceptionally(UnavailableException.paused(
                            state.whyNotWriting(), settings.get().recovery().retryAfter()));
        }
    }

    /** Makes the store's indexes what its certificates say; uploads wait meanwhile. */
    public CompletableFuture<IndexesRepaired> repairIndexes(LongConsumer certificatesRead) {
        return between(() -> {
            if (state.held()) {
                throw BusyFaults.paused(state); // somebody copies the store's files
            }
            return store.repairIndexes(certificatesRead);
        });
    }

    /**
     * Notes that a check found the store's indexes sound, unless somebody copies its files: then the next check may.
     *
     * @return whether it is noted
     */
    public CompletableFuture<Boolean> sound() {
        return between(() -> {
            if (state.held()) {
                return false;
            }
            store.noteSound();
            flusher.applied(1); // so that there will be a flush
            return true;
        });
    }

    /**
     * Notes that every recovery file up to this ordinal is copied elsewhere; it comes to disk with the next flush.
     *
     * @return the highest ordinal noted so far
     */
    public CompletableFuture<Long> archived(long ordinal) {
        return between(() -> {
            flusher.applied(1); // so that there will be one
            return store.noteArchived(ordinal);
        });
    }

    /**
     * Notes that an archive which was begun at this time is verified.
     *
     * @return the time of the newest one, when it is on disk; during a pause, with the flush after it
     */
    public CompletableFuture<Instant> archiveVerified(Instant begun, Instant now) {
        return between(() -> {
                    flusher.applied(1); // so that there will be one
                    return store.noteVerified(begun, now);
                })
                .thenApplyAsync(noted -> {
                    flusher.flush(); // it comes once a day, and nobody says it again after a kill
                    return noted;
                });
    }

    /** Seals the recovery file and goes on in a new one. */
    public CompletableFuture<Rotation> rotate(Seal.Reason reason) {
        return between(() -> {
            if (state.held()) {
                // A new file would change the directory that somebody is archiving.
                throw BusyFaults.paused(state);
            }
            return log.rotate(reason);
        });
    }

    /** Commits everything: rotates and flushes. */
    public CompletableFuture<Rotation> dump() {
        return rotate(Seal.Reason.ROTATED).thenApplyAsync(rotation -> {
            flusher.flush();
            return rotation;
        });
    }

    /** Commits everything to disk and keeps the directory still until every holder has gone. */
    public CompletableFuture<Rotation> pause(String key, Holder holder) {
        return between(() -> pauses.begin(key, holder));
    }

    /** Ends one holder's pause, if it still lasts; the server resumes when it was the last. */
    public CompletableFuture<Boolean> unpause(String key) {
        return between(() -> pauses.end(key));
    }

    /**
     * Ends every pause; when there is none, a degraded state.
     *
     * @return whether anything changed
     */
    public CompletableFuture<Boolean> resume() {
        return between(pauses::endAll);
    }

    /** Writes what waits, then ends the thread; nothing is taken in any more. */
    public void stop() throws InterruptedException {
        state.stopping();
        Future<?> unused = between(() -> {
            pauses.letGo();
            admission.close();
            try {
                finishWaiting();
            } catch (RuntimeException e) {
                onFatal.accept(why(e));
            } finally {
                stopping = true;
            }
            return true;
        });
        ended.await();
    }

    private void finishWaiting() {
        for (Admission.Work rest = admission.take(true, 0); !rest.isNone(); rest = admission.take(true, 0)) {
            rest.command().ifPresent(Runnable::run);
            if (!rest.submissions().isEmpty()) {
                commit(rest.submissions());
            }
        }
    }
}
