package oks.e2e;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Full disks, each a small tmpfs of its own; the long version is qa/torture/run. */
class DiskFullIT {
    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    @TempDir
    private Path scratch;

    @Test
    void uploadsPauseWhileTheRecoveryDiskIsFullAndGoOnAfterwards(TestReporter reporter) throws Exception {
        Mount.requireTmpfs(scratch);
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).recoveryDiskFull();
    }

    @Test
    void aRotationThatFailsPausesAndIsTriedAgainUntilItWorks(TestReporter reporter) throws Exception {
        Mount.requireTmpfs(scratch);
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).rotationFails();
    }

    @Test
    void uploadsPauseBeforeTheDiskIsFull(TestReporter reporter) throws Exception {
        Mount.requireTmpfs(scratch);
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).freeSpaceFloor();
    }

    @Test
    void aStoreThatCannotWriteEndsOksdAndItsNextStartReplays(TestReporter reporter) throws Exception {
        Mount.requireTmpfs(scratch);
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).storeDiskFull();
    }
}
