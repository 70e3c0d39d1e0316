package oks.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.commons.io.FileUtils;

/**
 * Progress as lines, for logs: {@code proving: 40 % (400 of 1000 certificates)}, {@code replaying: 40 % (4 MB of 10 MB,
 * 812 changes, 2.0 MB/s, 3 s left)}.
 */
final class ProgressLines implements ProgressDisplay {
    /** Work that takes no longer says nothing; then no two lines come closer together. */
    private static final long SHORTEST_SILENCE = TimeUnit.SECONDS.toNanos(10);

    private static final long LONGEST_SILENCE = TimeUnit.SECONDS.toNanos(30);

    private final PrintStream err;
    private final LongSupplier nanoTime;
    private final String text;
    private final String unit;
    private final long begunAt;
    private Supplier<String> more = () -> "";
    private long total;
    private long done;
    private long tenthsShown;
    private long shownAt;
    private boolean closed;

    ProgressLines(PrintStream err, LongSupplier nanoTime, String text, long total, String unit) {
        this.err = err;
        this.nanoTime = nanoTime;
        this.text = text;
        this.total = total;
        this.unit = unit;
        this.begunAt = nanoTime.getAsLong();
        this.shownAt = begunAt;
    }

    @Override
    public synchronized void to(long now) {
        to(now, total);
    }

    @Override
    public synchronized void to(long now, long newTotal) {
        done = now;
        total = newTotal;
        long silence = nanoTime.getAsLong() - shownAt;
        if (!closed && silence >= (tenths() > tenthsShown ? SHORTEST_SILENCE : LONGEST_SILENCE)) {
            show();
        }
    }

    @Override
    public synchronized ProgressDisplay also(Supplier<String> next) {
        more = next;
        return this;
    }

    @Override
    public synchronized void close() {
        if (!closed && done > 0 && total == 0 && nanoTime.getAsLong() - begunAt >= SHORTEST_SILENCE) {
            show();
        }
        closed = true;
    }

    private void show() {
        tenthsShown = Math.max(tenthsShown, tenths());
        shownAt = nanoTime.getAsLong();
        err.println(
                total > 0
                        ? text + ": " + percent() + " % (" + amount(done) + " of " + amount(total) + unitAfter()
                                + also() + speed() + ")"
                        : text + ": " + amount(done) + unitAfter() + also());
    }

    private String also() {
        String said = more.get();
        return said.isEmpty() ? "" : ", " + said;
    }

    /** Bytes per second so far, and how long the rest takes at that speed. */
    private String speed() {
        double seconds = (nanoTime.getAsLong() - begunAt) / 1e9;
        if (!"bytes".equals(unit) || seconds <= 0 || done <= 0) {
            return "";
        }
        double perSecond = done / seconds;
        return String.format(
                Locale.ROOT,
                ", %.1f MB/s, %.0f s left",
                perSecond / 1e6,
                Math.ceil(Math.max(0, total - done) / perSecond));
    }

    private long tenths() {
        return percent() / 10;
    }

    private long percent() {
        return total > 0 ? (long) (100.0 * Math.min(done, total) / total) : 0;
    }

    private String amount(long number) {
        return "bytes".equals(unit) ? FileUtils.byteCountToDisplaySize(number) : Long.toString(number);
    }

    private String unitAfter() {
        return "bytes".equals(unit) || unit.isEmpty() ? "" : " " + unit;
    }
}
