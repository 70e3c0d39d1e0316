package oks.cli;

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
