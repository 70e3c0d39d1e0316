package oks.cli;

import java.io.PrintStream;
import picocli.CommandLine.Option;

/** The options of every command: {@code --help} and {@code --version}. {@link Program} fills in the console. */
public class HelpOptions {
    private Console console;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version and exit.")
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
