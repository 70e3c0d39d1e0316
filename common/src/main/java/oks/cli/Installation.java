package oks.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The place where OKS is installed. The launchers name the prefix in OKS_PREFIX; {@link Program} makes it the system
 * properties {@code oks.prefix} and {@code oks.native} (the directory of this machine's native libraries).
 */
public final class Installation {
    /** The system property with the prefix. */
    public static final String PREFIX = "oks.prefix";
    /** The system property with the directory of native libraries, where the installation has one for this machine. */
    static final String NATIVE = "oks.native";

    private Installation() {}

    /** Sets the system properties from the environment; those given to the JVM stay. */
    static void announce(Map<String, String> environment) {
        setUnlessSet(PREFIX, environment.get("OKS_PREFIX"));
        setUnlessSet(NATIVE, environment.get("OKS_NATIVE"));
    }

    /** The prefix; empty when the program was not begun by its launcher. */
    public static Optional<Path> prefix() {
        return Optional.ofNullable(System.getProperty(PREFIX))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }

    /**
     * The configuration file in the installation's etc directory, whether or not it exists.
     *
     * @throws OperatorFault USAGE if the program was not begun by its launcher
     */
    public static Path configuration(String fileName) {
        return prefix().map(prefix -> prefix.resolve("etc").resolve(fileName))
                .orElseThrow(() -> OperatorFault.of(ExitCode.USAGE, "no configuration file was named")
                        .next("name %s, or begin the program with its launcher in bin", fileName));
    }

    private static void setUnlessSet(String property, String value) {
        if (value != null && !value.isEmpty() && System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
