package oks.backup.check;

import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The output of a plugin of Nagios and Icinga: a line with the state and, after a bar, the performance data; then lines
 * with details. See "Plugin Output for Nagios" in the Nagios Plugins Development Guidelines.
 */
public final class NagiosReport {
    private static final String SERVICE = "OKS BACKUP";

    private NagiosReport() {}

    /** The states, in the order of their exit statuses. */
    public enum State {
        OK,
        WARNING,
        CRITICAL,
        UNKNOWN;

        /** The exit status: 0 to 3. */
        public int status() {
            return switch (this) {
                case OK -> 0;
                case WARNING -> 1;
                case CRITICAL -> 2;
                case UNKNOWN -> 3;
            };
        }

        /** UNKNOWN when the question could not even be put: by a wrong command line, or by a user without the right. */
        public static State of(OperatorFault fault) {
            boolean denied = fault.getCause() instanceof AccessDeniedException;
            return fault.code() == ExitCode.USAGE || denied ? UNKNOWN : CRITICAL;
        }
    }

    /**
     * The lines of a report.
     *
     * @param data such as {@code lsn=20}; none where nothing is known
     * @param more further lines
     */
    public static String of(State state, String what, List<String> data, List<String> more) {
        List<String> lines = new ArrayList<>();
        String figures = data.isEmpty() ? "" : " | " + String.join(" ", data);
        lines.add(String.format(Locale.ROOT, "%s %s - %s%s", SERVICE, state, text(what), figures));
        more.forEach(line -> lines.add(text(line)));
        return String.join("\n", lines);
    }

    /** The report of a fault, with what was kept and what to do next. */
    public static String of(State state, OperatorFault fault, List<String> data) {
        List<String> lines = fault.logLines();
        long whatLines = fault.what().lines().count();
        return of(
                state,
                String.join("; ", fault.what().lines().toList()),
                data,
                lines.subList((int) whatLines, lines.size()));
    }

    /** A bar would begin performance data. */
    private static String text(String said) {
        return said.replace('|', '/').replaceAll("\\p{Cntrl}", " ");
    }
}
