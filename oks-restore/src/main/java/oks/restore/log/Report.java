package oks.restore.log;

import java.util.List;
import java.util.Optional;
import oks.cli.OutputOptions;
import oks.fault.OperatorFault;

/** The result of a command, for people and for programs. */
public interface Report {
    List<String> lines();

    /** The members of the result with {@code --json}; see oks-json(7). */
    Record members();

    /** Warnings for the operator although the command succeeded. */
    List<String> warnings();

    /**
     * Prints it as it is wanted, and the warnings on standard error.
     *
     * @param fault what the command ends with all the same
     * @return the exit status
     * @throws OperatorFault the fault, when people read the report
     */
    default int show(OutputOptions options, Optional<OperatorFault> fault) {
        if (!options.json()) {
            lines().forEach(options.out()::println);
        }
        warnings().forEach(warning -> options.err().println("oks-restore: warning: " + warning));
        return options.printResult(members(), List.of(), fault);
    }
}
