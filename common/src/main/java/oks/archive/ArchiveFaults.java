package oks.archive;

import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** Faults of archives, with advice for the operator. */
final class ArchiveFaults {
    private ArchiveFaults() {}

    static OperatorFault encrypted(String archive) {
        return OperatorFault.of(ExitCode.USAGE, "archive \"%s\" is encrypted", archive)
                .kept("nothing was changed")
                .next("decrypt it on the way, as in %s", Advice.restoreDecrypted(archive));
    }

    static OperatorFault damaged(String format, Object... values) {
        return OperatorFault.of(ExitCode.DAMAGED, format, values)
                .kept("nothing was changed")
                .next("fetch the archive again or take another one; %s tells which are good", Advice.verify("DIR"));
    }
}
