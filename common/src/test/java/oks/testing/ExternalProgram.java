package oks.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Programs and files of the machine that some tests need. A test without them is skipped by name and says what brings
 * them; with the system property {@code oks.skips=forbidden} it fails, so that nothing goes untested unseen.
 */
public final class ExternalProgram {
    private ExternalProgram() {}

    /** The program's path, or the test ends here. */
    public static Path require(String program, String debianPackage) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin" + File.pathSeparator
                + "/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .or(() -> missing("program " + program, debianPackage))
                .orElseThrow();
    }

    /** A file that a Debian package brings, or the test ends here. */
    public static Path requireFile(Path file, String debianPackage) {
        return Optional.of(file)
                .filter(Files::isReadable)
                .or(() -> missing("file " + file, debianPackage))
                .orElseThrow();
    }

    private static Optional<Path> missing(String what, String debianPackage) {
        String text = what + " is missing: apt-get install " + debianPackage;
        return System.getProperty("oks.skips", "allowed").equals("forbidden") ? fail(text) : abort(text);
    }
}
