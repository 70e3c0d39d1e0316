package oks.oksd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import oks.config.OksdSettings;
import oks.control.ControlStatus.Holder;
import oks.control.ControlStatus.State;
import oks.fault.OperatorFault;
import oks.oksd.writer.Committer;
import oks.oksd.writer.ServerState;
import oks.oksd.writer.StoreFlusher;
import oks.oksd.writer.Submission;
import oks.oksd.writer.SubmissionResult;
import oks.oksd.writer.WriterLog;
import oks.openpgp.Certificate;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryLog;
import oks.recovery.Timeline;
import oks.store.CertificateStore;
import oks.store.Replay;
import oks.store.StoreOptions;
import oks.testing.FaultyDisk;
import oks.testing.SampleCertificates;

/**
 * A writer whose turns, clocks and disk belong to the test: real store, real recovery log, files of the log in memory.
 * What {@link #start} is not called for happens on the test's own thread.
 */
public final class Bench implements Closeable {
    public static final Path LOG_DIRECTORY = Path.of("/log");
    public static final DatabaseIdentity IDENTITY =
            new DatabaseIdentity("sample", new UUID(1, 2), Timeline.first(new UUID(3, 4)));
    public static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    public static final Duration UPLOAD_WAIT = Duration.ofSeconds(2);
    private static final long BOUND_SECONDS = 30;

    public final FaultyDisk disk = new FaultyDisk(7);
    public final Path directory;
    public final CertificateStore store;
    public final ServerState state;
    public final WriterLog log;
    public final StoreFlusher flusher;
    public final Committer committer;
    public final CompletableFuture<OperatorFault> fatal = new CompletableFuture<>();
    public final RecoveryLog recoveryLog;
    private volatile Instant now = Instant.parse("2026-11-22T10:49:02Z");
    private volatile long nanos = 1;
    private volatile OksdSettings.Recovery recovery =
            new OksdSettings.Recovery(LOG_DIRECTORY, RETRY_AFTER, 1L << 30, Duration.ofDays(300), 0);
    private int recoveries;

    public Bench(Path temporary) throws IOException {
        directory = temporary.resolve("bench");
        OksdSettings settings = OksdSettings.standard(temporary);
        store = CertificateStore.open(directory, StoreOptions.standard());
        recoveryLog = RecoveryLog.begin(
                new RecoveryDirectory(disk, LOG_DIRECTORY),
                IDENTITY,
                LogPosition.START,
                () -> now,
                new Random(1),
                "test");
        state = new ServerState(() -> now);
        state.started();
        log = new WriterLog(
                recoveryLog,
                new RecoveryDirectory(disk, LOG_DIRECTORY),
                new DatabaseDirectory(disk, Path.of("/db")),
                () -> recovery,
                state,
                () -> nanos);
        flusher = new StoreFlusher(store, settings::store, () -> nanos, fatal::complete);
        committer = new Committer(store, log, flusher, state, () -> settings, () -> nanos, fatal::complete);
    }

    /** Lets both clocks go on. */
    public void pass(Duration time) {
        now = now.plus(time);
        nanos = nanos + time.toNanos();
    }

    /** Other limits for the recovery files. */
    public void limits(long rotateSize, Duration rotateAge, long freeSpaceFloor) {
        recovery = new OksdSettings.Recovery(LOG_DIRECTORY, RETRY_AFTER, rotateSize, rotateAge, freeSpaceFloor);
    }

    public CompletableFuture<SubmissionResult> submit(long seed) {
        return submit(SampleCertificates.certificate(seed));
    }

    public CompletableFuture<SubmissionResult> submit(byte[] content) {
        CompletableFuture<SubmissionResult> outcome = new CompletableFuture<>();
        committer.submit(new Submission(Certificate.ofStored(content), "test", nanos + UPLOAD_WAIT.toNanos(), outcome));
        return outcome;
    }

    /** What waits is done: one command or one group, and what is due. */
    public void turn() {
        committer.turn(0);
    }

    /** Submits and lets the writer do it. */
    public SubmissionResult put(long seed) {
        CompletableFuture<SubmissionResult> outcome = submit(seed);
        turn();
        return answer(outcome);
    }

    /** Lets the writer turn until the answer is there, good or bad; who asks may be another thread. */
    public void turnUntilDone(CompletableFuture<?> answer) {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS); !answer.isDone(); turn()) {
            assertThat(System.nanoTime()).as("no answer").isLessThan(end);
        }
    }

    public <T> T turnFor(CompletableFuture<T> command) {
        turn();
        return answer(command);
    }

    /** The answer, which must come within a bounded time. */
    public static <T> T answer(CompletableFuture<T> future) {
        try {
            return future.get(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (ExecutionException e) {
            throw new AssertionError("answered with a failure", e.getCause());
        }
    }

    /** Why the future failed, which must happen within a bounded time. */
    public static Throwable failure(CompletableFuture<?> future) {
        try {
            Object answer = future.get(BOUND_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("answered with " + answer);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    public Holder holder(String by, Duration max) {
        return new Holder(
                by,
                Optional.of(0L),
                Optional.of(1),
                now,
                Optional.ofNullable(max).map(now::plus));
    }

    public void assertState(State expected, String... inReason) {
        assertThat(state.view().state()).isEqualTo(expected);
        for (String part : inReason) {
            assertThat(state.view().reason()).contains(part);
        }
    }

    /** From now on operations fail; {@code skipped} of them still succeed. */
    public void fail(FaultyDisk.Kind kind, int skipped, boolean persistent) {
        disk.plan(new FaultyDisk.Fault(kind, disk.operations() + skipped, persistent));
    }

    /**
     * The fingerprints that a new start finds in the recovery files after a crash; their digest is proved on the way.
     */
    public Set<String> recoveredAfter(FaultyDisk.Crash crash) throws IOException {
        FaultyDisk found = disk.after(crash, 11);
        Path replayed = directory.resolveSibling("recovered" + ++recoveries);
        try (CertificateStore recovered = CertificateStore.open(replayed, StoreOptions.standard());
                Replay replay = new Replay(recovered)) {
            new RecoveryDirectory(found, LOG_DIRECTORY)
                    .chain(IDENTITY.database(), Lsn.NONE)
                    .read(LogPosition.START, replay);
            replay.finish();
            assertThat(recovered.check(read -> {}).differences()).isEmpty();
            Set<String> fingerprints = new TreeSet<>();
            recovered.forEach(stored -> fingerprints.add(stored.fingerprint().toString()));
            return fingerprints;
        }
    }

    @Override
    public void close() throws IOException {
        flusher.release();
        flusher.close();
        store.close();
    }
}
