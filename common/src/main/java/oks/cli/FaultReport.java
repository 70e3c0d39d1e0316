package oks.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.MissingPermission;
import oks.fault.OperatorFault;
import oks.json.Json;

/** Makes one fault of whatever ended a command, and shows it as lines or as one JSON object. */
final class FaultReport {
    private static final String NO_SPACE = "No space left on device"; // as the kernel says

    private FaultReport() {}

    /** The fault itself, a fault that names the file of an I/O error, or one that asks for a report. */
    static OperatorFault of(Throwable thrown) {
        if (thrown instanceof OperatorFault fault) {
            return fault;
        }
        if (thrown instanceof UncheckedIOException wrapped) {
            return of(wrapped.getCause());
        }
        if (thrown instanceof FileSystemException file && file.getFile() != null) {
            OperatorFault fault =
                    OperatorFault.of(ExitCode.FAILED, "%s%s", IoReason.withFile(file), MissingPermission.whose(file));
            if (NO_SPACE.equals(file.getReason())) {
                fault.next(
                        "make room on that disk, then run the command again; \"df -h %s\" says how much there is",
                        Path.of(file.getFile()).toAbsolutePath().getParent());
            }
            return MissingPermission.explain(fault, file).because(thrown);
        }
        if (thrown instanceof InvalidPathException name) {
            return PathArgument.refused(name).because(thrown);
        }
        if (thrown instanceof IOException && thrown.getMessage() != null) {
            return OperatorFault.of(ExitCode.FAILED, "input or output failed: %s", thrown.getMessage())
                    .because(thrown);
        }
        return OperatorFault.of(ExitCode.FAILED, "this should not have happened: %s", thrown)
                .next("set OKS_DEBUG=1 to see where it happened, and report it")
                .because(thrown);
    }

    /** {@code {"ok":false,"error":{"what":…,"kept":…,"next":…,"exit":…}}} */
    static String json(OperatorFault fault) {
        return JsonResult.of(Json.object(), Optional.of(fault)).toString();
    }
}
