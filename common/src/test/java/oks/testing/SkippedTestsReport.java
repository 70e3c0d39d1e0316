package oks.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints what {@link SkippedTests} noted in all modules: the build's last step, so that nobody has to look into
 * reports.
 */
public final class SkippedTestsReport {
    private SkippedTestsReport() {}

    /** @param args the project's root directory */
    public static void main(String[] args) throws IOException {
        List<String> skipped;
        try (Stream<Path> files = Files.find(
                Path.of(args[0]),
                5,
                (file, attributes) ->
                        attributes.isRegularFile() && file.getParent().endsWith(Path.of("target", "skipped-tests")))) {
            skipped = files.sorted().flatMap(SkippedTestsReport::read).toList();
        }
        if (!skipped.isEmpty()) {
            System.out.println("skipped tests: " + skipped.size());
            skipped.forEach(line -> System.out.println("  " + line));
        }
    }

    private static Stream<String> read(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
