package oks.cli;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** Begins displays of progress. */
final class ProgressDisplays {
    private ProgressDisplays() {}

    /** Begins a display that fits the console. */
    static ProgressDisplay begin(Console console, boolean quiet, String text, long total, String unit) {
        if (quiet) {
            return new ProgressDisplay.Silence();
        }
        return console.errIsTerminal()
                ? new ProgressBarDisplay(console, text, total, unit)
                : lines(console.err(), System::nanoTime, text, total, unit);
    }

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    static ProgressDisplay lines(PrintStream err, LongSupplier nanoTime, String text, long total, String unit) {
        return new ProgressLines(err, nanoTime, text, total, unit);
    }
}
