package oks.e2e;

import java.nio.file.Path;
import java.util.Random;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The clock is set back, by libfaketime; the long version is qa/torture/run. */
class ClockBackIT {
    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    @TempDir
    private Path scratch;

    @Test
    void namesStillSortAndNothingIsLost(TestReporter reporter) throws Exception {
        ExternalProgram.requireFile(DiskFaults.faketime(), "faketime");
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).clockSetBack();
    }
}
