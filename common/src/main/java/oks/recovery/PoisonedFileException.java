package oks.recovery;

import java.io.IOException;

/** A recovery file could not be forced to disk; what was written to it since is unknown, and it is never used again. */
public final class PoisonedFileException extends IOException {
    private static final long serialVersionUID = 1;

    PoisonedFileException(RecoveryFileName file, IOException cause) {
        super(
                "recovery file \"" + file + "\" could not be forced to disk"
                        + (cause == null ? "" : ": " + cause.getMessage()),
                cause);
    }
}
