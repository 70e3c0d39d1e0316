package oks.oksd.writer;

import static oks.testing.SampleCertificates.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** doc/architecture.md, "What happens on each fault": each rule with the whole writer around it. */
final class WriterLogTest {
    private static final int WRITE = 0;
    private static final int FORCE = 1;

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

    private void assertRefused(CompletableFuture<SubmissionResult> upload) {
        assertThat(Bench.failure(upload))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        unavailable -> assertThat(unavailable.isOverload()).isFalse());
    }

    private void retry() {
        bench.pass(Bench.RETRY_AFTER);
        bench.turn();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ENOSPC", "SHORT_WRITE", "EIO"})
    void whatCannotBeWrittenIsRefusedUntilTheDiskWorksAgain(Kind kind) throws IOException {
        bench.fail(kind, WRITE, true);
        CompletableFuture<SubmissionResult> upload = bench.submit(2);
        bench.turn();

        assertRefused(upload);
        bench.assertState(State.PAUSED, "recovery file", kind == Kind.ENOSPC ? "No space left" : "Input/output error");
        assertThat(bench.store.get(Fingerprint.parse(fingerprint(1))))
                .as("lookups go on")
                .isPresent();
        assertThat(bench.store.get(Fingerprint.parse(fingerprint(2)))).isEmpty();
        retry();
        bench.assertState(State.PAUSED);

        bench.disk.repair();
        CompletableFuture<SubmissionResult> waiting = bench.submit(3);
        bench.pass(Bench.UPLOAD_WAIT.dividedBy(2));
        bench.turn();
        assertThat(waiting).as("not before the retry is due").isNotDone();
        bench.pass(Bench.RETRY_AFTER);
        CompletableFuture<SubmissionResult> later = bench.submit(4);
        bench.turn(); // tries again, and works
        bench.turn();
        assertThat(Bench.answer(later).lsn().number()).isBetween(2L, 3L);
        assertThat(bench.state.view().state()).isIn(State.RUNNING, State.DEGRADED); // EIO concerns the truncation, too
        assertThat(bench.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING)).contains(fingerprint(1), fingerprint(4));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"EIO", "LYING_SYNC"})
    void aFailedForceGoesOnInAFreshFileAndStaysDegraded(Kind kind) throws IOException {
        String suspect = bench.log.file().toString();
        bench.fail(kind, FORCE, false);
        CompletableFuture<SubmissionResult> upload = bench.submit(2);
        bench.turn();

        assertThat(Bench.answer(upload)).isEqualTo(SubmissionResult.of(SubmissionResult.Result.NEW, new Lsn(2)));
        assertThat(bench.log.file().toString()).isGreaterThan(suspect);
        bench.assertState(State.DEGRADED, suspect, "oksctl resume");
        assertThat(bench.flusher.flushed()).as("the store is flushed").isEqualTo(new Lsn(2));
        assertThat(bench.put(3).lsn()).isEqualTo(new Lsn(3));
        for (Crash crash : Crash.values()) {
            assertThat(bench.recoveredAfter(crash))
                    .containsExactlyInAnyOrder(fingerprint(1), fingerprint(2), fingerprint(3));
        }

        assertThat(bench.turnFor(bench.committer.resume())).isTrue();
        bench.assertState(State.RUNNING);
    }

    @Test
    void theEndOfAPauseDoesNotHideADegradedState() {
        bench.fail(Kind.EIO, FORCE, false);
        bench.put(2);
        bench.turnFor(bench.committer.pause(ServerState.SIGNAL, bench.holder("signal USR1", null)));
        bench.assertState(State.PAUSED);
        bench.turnFor(bench.committer.resume());
        bench.assertState(State.DEGRADED, "oksctl resume");
        bench.turnFor(bench.committer.resume());
        bench.assertState(State.RUNNING);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"EIO", "LYING_SYNC"})
    void whenTheFreshFileFailsTooUploadsPauseAndALaterFileTakesThem(Kind kind) throws IOException {
        bench.fail(kind, FORCE, true);
        CompletableFuture<SubmissionResult> upload = bench.submit(2);
        bench.turn();
        assertRefused(upload);
        bench.assertState(State.PAUSED);
        retry();
        bench.assertState(State.PAUSED);

        bench.disk.repair();
        retry();
        bench.assertState(State.DEGRADED, "oksctl resume");
        assertThat(bench.put(3).lsn()).isEqualTo(new Lsn(2));
        assertThat(bench.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING))
                .containsExactlyInAnyOrder(fingerprint(1), fingerprint(3));
    }

    @Test
    void whicheverOperationOfARotationFailsTheOldFileStaysAndALaterTryWorks() throws IOException {
        int points = 0;
        for (boolean reached = true; reached; points++) {
            try (Bench rotating = new Bench(temporary.resolve("point" + points))) {
                rotating.put(1);
                rotating.fail(Kind.EIO, points, false);
                CompletableFuture<Rotation> rotation = rotating.committer.rotate(Seal.Reason.ROTATED);
                rotating.turn();
                reached = rotating.disk.fired();
                rotating.disk.repair();
                if (rotation.isCompletedExceptionally()) {
                    rotating.assertState(State.PAUSED, "recovery file");
                    assertThat(Bench.failure(rotation)).isInstanceOfSatisfying(OperatorFault.class, fault -> {
                        assertThat(fault.code()).isEqualTo(ExitCode.FAILED);
                        assertThat(fault.next()).contains("every 10 s");
                    });
                }
                rotating.pass(Bench.RETRY_AFTER);
                rotating.turn();
                assertThat(rotating.state.view().state())
                        .as("operation %d", points)
                        .isIn(State.RUNNING, State.DEGRADED);
                assertThat(rotating.put(2).lsn()).isEqualTo(new Lsn(2));
                assertThat(rotating.log.file().ordinal()).isGreaterThan(1);
                assertThat(rotating.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING))
                        .containsExactlyInAnyOrder(fingerprint(1), fingerprint(2));
            }
        }
        assertThat(points).isGreaterThan(8);
    }

    @Test
    void aRotationThatKeepsFailingPausesAgainAndAgain() {
        String file = bench.log.file().toString();
        bench.fail(Kind.EIO, 0, true);
        CompletableFuture<Rotation> rotation = bench.committer.rotate(Seal.Reason.ROTATED);
        bench.turn();
        assertThat(Bench.failure(rotation))
                .isInstanceOfSatisfying(
                        OperatorFault.class, fault -> assertThat(fault.kept()).contains(file));
        for (int i = 0; i < 3; i++) {
            retry();
            bench.assertState(State.PAUSED, "recovery file");
            assertThat(bench.log.file()).hasToString(file);
        }
        bench.disk.repair();
        bench.turn();
        bench.assertState(State.PAUSED); // not before the retry is due
        retry();
        bench.assertState(State.RUNNING);
        assertThat(bench.log.file().ordinal())
                .as("the rotation that was asked for")
                .isEqualTo(2);
    }

    @Test
    void littleFreeSpacePausesBeforeTheDiskIsFull() {
        bench.limits(1L << 30, Duration.ofDays(300), 1L << 41); // the disk has 1 TiB free
        bench.pass(Duration.ofSeconds(2));
        bench.turn();
        bench.assertState(State.PAUSED, "recovery.free_space_floor");
        CompletableFuture<SubmissionResult> upload = bench.submit(2);
        bench.pass(Bench.UPLOAD_WAIT);
        bench.turn();
        assertRefused(upload);

        long before = bench.log.position().length();
        retry();
        assertThat(bench.log.position().length())
                .as("a retry does not eat the space that is left")
                .isEqualTo(before);
        bench.limits(1L << 30, Duration.ofDays(300), 0);
        retry();
        bench.assertState(State.RUNNING);
        assertThat(bench.put(3).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(bench.disk.trace())
                .as("both disks")
                .anySatisfy(operation -> assertThat(operation).endsWith("usable bytes log"))
                .anySatisfy(operation -> assertThat(operation).endsWith("usable bytes db"));
    }

    @Test
    void exactlyTheFloorIsEnough() {
        bench.limits(1L << 30, Duration.ofDays(300), 1L << 40); // the disk has 1 TiB free
        bench.pass(Duration.ofSeconds(2));
        bench.turn();
        bench.assertState(State.RUNNING);
    }

    /** A fast stream of uploads could fill the disk between two looks. */
    @Test
    void aGroupThatWouldLeaveTooLittleSpaceIsNotWrittenEvenBeforeTheNextLook() {
        bench.limits(1L << 30, Duration.ofDays(300), (1L << 40) - 100_000); // the disk has 1 TiB free
        String[] userIds =
                IntStream.range(0, 60).mapToObj(i -> i + "x".repeat(1900)).toArray(String[]::new);
        CompletableFuture<SubmissionResult> large = bench.submit(SampleCertificates.withUserIds(2, userIds));
        bench.turn();

        assertRefused(large);
        bench.assertState(State.PAUSED, "recovery.free_space_floor");
    }

    @Test
    void filesAreRotatedBySizeAndByAgeButOnlyWithChangesInThem() {
        bench.limits(1L << 30, Duration.ofHours(1), 0);
        bench.pass(Duration.ofHours(1));
        bench.turn();
        assertThat(bench.log.file().ordinal()).isEqualTo(2);
        bench.pass(Duration.ofHours(5));
        bench.turn();
        assertThat(bench.log.file().ordinal()).as("nothing was written").isEqualTo(2);

        bench.limits(6000, Duration.ofDays(300), 0);
        for (long seed = 2; bench.log.file().ordinal() == 2 && seed < 20; seed++) {
            bench.put(seed);
        }
        assertThat(bench.log.file().ordinal()).isEqualTo(3);
    }

    @Test
    void aSecondAfterTheLastGroupAnEmptyOneProvesItDurable() {
        long before = bench.log.position().length();
        bench.pass(Duration.ofMillis(1001));
        bench.turn();
        long after = bench.log.position().length();
        assertThat(after).isGreaterThan(before);
        bench.pass(Duration.ofHours(1));
        bench.turn();
        assertThat(bench.log.position().length()).as("once").isEqualTo(after);
    }
}
