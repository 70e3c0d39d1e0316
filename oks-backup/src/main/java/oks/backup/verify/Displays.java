package oks.backup.verify;

import oks.cli.ProgressDisplay;

/** Begins to show progress; {@link oks.cli.OutputOptions#progress} is one. */
public interface Displays {
    /**
     * A display from nothing to all.
     *
     * @param total in units, such as "bytes"
     */
    ProgressDisplay begin(String text, long total, String unit);
}
