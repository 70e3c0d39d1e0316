package oks.oksd.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import oks.control.ControlStatus.State;
import oks.control.Rotation;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.oksd.Bench;
import oks.oksd.LoggedLines;
import oks.openpgp.Fingerprint;
import oks.recovery.Lsn;
import oks.recovery.Seal;
import oks.testing.FaultyDisk.Crash;
import oks.testing.FaultyDisk.Kind;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PauseTest {
    @TempDir
    private Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        bench.put(1);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private Rotation pause(String key, Duration max) {
        return bench.turnFor(bench.committer.pause(key, bench.holder("oksctl " + key, max)));
    }

    private boolean unpause(String key) {
        return bench.turnFor(bench.committer.unpause(key));
    }

    @Test
    void aPauseCommitsEverythingRotatesAndSaysSo() {
        Rotation rotation = pause("a", null);

        assertThat(rotation.rotated()).isTrue();
        assertThat(rotation.lsn()).isEqualTo(1);
        assertThat(bench.flusher.flushed()).isEqualTo(new Lsn(1));
        bench.assertState(State.PAUSED, "paused by oksctl a");
    }

    @Test
    void nothingIsWrittenDuringAPauseHoweverLongItLasts() {
        pause("a", null);
        int before = bench.disk.operations();
        bench.submit(2);
        for (int i = 0; i < 100; i++) {
            bench.pass(Duration.ofMinutes(1));
            bench.turn();
        }
        assertThat(bench.disk.operations()).isEqualTo(before);
        assertThat(bench.store.get(Fingerprint.parse(SampleCertificates.fingerprint(1))))
                .as("lookups go on")
                .isPresent();
    }

    @Test
    void thePauseLastsUntilItsLastHolderHasGone() {
        pause("a", null);
        Rotation second = pause("b", null);
        assertThat(second.rotated()).isFalse();
        assertThat(second.reason()).isEqualTo("it is paused already");
        assertThat(bench.state.view().holders()).hasSize(2);
        AtomicBoolean changed = new AtomicBoolean();
        bench.flusher.unlessHeld(() -> changed.set(true));

        assertThat(unpause("a")).isTrue();
        bench.assertState(State.PAUSED, "paused by oksctl b");
        assertThat(unpause("a")).isFalse();
        assertThat(changed).as("the directory is kept still").isFalse();
        assertThat(unpause("b")).isTrue();
        assertThat(changed).isTrue();
        bench.assertState(State.RUNNING);
        assertThat(bench.put(2).result()).isEqualTo(SubmissionResult.Result.NEW);
    }

    @Test
    void aSecondSignalIsHarmless() {
        pause(ServerState.SIGNAL, null);
        int before = bench.disk.operations();
        assertThat(pause(ServerState.SIGNAL, null).rotated()).isFalse();
        assertThat(bench.disk.operations()).isEqualTo(before);
        assertThat(unpause(ServerState.SIGNAL)).isTrue();
        bench.assertState(State.RUNNING);
        assertThat(unpause(ServerState.SIGNAL)).as("a CONT too many").isFalse();
    }

    @Test
    void aPauseBySignalRemindsEveryMinuteAndOneByCommandDoesNot() {
        try (LoggedLines log = new LoggedLines(Pauses.class)) {
            pause("a", Duration.ofMinutes(30));
            bench.pass(Duration.ofMinutes(5));
            bench.turn();
            assertThat(log.lines()).noneMatch(line -> line.contains("still paused"));
            pause(ServerState.SIGNAL, null);
            for (int second = 0; second < 200; second++) {
                bench.pass(Duration.ofSeconds(1));
                bench.turn();
            }
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("still paused by signal"))
                    .hasSize(3)
                    .allMatch(line -> line.contains(
                            "kill -CONT " + ProcessHandle.current().pid()));
        }
    }

    @Test
    void aLeaseEndsAtItsLimit() {
        pause("a", Duration.ofMinutes(10));
        bench.pass(Duration.ofMinutes(10).minusMillis(1));
        bench.turn();
        bench.assertState(State.PAUSED);
        bench.pass(Duration.ofMillis(1));
        bench.turn();
        bench.assertState(State.RUNNING);
        assertThat(bench.put(2).result()).isEqualTo(SubmissionResult.Result.NEW);
        bench.flusher.flush(); // would hang if the store were still held
    }

    @Test
    void resumeEndsEveryPause() {
        pause("a", null);
        pause(ServerState.SIGNAL, null);
        assertThat(bench.turnFor(bench.committer.resume())).isTrue();
        bench.assertState(State.RUNNING);
        assertThat(bench.turnFor(bench.committer.resume()))
                .as("nothing to resume")
                .isFalse();
    }

    @Test
    void anUploadWaitsAWhileAndIsThenToldToComeBack() {
        pause("a", null);
        CompletableFuture<SubmissionResult> upload = bench.submit(2);
        bench.pass(Bench.UPLOAD_WAIT.minusMillis(1));
        bench.turn();
        assertThat(upload).isNotDone();
        bench.pass(Duration.ofMillis(1));
        bench.turn();
        assertThat(Bench.failure(upload)).isInstanceOfSatisfying(UnavailableException.class, unavailable -> {
            assertThat(unavailable).hasMessageContaining("paused");
            assertThat(unavailable.isOverload()).isFalse();
            assertThat(unavailable.retryAfterSeconds()).isPositive();
        });
    }

    @Test
    void anUploadGoesThroughWhenThePauseEndsInTime() {
        pause("a", null);
        CompletableFuture<SubmissionResult> upload = bench.submit(2);
        bench.pass(Duration.ofSeconds(1));
        bench.turn();
        unpause("a");
        bench.turn();
        assertThat(Bench.answer(upload).result()).isEqualTo(SubmissionResult.Result.NEW);
    }

    @Test
    void theRecoveryFileIsNotRotatedUnderWhoArchivesIt() {
        pause("a", null);
        CompletableFuture<Rotation> rotation = bench.committer.rotate(Seal.Reason.ROTATED);
        bench.turn();
        assertThat(Bench.failure(rotation)).isInstanceOfSatisfying(OperatorFault.class, fault -> {
            assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
            assertThat(fault.next()).contains("oksctl resume").contains("oksctl status");
        });
    }

    @Test
    void aPauseHoldsAlsoWhenTheRotationFails() throws IOException {
        bench.fail(Kind.EIO, 0, true);
        Rotation rotation = pause(ServerState.SIGNAL, null);

        assertThat(rotation.rotated()).isFalse();
        assertThat(rotation.reason()).contains("could not be rotated").contains("Input/output error");
        assertThat(bench.state.held()).isTrue();
        int before = bench.disk.operations();
        bench.pass(Bench.RETRY_AFTER);
        bench.turn();
        assertThat(bench.disk.operations())
                .as("no new try while the directory is kept still")
                .isEqualTo(before);
        assertThat(bench.recoveredAfter(Crash.KILL)).containsExactly(SampleCertificates.fingerprint(1));

        bench.disk.repair();
        unpause(ServerState.SIGNAL);
        bench.turn();
        assertThat(bench.state.view().state()).isIn(State.RUNNING, State.DEGRADED);
        assertThat(bench.put(2).lsn()).isEqualTo(new Lsn(2));
    }
}
