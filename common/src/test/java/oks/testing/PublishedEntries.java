package oks.testing;

import java.io.PrintStream;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Prints what tests publish, such as how many combinations they tried and with which seed: Maven's runner keeps it to
 * itself. JUnit finds this class by its service file.
 */
public final class PublishedEntries implements TestExecutionListener {
    private final PrintStream out = System.out;

    /** For JUnit. */
    public PublishedEntries() {}

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        entry.getKeyValuePairs().forEach((what, counted) -> out.println("[" + what + "] " + counted));
    }
}
