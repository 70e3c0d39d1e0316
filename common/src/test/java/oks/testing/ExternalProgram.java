package oks.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** Programs that tests use when the machine has them. */
public final class ExternalProgram {
    private ExternalProgram() {}

    /**
     * The program's path. Without it the test is skipped, naming the program and how to get it; where
     * {@code -Doks.skips=forbidden} is set (as continuous integration does), the test fails instead.
     */
    public static Path require(String program, String debianPackage) {
        Optional<Path> found = find(program);
        if (found.isPresent()) {
            return found.get();
        }
        String message = "needs the program \"" + program + "\": apt-get install " + debianPackage;
        if (System.getProperty("oks.skips", "allowed").equals("forbidden")) {
            return fail(message);
        }
        return abort(message);
    }

    private static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Stream.of(path.split(":"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
