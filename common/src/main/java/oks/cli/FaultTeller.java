package oks.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.OptionalInt;
import oks.fault.OperatorFault;

/**
 * A command that can tell its faults in a form of its own, with exit statuses of its own, as a monitoring system wants
 * them.
 */
public interface FaultTeller {
    /**
     * Tells a fault, unless it is to be told like that of any other command.
     *
     * @param words the command line: when it is wrong, options were perhaps not read
     * @param out standard output
     * @return the exit status; empty when nothing was told
     */
    OptionalInt tell(OperatorFault fault, List<String> words, PrintStream out);
}
