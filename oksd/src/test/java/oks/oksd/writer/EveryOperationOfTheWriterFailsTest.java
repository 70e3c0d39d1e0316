package oks.oksd.writer;

import static oks.testing.SampleCertificates.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import oks.control.ControlRequest;
import oks.control.ControlStatus.State;
import oks.oksd.Bench;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.Seal;
import oks.testing.FaultyDisk;
import oks.testing.FaultyDisk.Crash;
import oks.testing.FaultyDisk.Fault;
import oks.testing.FaultyDisk.Kind;
import oks.testing.FaultyDisk.PowerLost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.slf4j.LoggerFactory;

/**
 * The whole writer with a disk that fails at each operation of one workload, in every way, once and persistently, or
 * loses power there. Whatever was acknowledged must be in the recovery files, deletions included, and the store must be
 * what they say. The log alone, with its start-up, goes through the same: oks.recovery.EveryOperationFailsTest.
 */
final class EveryOperationOfTheWriterFailsTest {
    private static final long SEED = 20261123;

    @TempDir(factory = InMemory.class)
    private Path temporary;

    private final Logger log = (Logger) LoggerFactory.getLogger("oks");
    private final Map<String, Integer> points = new TreeMap<>();
    private int benches;

    /**
     * The stores are made and thrown away by the hundred, and only the disk of the log is looked at: spare the real
     * one.
     */
    static final class InMemory implements TempDirFactory {
        private static final Path SHARED_MEMORY = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.isWritable(SHARED_MEMORY)
                    ? Files.createTempDirectory(SHARED_MEMORY, "oks")
                    : Files.createTempDirectory("oks");
        }
    }

    /** Hundreds of disks fail here, and each would be reported many times. */
    @BeforeEach
    void quiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    /** What clients were promised; what was tried in vain may be there or not. */
    private static final class Promised {
        private final Set<String> there = new TreeSet<>();
        private final Set<String> gone = new TreeSet<>();

        void tried(String fingerprint) {
            there.remove(fingerprint);
            gone.remove(fingerprint);
        }
    }

    /** Uploads, a deletion, rotations, a pause, a heartbeat, a second upload of what was deleted, a clean stop. */
    private static Promised workload(Bench bench) throws IOException {
        Promised promised = new Promised();
        try {
            put(bench, promised, 1);
            put(bench, promised, 2);
            bench.turnUntilDone(bench.committer.rotate(Seal.Reason.ROTATED));
            put(bench, promised, 3);
            delete(bench, promised, 2);
            bench.turnUntilDone(bench.committer.pause("a", bench.holder("oksctl", null)));
            bench.turnUntilDone(bench.committer.unpause("a"));
            put(bench, promised, 2);
            bench.pass(Duration.ofSeconds(2));
            bench.turn(); // a heartbeat
            delete(bench, promised, 1);
            bench.turnUntilDone(bench.committer.rotate(Seal.Reason.SNAPSHOT));
            put(bench, promised, 4);
            bench.pass(Bench.RETRY_AFTER);
            bench.turn(); // a try again, where something failed
            put(bench, promised, 5);
            stop(bench);
        } catch (PowerLost expected) {
            assertThat(bench.disk.lostPower()).isTrue();
        }
        return promised;
    }

    private static void put(Bench bench, Promised promised, long seed) {
        if (bench.disk.lostPower()) {
            return; // a command has swallowed that; nobody is promised anything any more
        }
        promised.tried(fingerprint(seed));
        CompletableFuture<SubmissionResult> outcome = bench.submit(seed);
        bench.turn();
        if (!outcome.isDone()) {
            bench.pass(Bench.UPLOAD_WAIT); // oksd is paused: told to come back later
        }
        bench.turnUntilDone(outcome);
        if (!outcome.isCompletedExceptionally()) {
            promised.there.add(fingerprint(seed));
        }
    }

    private static void delete(Bench bench, Promised promised, long seed) {
        if (bench.disk.lostPower()) {
            return;
        }
        String fingerprint = fingerprint(seed);
        promised.tried(fingerprint);
        CompletableFuture<?> deleted =
                CompletableFuture.runAsync(() -> new OperatorChanges(bench.committer, bench.store)
                        .delete(
                                new ControlRequest.Delete(Fingerprint.parse(fingerprint), "test", false),
                                new OperatorChangesTest.Alice()));
        bench.turnUntilDone(deleted);
        if (!deleted.isCompletedExceptionally()) {
            promised.gone.add(fingerprint);
        }
    }

    private static void stop(Bench bench) {
        try {
            bench.recoveryLog.close();
        } catch (IOException reported) {
            assertThat(reported.getMessage()).isNotBlank();
        }
    }

    /** What the workload asks of a disk that works. */
    private List<String> operations() throws IOException {
        try (Bench bench = next()) {
            int before = bench.disk.operations();
            Promised promised = workload(bench);
            assertThat(promised.there).hasSize(4);
            assertThat(promised.gone).containsExactly(fingerprint(1));
            bench.assertState(State.RUNNING);
            return bench.disk.trace().subList(before, bench.disk.operations());
        }
    }

    private Bench next() throws IOException {
        return new Bench(temporary.resolve("bench" + ++benches));
    }

    @Test
    void nothingAcknowledgedIsLostWhateverFails(TestReporter reporter) throws IOException {
        List<String> operations = operations();
        for (Kind kind : Kind.values()) {
            for (boolean persistent : kind == Kind.POWER_LOSS ? List.of(false) : List.of(false, true)) {
                for (int operation = 0; operation < operations.size(); operation++) {
                    if (concerns(kind, operations.get(operation))) {
                        failAndCheck(kind, operation, persistent);
                    }
                }
            }
        }
        points.forEach((what, number) -> {
            String line =
                    String.format(Locale.ROOT, "%d points (workload of %d operations)", number, operations.size());
            reporter.publishEntry(what, line);
            System.out.println("EveryOperationOfTheWriterFailsTest: " + what + ": " + line);
        });
        assertThat(points).hasSize(9);
    }

    /** Whether such a fault can happen there at all. */
    private static boolean concerns(Kind kind, String operation) {
        return switch (kind) {
            case SHORT_WRITE -> operation.contains(" write ");
            case LYING_SYNC -> operation.contains(" sync ");
            case POWER_LOSS, EIO, ENOSPC -> true;
        };
    }

    private void failAndCheck(Kind kind, int operation, boolean persistent) throws IOException {
        try (Bench bench = next()) {
            Fault fault = new Fault(kind, bench.disk.operations() + operation, persistent);
            bench.disk.plan(fault);
            Promised promised;
            try {
                promised = workload(bench);
                if (!bench.disk.fired()) {
                    return; // this operation is none that such a fault concerns
                }
                points.merge(kind + (persistent ? " persistently" : " once"), 1, Integer::sum);
                assertThat(bench.fatal).as("the store is not concerned").isNotDone();
                if (!bench.disk.lostPower()) {
                    assertThat(bench.store.position().digest())
                            .isEqualTo(bench.log.position().digest());
                }
                for (Crash crash : Crash.values()) {
                    check(bench.disk.after(crash, SEED), promised);
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(fault + "\n" + String.join("\n", bench.disk.trace()), e);
            }
        }
    }

    /** Replays the log as a start does, and compares. */
    private static void check(FaultyDisk disk, Promised promised) throws IOException {
        Set<String> found = new TreeSet<>();
        Digest[] digest = {Digest.EMPTY};
        long[] last = {0};
        new RecoveryDirectory(disk, Bench.LOG_DIRECTORY)
                .chain(Bench.IDENTITY.database(), Lsn.NONE)
                .read(LogPosition.START, group -> {
                    for (Change change : group.changes()) {
                        assertThat(change.lsn().number()).as("no hole").isEqualTo(++last[0]);
                        digest[0] = change.appliedTo(digest[0]);
                        apply(change, found);
                    }
                    assertThat(group.end().digest()).isEqualTo(digest[0]);
                });
        assertThat(found).containsAll(promised.there).allMatch(fingerprint -> !promised.gone.contains(fingerprint));
    }

    private static void apply(Change change, Set<String> found) {
        switch (change.kind()) {
            case PUT ->
                found.add(Fingerprint.of(((Change.Put) change).fingerprint()).toString());
            case DELETE ->
                found.remove(
                        Fingerprint.of(((Change.Delete) change).fingerprint()).toString());
            case POINT -> throw new AssertionError("nobody made one");
        }
    }
}
