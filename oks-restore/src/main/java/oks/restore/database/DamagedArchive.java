package oks.restore.database;

import oks.archive.UnusableBase;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The cause of a fault of the archive itself, or of what it restores to: another archive may do where it stands. A
 * fault of the recovery files beside it has another cause.
 */
final class DamagedArchive extends Exception {
    private static final long serialVersionUID = 1;

    private DamagedArchive(Throwable behind) {
        super(behind);
    }

    /** The same fault as one of the archive, if it tells of damage or of another archive that is missing. */
    static OperatorFault of(OperatorFault fault) {
        return fault.code() != ExitCode.DAMAGED && UnusableBase.of(fault).isEmpty()
                ? fault
                : OperatorFault.of(fault.code(), "%s", fault.what())
                        .kept("%s", fault.kept())
                        .next("%s", fault.next())
                        .because(new DamagedArchive(fault));
    }

    /** Whether a fault is the archive's. */
    static boolean isTold(OperatorFault fault) {
        return fault.getCause() instanceof DamagedArchive;
    }
}
