package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import oks.testing.FaultyDisk;
import oks.testing.FaultyDisk.Crash;
import oks.testing.FaultyDisk.Fault;
import oks.testing.FaultyDisk.Kind;
import oks.testing.FaultyDisk.PowerLost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * One workload, in which every operation on the disk fails in every way, once and persistently, and the power goes at
 * each of them; after each, the program is started again and what it had acknowledged must be there.
 */
final class EveryOperationFailsTest {
    private static final long SEED = 20261122;
    private static final int SEEDS = 3;
    private static final int SOON = 16;

    private final Map<String, Integer> points = new TreeMap<>();

    private interface Step {
        void run() throws IOException;
    }

    /** Appends, rotation, a fresh file, a clean stop; a start; a kill; a start that completes the log; a stop. */
    private static void workload(LoggedDatabase database, FaultyDisk disk) {
        if (!starts(database, disk)) {
            return;
        }
        step(() -> database.append(3));
        step(() -> database.append(1));
        step(database::heartbeat);
        step(() -> database.append(2));
        step(() -> database.rotate(Seal.Reason.ROTATED));
        step(() -> database.append(2));
        step(() -> database.append(1));
        step(database::moveToFreshFile);
        step(() -> database.append(2));
        step(() -> database.rotate(Seal.Reason.SIZE));
        step(() -> database.rotate(Seal.Reason.AGE)); // nothing to rotate
        step(database::stop);
        if (!starts(database, disk)) {
            return;
        }
        step(() -> database.append(2));
        step(() -> database.append(1)); // killed after this: the file stays unsealed
        if (!starts(database, disk)) {
            return;
        }
        step(() -> database.append(1));
        step(() -> database.rotate(Seal.Reason.PAUSED));
        step(() -> database.append(1));
        step(database::stop);
    }

    /** Carries out one step; a fault in it is reported and the program goes on, as oksd does. */
    private static void step(Step step) {
        try {
            step.run();
        } catch (IOException reported) {
            assertThat(reported.getMessage()).isNotBlank();
        }
    }

    /** A start that fails ends the program, and its supervisor starts it again. */
    private static boolean starts(LoggedDatabase database, FaultyDisk disk) {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                database.start(disk);
                return true;
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        return false;
    }

    private static int operationsOfTheWorkload() {
        FaultyDisk disk = new FaultyDisk(SEED);
        LoggedDatabase.History history = new LoggedDatabase.History();
        workload(new LoggedDatabase(history), disk);
        assertThat(history.acknowledged).hasSize(16);
        return disk.operations();
    }

    @Test
    void everyAcknowledgedChangeSurvivesAFaultAtAnyOperation(TestReporter reporter) {
        int operations = operationsOfTheWorkload();
        for (Kind kind : List.of(Kind.EIO, Kind.ENOSPC, Kind.SHORT_WRITE, Kind.LYING_SYNC)) {
            for (boolean persistent : List.of(false, true)) {
                for (int operation = 0; operation < operations; operation++) {
                    failAndCheck(new Fault(kind, operation, persistent));
                }
            }
        }
        publish(reporter, operations);
    }

    private void failAndCheck(Fault fault) {
        FaultyDisk disk = FaultyDisk.with(fault, SEED);
        LoggedDatabase.History history = new LoggedDatabase.History();
        describing(fault.toString(), disk, () -> workload(new LoggedDatabase(history), disk));
        if (!disk.fired()) {
            return;
        }
        disk.repair();
        for (Crash crash : Crash.values()) {
            count(fault.kind() + (fault.persistent() ? " persistently" : " once"));
            describing(fault + ", then " + crash, disk, () -> checkAfter(crash, disk, history.copy()));
        }
    }

    @Test
    void everyAcknowledgedChangeSurvivesPowerLossAtAnyOperationAndASecondOneDuringTheRecovery(TestReporter reporter)
            throws IOException {
        int operations = operationsOfTheWorkload();
        for (int operation = 0; operation < operations; operation++) {
            for (Crash crash : Crash.values()) {
                int seeds = crash == Crash.POWER_LOSS_KEEPS_SOME ? SEEDS : 1;
                for (int seed = 0; seed < seeds; seed++) {
                    loseTwice(new Fault(Kind.POWER_LOSS, operation, false), crash, SEED + seed);
                }
            }
        }
        publish(reporter, operations);
    }

    private void loseTwice(Fault fault, Crash crash, long seed) throws IOException {
        FaultyDisk disk = FaultyDisk.with(fault, seed);
        LoggedDatabase.History first = new LoggedDatabase.History();
        workloadUntilPowerLoss(disk, first);
        count("power loss");
        describing(fault + ", " + crash + ", seed " + seed, disk, () -> checkAfter(crash, disk, first.copy()));
        if (seed != SEED) {
            return; // one seed is enough for each pair of crashes
        }
        FaultyDisk measured = disk.after(crash, seed);
        startUntilPowerLoss(measured, first.copy());
        for (int second = 0; second <= measured.operations(); second++) {
            FaultyDisk rebooted = disk.after(crash, seed);
            rebooted.plan(new Fault(Kind.POWER_LOSS, second, false));
            describing(fault + ", " + crash + ", seed " + seed + ", again at operation " + second, rebooted, () -> {
                LoggedDatabase.History history = first.copy();
                startUntilPowerLoss(rebooted, history);
                count("power loss during recovery");
                checkAfter(crash, rebooted, history);
            });
        }
    }

