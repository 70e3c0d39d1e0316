package oks.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What Jazzer calls; {@code --target_args} names the target and the directory with its seeds. The fuzzer allows no
 * other way than a static method.
 */
public final class Fuzz {
    private static FuzzTarget target;

    private Fuzz() {}

    /** Called once, before the first input. */
    public static void fuzzerInitialize(String[] args) throws IOException {
        target = Target.of(args[0]).make();
        if (args.length > 1) {
            loadClasses(Path.of(args[1]));
        }
    }

    /** Called for each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        target.read(input);
    }

    /** Classes are loaded, and changed by the fuzzer, before it looks how long an input takes. */
    private static void loadClasses(Path seeds) throws IOException {
        try (Stream<Path> files = Files.list(seeds)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    target.read(Files.readAllBytes(file));
                } catch (RuntimeException | Error found) {
                    System.out.println(file + " is found below: " + found); // the fuzzer reads it, too, and reports it
                }
            }
        }
    }
}
