package oks.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** Progress as a bar that grows in place, and is gone when the work has ended in any way. */
final class ProgressBarDisplay implements ProgressDisplay {
    private static final int UPDATE_MILLIS = 200;

    private final Terminal terminal;
    private final Thread atExit;
    private final ProgressBar bar;
    private volatile Supplier<String> more = () -> "";

    @GuardedBy("terminal") private boolean closed;

    ProgressBarDisplay(Console console, String text, long total, String unit) {
        terminal = console.terminal();
        atExit = new Thread(terminal::end, "progress bar"); // a signal ends the process wherever the work is
        atEnd(() -> Runtime.getRuntime().addShutdownHook(atExit));
        boolean unicode = console.hasUnicode();
        bar = new ProgressBarBuilder()
                .setTaskName(text)
                .setInitialMax(total > 0 ? total : -1)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .continuousUpdate() // time passes, too, while nothing is done
                .setRenderer((state, width) -> line(state, text, unit).within(width, unicode))
                .setConsumer(new Drawn(console.width() - 1))
                .build();
    }

    private BarLine line(ProgressState state, String text, String unit) {
        return new BarLine(
                text,
                Math.max(0, state.getCurrent()),
                state.isIndefinite() ? 0 : state.getMax(),
                unit,
                more.get(),
                state.getElapsedAfterStart().toMillis() / 1000.0);
    }

    @Override
    public void to(long done) {
        bar.stepTo(done);
    }

    @Override
    public void to(long done, long total) {
        bar.maxHint(total > 0 ? total : -1);
        bar.stepTo(done);
    }

    @Override
    public ProgressDisplay also(Supplier<String> next) {
        more = next;
        return this;
    }

    @Override
    public void close() {
        bar.close();
        synchronized (
                terminal) { // the library forgets work that ends before it was shown, and its last line may come later
            closed = true;
            terminal.erase();
        }
        atEnd(() -> Runtime.getRuntime().removeShutdownHook(atExit));
    }

    /** Changes what is done at the end of the process; when that has begun, nothing is drawn any more. */
    private void atEnd(Runnable change) {
        try {
            change.run();
        } catch (IllegalStateException ending) {
            terminal.end();
        }
    }

    /** Puts the rendered line on the terminal. */
    private final class Drawn implements ProgressBarConsumer {
        private final int width;

        Drawn(int width) {
            this.width = width;
        }

        @Override
        public int getMaxRenderedLength() {
            return width;
        }

        @Override
        public void accept(String line) {
            synchronized (terminal) {
                if (!closed) {
                    terminal.draw(line);
                }
            }
        }

        @Override
        public void close() {}
    }
}
