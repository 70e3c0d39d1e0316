package oks.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Notes every test that was skipped, with its reason, in the directory that the system property {@code oks.skipped}
 * names: a file for each class that has any, made anew whenever the class is run, for several processes run the classes
 * of a module. {@link SkippedTestsReport} prints the notes of all modules.
 */
public final class SkippedTests implements TestExecutionListener {
    private final Map<String, Set<String>> skipped = new TreeMap<>();

    /** For the service loader. */
    public SkippedTests() {}

    @Override
    public void executionStarted(TestIdentifier test) {
        test.getSource().filter(ClassSource.class::isInstance).ifPresent(source -> begin(className(test)));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            add(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason is given"));
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        executionStarted(test);
        add(test, reason);
    }

    private synchronized void begin(String type) {
        skipped.put(type, new TreeSet<>());
        note(type);
    }

    private synchronized void add(TestIdentifier test, String reason) {
        String type = className(test);
        skipped.computeIfAbsent(type, first -> new TreeSet<>()).add(name(test) + ": " + reason.replace('\n', ' '));
        note(type);
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .flatMap(source -> source instanceof MethodSource method
                        ? Optional.of(method.getClassName() + "." + method.getMethodName())
                        : source instanceof ClassSource type ? Optional.of(type.getClassName()) : Optional.empty())
                .orElse(test.getDisplayName());
    }

    private static String className(TestIdentifier test) {
        return test.getSource()
                .flatMap(source -> source instanceof MethodSource method
                        ? Optional.of(method.getClassName())
                        : source instanceof ClassSource type ? Optional.of(type.getClassName()) : Optional.empty())
                .orElse("others");
    }

    private void note(String type) {
        String directory = System.getProperty("oks.skipped", "");
        if (directory.isEmpty()) {
            return; // not run by the build
        }
        Path file = Path.of(directory, type);
        try {
            if (skipped.get(type).isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                Files.createDirectories(file.getParent());
                Files.write(file, skipped.get(type));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
