package oks.cli;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows how far some work has come: a bar where standard error is a terminal; otherwise, so that timers do not fill the
 * journal, nothing for ten seconds, then a line at a tenth of the work, at most every ten seconds and at least every
 * thirty; nothing with {@code --quiet}. May be told from any thread.
 */
public interface ProgressDisplay extends AutoCloseable {

    /** Says how much is done. */
    void to(long done);

    /** Says how much is done, and how much there is to do; 0 when that is not known. */
    void to(long done, long total);

    /** Says something more beside how much is done, such as a number of changes; asked for whenever it is shown. */
    ProgressDisplay also(Supplier<String> more);

    /** Ends the display; says so when all is done. */
    @Override
    void close();

    /** Begins a display that fits the console. */
    static ProgressDisplay begin(Console console, boolean quiet, String text, long total, String unit) {
        if (quiet) {
            return new Silence();
        }
        return console.errIsTerminal()
                ? new ProgressBarDisplay(console, text, total, unit)
                : lines(console.err(), System::nanoTime, text, total, unit);
    }

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    static ProgressDisplay lines(PrintStream err, LongSupplier nanoTime, String text, long total, String unit) {
        return new ProgressLines(err, nanoTime, text, total, unit);
    }

    /** Shows nothing. */
    final class Silence implements ProgressDisplay {
        @Override
        public void to(long done) {}

        @Override
        public void to(long done, long total) {}

        @Override
        public ProgressDisplay also(Supplier<String> more) {
            return this;
        }

        @Override
        public void close() {}
    }
}
