package oks.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as a bar that grows in place. */
final class ProgressBarDisplay implements ProgressDisplay {
    private static final int UPDATE_MILLIS = 200;

    private final ProgressBar bar;
    private Supplier<String> more = () -> "";
    private long askedAt = System.nanoTime();

    ProgressBarDisplay(Console console, String text, long total, String unit) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(text)
                .setInitialMax(total > 0 ? total : -1)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .showSpeed()
                .setStyle(console.errHasColours() ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
                // The width is given, or the library would ask the terminal by starting programs.
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.width() - 1));
        bar = (switch (unit) {
            case "bytes" -> builder.setUnit("MiB", 1L << 20);
            case "" -> builder;
            default -> builder.setUnit(" " + unit, 1);
        }).build();
    }

    @Override
    public void to(long done) {
        bar.stepTo(done);
        ask(false);
    }

    @Override
    public void to(long done, long total) {
        bar.maxHint(total > 0 ? total : -1);
        bar.stepTo(done);
        ask(false);
    }

    @Override
    public ProgressDisplay also(Supplier<String> next) {
        more = next;
        return this;
    }

    /** As often as the bar is drawn: it may be told of progress a million times in between. */
    private void ask(boolean now) {
        if (now || System.nanoTime() - askedAt >= TimeUnit.MILLISECONDS.toNanos(UPDATE_MILLIS)) {
            askedAt = System.nanoTime();
            String said = more.get();
            bar.setExtraMessage(said.isEmpty() ? said : " " + said); // the library puts it right after the speed
        }
    }

    @Override
    public void close() {
        ask(true);
        bar.close();
    }
}
