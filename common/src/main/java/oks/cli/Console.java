package oks.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

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
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Map<String, String> environment) {
    private static final int STANDARD_WIDTH = 80;

    public Console {
        environment = Map.copyOf(environment);
    }

    /** This process's own streams. */
    static Console ofProcess() {
        boolean terminal = isTerminal(2);
        PrintStream err = terminal
                ? new Terminal(new FileOutputStream(FileDescriptor.err), isDumb(System.getenv()))
                : utf8(FileDescriptor.err);
        return new Console(utf8(FileDescriptor.out), err, isTerminal(1), terminal, System.getenv());
    }

    /** Whether colours are welcome on standard output: on a terminal, unless NO_COLOR is set or TERM is dumb. */
    public boolean outHasColours() {
        return outIsTerminal && coloursAllowed();
    }

    /**
     * How many characters a line of standard error has: what COLUMNS says, otherwise the terminal itself; 80 when
     * neither does.
     */
    public int width() {
        String columns = environment.getOrDefault("COLUMNS", "");
        if (columns.matches("[1-9]\\d{1,3}")) {
            return Integer.parseInt(columns);
        }
        return errIsTerminal ? terminalWidth() : STANDARD_WIDTH;
    }

    /** Asked by stty, which is everywhere: shells do not export COLUMNS. */
    private static int terminalWidth() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/proc/self/fd/2").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            stty.getOutputStream().close();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            return size.length == 2 && size[1].matches("[1-9]\\d{0,3}") ? Integer.parseInt(size[1]) : STANDARD_WIDTH;
        } catch (IOException e) {
            return STANDARD_WIDTH; // there is no stty
        }
    }

    /** Whether the terminal shows more than ASCII, as far as the locale says; see locale(7). */
    boolean hasUnicode() {
        if (!environment.getOrDefault("OKS_ASCII", "").isEmpty()) {
            return false; // the launcher had to set another locale for the sake of file names
        }
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .filter(value -> value.matches("(?i).*utf-?8.*"))
                .isPresent();
    }

    /** Standard error, for lines that are drawn in place. */
    Terminal terminal() {
        return err instanceof Terminal terminal ? terminal : new Terminal(err, isDumb(environment));
    }

    private static boolean isDumb(Map<String, String> environment) {
        return "dumb".equals(environment.get("TERM"));
    }

    private boolean coloursAllowed() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && !isDumb(environment);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // not Linux, or the stream is closed: no bars and no colours then
        }
    }
}
