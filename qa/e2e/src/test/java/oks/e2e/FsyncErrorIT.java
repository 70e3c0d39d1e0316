package oks.e2e;

import java.nio.file.Path;
import java.util.Random;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** An fdatasync that fails, by strace; the long version is qa/torture/run. */
class FsyncErrorIT {
    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    @TempDir
    private Path scratch;

    @Test
    void uploadsGoOnInAFreshFileAndNothingIsLost(TestReporter reporter) throws Exception {
        ExternalProgram.require("strace", "strace");
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).forceFails();
    }

    @Test
    void aStartThatCannotForceEndsAndTheNextOneGoesOn(TestReporter reporter) throws Exception {
        ExternalProgram.require("strace", "strace");
        reporter.publishEntry("seed", Long.toString(SEED));
        new DiskFaults(scratch, new Random(SEED)).startFails();
    }
}
