package oks.restore.database;

import java.util.List;
import java.util.Optional;
import oks.archive.ArchiveContents;
import oks.fault.OperatorFault;
import oks.restore.log.CheckedLog;

/**
 * A restore, checked as far as it can be without writing: the archive, the recovery files, the target directory and the
 * space; see {@link RestoreCheck}.
 *
 * @param candidates names of the recovery files that were given, where the log is empty
 * @param log the recovery files and the target in them; empty for an archive made by hand, whose LSN only its unpacked
 *     store knows
 * @param needed bytes that will be written, estimated from the archive and the recovery files
 * @param free bytes that are free where the target will be
 * @param problem what the restore would end with
 */
record CheckedRestore(
        ArchiveContents contents,
        List<String> candidates,
        Optional<CheckedLog> log,
        long needed,
        long free,
        Optional<OperatorFault> problem) {

    /**
     * The recovery files, if the restore can go on.
     *
     * @throws OperatorFault the problem, if there is one
     */
    Optional<CheckedLog> requireNoProblem() {
        if (problem.isPresent()) {
            throw problem.get();
        }
        return log;
    }
}
