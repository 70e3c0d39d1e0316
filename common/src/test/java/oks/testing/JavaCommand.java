package oks.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The command line of a main class of this build in a process of its own: short runs, so what starts soon is right. */
public final class JavaCommand {
    private JavaCommand() {}

    /** @param options of Java besides, such as {@link SharedClasses#options} */
    public static List<String> of(List<String> options, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                Stream.concat(parts(false), parts(true))
                        .collect(java.util.stream.Collectors.joining(File.pathSeparator)),
                mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The jars of this process's class path, in their order. */
    static List<Path> jars() {
        return parts(false).map(Path::of).toList();
    }

    /** Directories stand behind the jars, for classes can be shared only from jars that stand first. */
    private static Stream<String> parts(boolean directories) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> Files.isDirectory(Path.of(part)) == directories)
                .filter(part -> Files.exists(Path.of(part)));
    }
}
