package oks.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A failure told to the operator: what happened, what was kept, what to do next.
 *
 * <p>The first line is lower case, without a full stop, with names in double quotes after their kind and the wrong
 * value beside the expected one. A fault is thrown or logged, never both.
 */
public final class OperatorFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode code;
    private String kept = "";
    private String next = "";

    private OperatorFault(ExitCode code, String what) {
        super(what);
        this.code = code;
    }

    /** A fault that says what happened; {@code format} as in {@link String#format}. */
    public static OperatorFault of(ExitCode code, String format, Object... values) {
        return new OperatorFault(code, values.length == 0 ? format : String.format(Locale.ROOT, format, values));
    }

    /** Says what is still as it was. */
    public OperatorFault kept(String format, Object... values) {
        kept = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        return this;
    }

    /** Says what the operator can do now. */
    public OperatorFault next(String format, Object... values) {
        next = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        return this;
    }

    /** Remembers the exception behind this fault; for the log's debug level, never for the operator's first line. */
    public OperatorFault because(Throwable cause) {
        initCause(cause);
        return this;
    }

    public ExitCode code() {
        return code;
    }

    /** What happened. */
    public String what() {
        return getMessage();
    }

    /** The state that was kept; empty when there is nothing to say. */
    public String kept() {
        return kept;
    }

    /** Advice on what to do next; empty when there is nothing to say. */
    public String next() {
        return next;
    }

    /**
     * The lines for standard error: {@code PROGRAM: error: …}, once for every line of what happened (a configuration
     * file may have several errors), then {@code kept:} and {@code next:} where known.
     */
    public List<String> lines(String program) {
        List<String> lines = new ArrayList<>();
        what().lines().forEach(line -> lines.add(program + ": error: " + line));
        if (!kept.isEmpty()) {
            lines.add(program + ": kept: " + kept);
        }
        if (!next.isEmpty()) {
            lines.add(program + ": next: " + next);
        }
        return lines;
    }

    /**
     * The same for a log, whose lines name program and severity themselves: {@code …}, then {@code kept: …},
     * {@code next: …}.
     */
    public List<String> logLines() {
        List<String> lines = new ArrayList<>(what().lines().toList());
        if (!kept.isEmpty()) {
            lines.add("kept: " + kept);
        }
        if (!next.isEmpty()) {
            lines.add("next: " + next);
        }
        return lines;
    }
}
