package oks.oksd.writer;

import static oks.testing.SampleCertificates.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import oks.control.ControlStatus.State;
import oks.control.Rotation;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.oksd.Bench;
import oks.openpgp.Fingerprint;
import oks.recovery.Lsn;
import oks.recovery.Seal;
import oks.testing.FaultyDisk.Crash;
import oks.testing.FaultyDisk.Kind;
import oks.testing.FaultyDisk.PowerLost;
import oks.testing.SampleCertificates;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of a change, and that every one who asks is answered. What a failing disk does: WriterLogTest. */
final class CommitterTest {
    @TempDir
    private Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void acknowledgedMeansDurableAppliedAndVisible() throws IOException {
        CompletableFuture<SubmissionResult> outcome = bench.submit(1);
        assertThat(outcome).isNotDone();
        bench.turn();

        assertThat(Bench.answer(outcome)).isEqualTo(SubmissionResult.of(SubmissionResult.Result.NEW, new Lsn(1)));
        assertThat(bench.store.get(Fingerprint.parse(fingerprint(1)))).isPresent();
        assertThat(bench.committer.logView().position().last()).isEqualTo(new Lsn(1));
        assertThat(bench.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING)).containsExactly(fingerprint(1));
    }

    @Test
    void noPowerLossTakesAnAcknowledgedCertificate() throws IOException {
        int points = 0;
        for (boolean reached = true; reached; points++) {
            try (Bench losing = new Bench(temporary.resolve("point" + points))) {
                losing.fail(Kind.POWER_LOSS, points, true);
                Set<String> acknowledged = putAndRotateUntilPowerLoss(losing);
                reached = losing.disk.fired();
                assertThat(losing.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING))
                        .as("power lost at operation %d", points)
                        .containsAll(acknowledged);
                assertThat(losing.recoveredAfter(Crash.POWER_LOSS_KEEPS_SOME)).containsAll(acknowledged);
            }
        }
        assertThat(points).isGreaterThan(10);
    }

    private static Set<String> putAndRotateUntilPowerLoss(Bench losing) {
        Set<String> acknowledged = new TreeSet<>();
        try {
            for (long seed = 1; seed <= 4; seed++) {
                losing.put(seed);
                acknowledged.add(fingerprint(seed));
                if (seed == 2) {
                    CompletableFuture<Rotation> rotation = losing.committer.rotate(Seal.Reason.ROTATED);
                    losing.turn();
                    if (rotation.isCompletedExceptionally()) {
                        break;
                    }
                }
            }
        } catch (PowerLost e) {
            assertThat(acknowledged).hasSizeLessThan(4);
        }
        return acknowledged;
    }

    @Test
    void whatWaitsTogetherIsOneGroup() {
        List<CompletableFuture<SubmissionResult>> outcomes = new ArrayList<>();
        for (long seed = 1; seed <= 20; seed++) {
            outcomes.add(bench.submit(seed));
        }
        int before = bench.disk.operations();
        bench.turn();

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isCompleted());
        assertThat(bench.disk.operations() - before).as("one write, one sync").isEqualTo(2);
    }

    /** 40 updates of some hundred bytes each rewrite a certificate of nearly a megabyte 40 times. */
    @Test
    void aGroupIsBoundedByWhatItWritesAndACommandDoesNotWaitForTheNext() throws IOException {
        String[] userIds =
                IntStream.range(0, 450).mapToObj(i -> i + "x".repeat(1900)).toArray(String[]::new);
        byte[] large = SampleCertificates.withUserIds(1, userIds);
        bench.submit(large);
        List<CompletableFuture<SubmissionResult>> updates = new ArrayList<>();
        for (int update = 0; update < 40; update++) {
            updates.add(bench.submit(SampleCertificates.updated(1, update)));
        }
        long longest = 0;
        for (int groups = 0; updates.stream().anyMatch(update -> !update.isDone()); groups++) {
            long before = bench.log.position().length();
            bench.turn();
            longest = Math.max(longest, bench.log.position().length() - before);
            assertThat(updates.stream().filter(CompletableFuture::isDone).count())
                    .isLessThan(20L * (groups + 1));
            bench.turnFor(bench.committer.between(() -> true)); // at once, though submissions wait
        }
        assertThat(longest).isBetween(GroupBuilder.ENOUGH_BYTES, GroupBuilder.ENOUGH_BYTES + large.length * 2L);
        for (int update = 0; update < 40; update++) {
            assertThat(Bench.answer(updates.get(update)).lsn())
                    .as("in the order they came")
                    .isEqualTo(new Lsn(2 + update));
        }
        assertThat(bench.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING)).containsExactly(fingerprint(1));
    }

    @Test
    void whatWaitsForTheNextGroupIsAnsweredWhenTheServerStops() throws Exception {
        String[] userIds =
                IntStream.range(0, 450).mapToObj(i -> i + "x".repeat(1900)).toArray(String[]::new);
        bench.submit(SampleCertificates.withUserIds(1, userIds));
        List<CompletableFuture<SubmissionResult>> updates = new ArrayList<>();
        for (int update = 0; update < 25; update++) {
            updates.add(bench.submit(SampleCertificates.updated(1, update)));
        }
        bench.committer.start();
        bench.committer.stop();
        assertThat(updates)
                .allSatisfy(
                        update -> assertThat(Bench.answer(update).result()).isEqualTo(SubmissionResult.Result.MERGED));
    }

    @Test
    void aRotationSaysWhatItSealedOrThatNothingWasWritten() {
        Rotation nothing = bench.turnFor(bench.committer.rotate(Seal.Reason.ROTATED));
        assertThat(nothing.rotated()).isFalse();
        assertThat(nothing.reason()).isEqualTo("nothing was written");

        bench.put(1);
        String before = bench.log.file().toString();
        Rotation rotation = bench.turnFor(bench.committer.rotate(Seal.Reason.ROTATED));
        assertThat(rotation).isEqualTo(Rotation.done(before, 1, bench.log.file().toString(), 1));
        assertThat(rotation.file()).isGreaterThan(before);
        assertThat(bench.committer.logView().file())
                .as("seen by the next status")
                .isEqualTo(bench.log.file());
    }

    @Test
    void aDumpLeavesNothingThatIsOnlyInMemory() {
        bench.put(1);
        CompletableFuture<Rotation> dump = bench.committer.dump();
        bench.turn();
        assertThat(Bench.answer(dump).rotated()).isTrue();
        assertThat(bench.flusher.flushed()).isEqualTo(new Lsn(1));
    }

    @Test
    void theStoreIsFlushedWhenItsOldestChangeIsOldEnough() {
        bench.put(1);
        bench.pass(Duration.ofSeconds(59));
        bench.turn();
        assertThat(bench.flusher.flushed()).isEqualTo(Lsn.NONE);
        bench.pass(Duration.ofSeconds(1));
        bench.turn();
        bench.flusher.close(); // waits for the flusher
        assertThat(bench.flusher.flushed()).isEqualTo(new Lsn(1));
    }

    @Test
    void everybodyIsAnsweredWhenTheServerStops() throws Exception {
        List<CompletableFuture<SubmissionResult>> outcomes = new ArrayList<>();
        for (long seed = 1; seed <= 50; seed++) {
            outcomes.add(bench.submit(seed));
        }
        CompletableFuture<Rotation> rotation = bench.committer.rotate(Seal.Reason.ROTATED);
        bench.committer.start();
        bench.committer.stop();

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isCompleted());
        assertThat(rotation).isCompleted();
        assertThat(bench.store.certificates()).isEqualTo(50);
        assertThat(Bench.failure(bench.submit(51))).hasMessageContaining("stopping");
        assertThat(Bench.failure(bench.committer.resume())).hasMessageContaining("stopping");
        assertThatThrownBy(() -> WriterAnswer.of(bench.committer.dump()))
                .isInstanceOfSatisfying(
                        OperatorFault.class, fault -> assertThat(fault.code()).isEqualTo(ExitCode.BUSY));
        assertThat(bench.fatal).isNotDone();
    }

    @Test
    void aStopEndsAPauseAndWritesWhatWaited() throws Exception {
        bench.committer.start();
        Bench.answer(bench.committer.pause("a", bench.holder("oksctl", null)));
        CompletableFuture<SubmissionResult> waiting = bench.submit(1);
        bench.committer.stop();

        assertThat(Bench.answer(waiting).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(bench.state.view().state()).isEqualTo(State.STOPPING);
        assertThat(bench.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING)).containsExactly(fingerprint(1));
    }

    @Test
    void aStoreThatFailedEndsTheWriterAndStillAnswersEverybody() throws Exception {
        bench.put(1);
        FileUtils.deleteDirectory(bench.directory.toFile());
        assertThatThrownBy(bench.flusher::flush).isInstanceOf(OperatorFault.class);
        bench.pass(Duration.ofSeconds(1));
        CompletableFuture<SubmissionResult> first = bench.submit(2);
        CompletableFuture<Rotation> command = bench.committer.rotate(Seal.Reason.ROTATED);
        bench.committer.start();

        assertThat(Bench.answer(bench.fatal).what()).contains("could not write its files");
        assertThat(Bench.failure(first)).isInstanceOf(UnavailableException.class);
        bench.committer.stop(); // returns
        assertThat(command).isDone();
        assertThat(Bench.failure(bench.submit(3))).isInstanceOf(UnavailableException.class);
    }
}
