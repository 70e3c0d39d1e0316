package oks.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as a bar that grows in place. */
final class ProgressBarDisplay implements ProgressDisplay {
    private static final int UPDATE_MILLIS = 200;

    private final ProgressBar bar;

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
    }

    @Override
    public void to(long done, long total) {
        bar.maxHint(total > 0 ? total : -1);
        bar.stepTo(done);
    }

    @Override
    public void close() {
        bar.close();
    }
}
