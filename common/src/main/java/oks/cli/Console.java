package oks.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The two streams that a program writes to, and what stands at their other end.
 *
 * @param out standard output, UTF-8: results, help, version
 * @param err standard error, UTF-8: faults, progress, messages
 * @param outIsTerminal whether a person reads standard output
 * @param errIsTerminal whether a person reads standard error
 * @param environment the environment variables
 */
public record Console(
        PrintStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, Map<String, String> environment) {
    private static final int STANDARD_WIDTH = 80;

    public Console {
        environment = Map.copyOf(environment);
    }

    /** This process's own streams. */
    static Console ofProcess() {
        return new Console(
                utf8(FileDescriptor.out), utf8(FileDescriptor.err), isTerminal(1), isTerminal(2), System.getenv());
    }

    /** Whether colours are welcome on standard output: on a terminal, unless NO_COLOR is set or TERM is dumb. */
    public boolean outHasColours() {
        return outIsTerminal && coloursAllowed();
    }

    /** Whether colours are welcome on standard error. */
    boolean errHasColours() {
        return errIsTerminal && coloursAllowed();
    }

    /** How many characters a line of the terminal has, as far as COLUMNS says; 80 otherwise. */
    public int width() {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : STANDARD_WIDTH;
    }

    private boolean coloursAllowed() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // not Linux, or the stream is closed: no bars and no colours then
        }
    }
}
