package oks.e2e;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The power of an ext4 file system goes; the long version is qa/torture/run. */
class PowerCutIT {
    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    @TempDir
    private Path scratch;

    @Test
    void everythingAcknowledgedIsThereAfterThePowerWent(TestReporter reporter) throws Exception {
        Mount.requireLoop(scratch);
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).powerCut();
    }
}
