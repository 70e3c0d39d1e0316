package oks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The name that {@code ps -C}, {@code pgrep} and {@code top} show, instead of "java". */
public final class ProcessName {
    private static final Path COMM = Path.of("/proc/self/comm");

    private ProcessName() {}

    /** Sets the name, at most 15 bytes (proc(5)); says whether the system let us. */
    public static boolean set(String name) {
        try {
            Files.writeString(COMM, name, StandardOpenOption.WRITE);
            return true;
        } catch (IOException notOnThisSystem) {
            return false;
        }
    }
}
