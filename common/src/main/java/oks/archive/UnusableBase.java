package oks.archive;

import java.util.Optional;

/** The cause of a fault of an incremental archive that lies in one of its bases: that is missing or damaged. */
public final class UnusableBase extends Exception {
    private static final long serialVersionUID = 1;

    private final String archive;

    UnusableBase(String archive, Throwable behind) {
        super(archive, behind);
        this.archive = archive;
    }

    /** The name of the base that a fault tells of; empty when it tells of something else. */
    public static Optional<String> of(Throwable fault) {
        for (Throwable at = fault; at != null; at = at.getCause()) {
            if (at instanceof UnusableBase base) {
                return Optional.of(base.archive);
            }
        }
        return Optional.empty();
    }
}
