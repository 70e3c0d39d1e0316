package oks.cli;

import picocli.CommandLine.Option;

/** The options of commands that work or report: {@code --json} and {@code --quiet}. */
public class OutputOptions extends HelpOptions {
    static final String JSON = "--json";

    @Option(names = JSON, description = "Write the result, or the fault, as one JSON object to standard output.")
    private boolean json;

    @Option(names = {"-q", "--quiet"}, description = "Show no progress.")
    private boolean quiet;

    /** For picocli. */
    public OutputOptions() {}

    /** Whether the result is wanted as one JSON object. */
    public final boolean json() {
        return json;
    }

    /** Whether progress and remarks are unwanted. */
    public final boolean quiet() {
        return quiet;
    }

    /**
     * Begins to show the progress of some work; close it at the work's end.
     *
     * @param text what is being done, such as "replaying"
     * @param total how much there is to do; 0 when that is not known
     * @param unit what is counted, such as "changes", or "bytes"
     */
    public final ProgressDisplay progress(String text, long total, String unit) {
        return ProgressDisplay.begin(console(), quiet, text, total, unit);
    }

    /** Shows the progress that oksd reports, a display after the other; close it when the command is answered. */
    public final ControlProgress controlProgress() {
        return new ControlProgress(this);
    }
}
