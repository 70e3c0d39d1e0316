package oks.oksd.writer;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.oksd.Bench;
import oks.openpgp.Fingerprint;
import oks.openpgp.ParsedUpload.Reason;
import oks.recovery.Tombstone;
import oks.testing.FaultyDisk.Crash;
import oks.testing.FaultyDisk.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OperatorChangesTest {
    private static final Fingerprint ONE = Fingerprint.parse(fingerprint(1));

    @TempDir
    private Path temporary;

    private Bench bench;
    private OperatorChanges changes;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        changes = new OperatorChanges(bench.committer, bench.store);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    /** Gives a command on another thread, as the control server does, and lets the writer do it. */
    private <T> T carriedOut(Supplier<T> command) {
        CompletableFuture<T> answer =
                CompletableFuture.supplyAsync(command, task -> new Thread(task, "command").start());
        while (!answer.isDone()) {
            bench.committer.turn(1);
        }
        try {
            return answer.join();
        } catch (java.util.concurrent.CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private ControlResults.Deleted delete(boolean block) {
        return carriedOut(
                () -> changes.delete(new ControlRequest.Delete(ONE, "asked by its owner", block), new Alice()));
    }

    private OperatorFault refusal(Supplier<?> command) {
        return catchThrowableOfType(OperatorFault.class, () -> carriedOut(command));
    }

    @Test
    void whatIsDeletedIsGoneWithItsIndexAndWhoAndWhyStay() throws IOException {
        bench.put(1);
        bench.put(2);
        assertThat(Json.STANDARD.tree(delete(false)).toString())
                .isEqualTo("{\"lsn\":3,\"fingerprint\":\"" + ONE + "\",\"deleted\":true,\"blocked\":false}");

        assertThat(bench.store.get(ONE)).isEmpty();
        Tombstone left = bench.store.tombstone(ONE).orElseThrow();
        assertThat(left.by()).isEqualTo("alice (uid 1000)");
        assertThat(left.reason()).isEqualTo("asked by its owner");
        assertThat(bench.store.check(read -> {}).differences()).isEmpty();
        assertThat(bench.recoveredAfter(Crash.POWER_LOSS_KEEPS_NOTHING)).containsExactly(fingerprint(2));
        assertThat(bench.put(1).result()).isEqualTo(SubmissionResult.Result.NEW);
    }

    @Test
    void aBlockHoldsUntilItIsTakenBackAlsoWhenItComesAfterTheDeletion() {
        bench.put(1);
        delete(false);
        assertThat(delete(true).deleted()).isFalse();
        assertThat(bench.put(1).reason()).isEqualTo(Reason.BLOCKED);

        carriedOut(() -> changes.unblock(new ControlRequest.Unblock(ONE), new Alice()));
        assertThat(bench.put(1).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(bench.store.tombstone(ONE).orElseThrow().reason()).isEqualTo("asked by its owner");
        assertThat(bench.store.check(read -> {}).differences()).isEmpty();
    }

    @Test
    void whatCannotBeDeletedOrUnblockedIsSaidAndNothingChanges() {
        OperatorFault unknown = refusal(() -> changes.delete(new ControlRequest.Delete(ONE, "x", true), new Alice()));
        assertThat(unknown.what()).isEqualTo("no certificate " + ONE + " is stored");
        bench.put(1);
        delete(true);
        OperatorFault again = refusal(() -> changes.delete(new ControlRequest.Delete(ONE, "x", true), new Alice()));
        assertThat(again.what()).contains("was deleted already", "by alice (uid 1000)");
        Fingerprint two = Fingerprint.parse(fingerprint(2));
        OperatorFault free = refusal(() -> changes.unblock(new ControlRequest.Unblock(two), new Alice()));
        assertThat(free.what()).isEqualTo("certificate " + two + " is not blocked");
        assertThat(bench.log.position().last().number()).isEqualTo(2);
    }

    @Test
    void aRestorePointIsAChangeOfItsOwn() {
        bench.put(1);
        ControlResults.Point point = carriedOut(() -> changes.point(new ControlRequest.Point("before the load")));
        assertThat(point.lsn()).isEqualTo(2);
        assertThat(bench.store.position().last().number()).isEqualTo(2);
    }

    @Test
    void nothingIsChangedWhilePausedOrWhenTheDiskFails() {
        bench.put(1);
        bench.turnFor(bench.committer.pause("test", bench.holder("oksctl", null)));
        OperatorFault paused = refusal(() -> changes.point(new ControlRequest.Point("now")));
        assertThat(paused.code()).isEqualTo(ExitCode.BUSY);
        bench.turnFor(bench.committer.resume());

        bench.fail(Kind.ENOSPC, 0, true);
        OperatorFault full = refusal(() -> changes.delete(new ControlRequest.Delete(ONE, "x", false), new Alice()));
        assertThat(full.code()).isEqualTo(ExitCode.BUSY);
        assertThat(bench.store.get(ONE).orElseThrow().content()).isEqualTo(certificate(1));
    }

    record Alice() implements ControlPeer {
        @Override
        public long uid() {
            return 1000;
        }

        @Override
        public long gid() {
            return 1000;
        }

        @Override
        public int pid() {
            return 4711;
        }

        @Override
        public Optional<String> user() {
            return Optional.of("alice");
        }

        @Override
        public boolean closed() {
            return false;
        }

        @Override
        public void onClose(Runnable action) {}
    }
}