    /** A fault leaves the log in a state of its own; the power may go at any of the operations that come next. */
    @Test
    void everyAcknowledgedChangeSurvivesPowerLossSoonAfterAFault(TestReporter reporter) {
        int operations = operationsOfTheWorkload();
        for (Kind kind : List.of(Kind.EIO, Kind.LYING_SYNC)) {
            for (int operation = 0; operation < operations; operation++) {
                for (int later = 1; later <= SOON; later++) {
                    failThenLosePower(new Fault(kind, operation, false), operation + later);
                }
            }
        }
        publish(reporter, operations);
    }

    private void failThenLosePower(Fault fault, int powerLoss) {
        FaultyDisk disk = FaultyDisk.with(fault, SEED);
        disk.planThen(new Fault(Kind.POWER_LOSS, powerLoss, false));
        LoggedDatabase.History history = new LoggedDatabase.History();
        workloadUntilPowerLoss(disk, history);
        if (!disk.lostPower()) {
            return;
        }
        for (Crash crash : Crash.values()) {
            count(fault.kind() + " once, then power loss");
            describing(
                    fault + ", power loss at operation " + powerLoss + ", then " + crash,
                    disk,
                    () -> checkAfter(crash, disk, history.copy()));
        }
    }

    private static void workloadUntilPowerLoss(FaultyDisk disk, LoggedDatabase.History history) {
        try {
            workload(new LoggedDatabase(history), disk);
        } catch (PowerLost expected) {
            assertThat(disk.fired()).isTrue();
        }
    }

    private static void startUntilPowerLoss(FaultyDisk disk, LoggedDatabase.History history) throws IOException {
        try {
            LoggedDatabase database = new LoggedDatabase(history);
            database.start(disk);
            database.append(2);
            database.rotate(Seal.Reason.ROTATED);
        } catch (PowerLost expected) {
            assertThat(disk.fired()).isTrue();
        }
    }

    /**
     * Crashes, starts, and holds what the log has against what was acknowledged; then the log must be of further use.
     */
    private static void checkAfter(Crash crash, FaultyDisk disk, LoggedDatabase.History history) throws IOException {
        FaultyDisk found = disk.after(crash, SEED);
        check(found, history, 1);
        LoggedDatabase database = new LoggedDatabase(history);
        database.start(found);
        database.append(1);
        database.stop();
        check(found.after(Crash.POWER_LOSS_KEEPS_NOTHING, SEED), history, 0);
    }

    private static void check(FaultyDisk disk, LoggedDatabase.History history, int others) throws IOException {
        List<Change> found = new ArrayList<>();
        Digest[] digest = {Digest.EMPTY};
        new RecoveryDirectory(disk, LoggedDatabase.DIRECTORY)
                .chain(LoggedDatabase.DATABASE, Lsn.NONE)
                .read(LogPosition.START, group -> {
                    for (Change change : group.changes()) {
                        digest[0] = change.appliedTo(digest[0]);
                        found.add(change);
                        assertThat(change.lsn().number()).as("no hole").isEqualTo(found.size());
                    }
                    assertThat(group.end().digest()).isEqualTo(digest[0]);
                });
        int acknowledged = history.acknowledged.size();
        assertThat(found).as("no acknowledged change is missing").hasSizeGreaterThanOrEqualTo(acknowledged);
        assertThat(texts(found.subList(0, acknowledged))).isEqualTo(texts(history.acknowledged));
        assertThat(groupsIn(texts(found.subList(acknowledged, found.size())), history))
                .as("groups that were tried, but not acknowledged")
                .isBetween(0, others);
    }

    /** How many whole groups that were tried these changes are; a change that was never tried fails. */
    private static int groupsIn(List<String> changes, LoggedDatabase.History history) {
        int groups = 0;
        for (int at = 0; at < changes.size(); groups++) {
            List<String> rest = changes.subList(at, changes.size());
            at += history.attempts.stream()
                    .map(EveryOperationFailsTest::texts)
                    .filter(group -> !group.isEmpty()
                            && group.size() <= rest.size()
                            && group.equals(rest.subList(0, group.size())))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("never tried, or a part of a group: " + rest))
                    .size();
        }
        return groups;
    }

    private static List<String> texts(List<Change> changes) {
        return changes.stream().map(LoggedDatabase::text).toList();
    }

    private static void describing(String what, FaultyDisk disk, Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            throw new AssertionError(what + "\n" + String.join("\n", disk.trace()), e);
        }
    }

    private void count(String what) {
        points.merge(what, 1, Integer::sum);
    }

    /** On standard output too: surefire does not show what a TestReporter gets. */
    private void publish(TestReporter reporter, int operations) {
        points.forEach((what, number) -> {
            String line = String.format(Locale.ROOT, "%d points (workload of %d operations)", number, operations);
            reporter.publishEntry(what, line);
            System.out.println("EveryOperationFailsTest: " + what + ": " + line);
        });
        assertThat(points.values()).allMatch(number -> number > 0);
    }
}
