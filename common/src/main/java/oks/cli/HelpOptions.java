package oks.cli;

import java.io.PrintStream;
import picocli.CommandLine.Option;

/** The options of every command: {@code --help} and {@code --version}. {@link Program} fills in the console. */
public class HelpOptions {
    /** The exit statuses, for the end of a program's help: two lines of less than 80 columns. */
    public static final String STATUSES = "Exit status: 0 done, 1 failed, 2 usage, 3 oksd not reachable,";

    public static final String MORE_STATUSES = "4 busy or paused, 5 damaged, 6 gap or fork, 7 target not reachable.";

    private Console console;

    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    /** For picocli. */
    public HelpOptions() {}

    final void attach(Console attached) {
        console = attached;
    }

    /** The streams to write to. */
    public final Console console() {
        if (console == null) {
            throw new IllegalStateException("the command was not run by Program");
        }
        return console;
    }

    /** Standard output: results. */
    public final PrintStream out() {
        return console().out();
    }

    /** Standard error: everything else. */
    public final PrintStream err() {
        return console().err();
    }
}
