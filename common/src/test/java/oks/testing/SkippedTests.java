package oks.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Notes every test that was skipped, with its reason, in the file that the system property {@code oks.skipped} names;
 * {@link SkippedTestsReport} prints the notes of all modules.
 */
public final class SkippedTests implements TestExecutionListener {
    private final TreeSet<String> lines = new TreeSet<>();

    /** For the service loader. */
    public SkippedTests() {}

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            add(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason is given"));
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        add(test, reason);
    }

    private synchronized void add(TestIdentifier test, String reason) {
        lines.add(name(test) + ": " + reason.replace('\n', ' '));
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .flatMap(source -> source instanceof MethodSource method
                        ? Optional.of(method.getClassName() + "." + method.getMethodName())
                        : source instanceof ClassSource type ? Optional.of(type.getClassName()) : Optional.empty())
                .orElse(test.getDisplayName());
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan plan) {
        String file = System.getProperty("oks.skipped", "");
        if (file.isEmpty()) {
            return; // not run by the build
        }
        try {
            Files.createDirectories(Path.of(file).getParent());
            Files.write(Path.of(file), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
