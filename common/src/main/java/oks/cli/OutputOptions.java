package oks.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import picocli.CommandLine.Option;

/** The options of commands that work or report: {@code --json} and {@code --quiet}. */
public class OutputOptions extends HelpOptions {
    static final String JSON = "--json";

    @Option(names = JSON, description = "Write the result, or the fault, as one JSON object to standard output.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    private boolean quiet;

    /** For picocli. */
    public OutputOptions() {}

    /** Whether the result is wanted as one JSON object. */
    public final boolean json() {
        return json;
    }

    /** Prints a result with {@code --json}, as one object on one line. */
    public final void printResult(Record members) {
        printResult(Json.STANDARD.tree(members));
    }

    /** The same of an object that oksd answered. */
    public final void printResult(ObjectNode members) {
        out().println(JsonResult.of(members, Optional.empty()));
    }

    /**
     * Prints a result as it is wanted; a command that did what it could ends with a fault all the same.
     *
     * @param lines the result for people
     * @return the exit status
     * @throws OperatorFault the fault, when people read the result: they are told after it
     */
    public final int printResult(Record members, List<String> lines, Optional<OperatorFault> fault) {
        return printResult(Json.STANDARD.tree(members), lines, fault);
    }

    /** The same with members of the result as an object. */
    public final int printResult(ObjectNode members, List<String> lines, Optional<OperatorFault> fault) {
        if (json) {
            out().println(JsonResult.of(members, fault));
        } else {
            lines.forEach(out()::println);
            out().flush();
            if (fault.isPresent()) {
                throw fault.get();
            }
        }
        return fault.map(OperatorFault::code).orElse(ExitCode.DONE).status();
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
        return ProgressDisplays.begin(console(), quiet, text, total, unit);
    }

    /** Shows the progress that oksd reports, a display after the other; close it when the command is answered. */
    public final ControlProgress controlProgress() {
        return new ControlProgress(this::progress);
    }
}
