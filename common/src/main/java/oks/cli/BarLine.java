package oks.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Progress of some work, as one line that fits a terminal: {@code replaying 40% [#### ] 4.0 of 10.0 MiB, 812 changes,
 * 2.0 MiB/s, 0:03 left}. What does not fit is left out as a whole, the last first; no number is ever cut.
 *
 * @param text what is being done
 * @param done how much, 0 or more
 * @param total how much there is to do; 0 when that is not known
 * @param unit what is counted, or "bytes"
 * @param more what else is to be said; empty for nothing
 * @param seconds since it began
 */
record BarLine(String text, long done, long total, String unit, String more, double seconds) {
    private static final int SHORTEST_BAR = 8;
    private static final int LONGEST_BAR = 40;
    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
    private static final double SOON = 1;

    /**
     * The line.
     *
     * @param width how many characters it may have
     */
    String within(int width, boolean unicode) {
        String percent = total > 0 ? String.format(Locale.ROOT, "%3d%%", percent()) : "";
        List<String> parts = parts();
        if (total <= 0
                && text.length() + 1 + parts.get(0).length()
                        > width) { // without a percentage, the amount is what counts
            return Stream.of(parts.get(0), number())
                    .filter(said -> said.length() <= width)
                    .findFirst()
                    .orElse("");
        }
        if (text.length() + 1 + percent.length() > width) {
            return percent.strip().length() <= width ? percent.strip() : "";
        }
        int bar = total > 0 ? SHORTEST_BAR + " []".length() : 0;
        String said = String.join(" ", List.of(text, percent)).stripTrailing();
        while (!parts.isEmpty() && said.length() + bar + after(parts).length() > width) {
            parts.remove(parts.size() - 1);
        }
        int room = Math.min(LONGEST_BAR, width - said.length() - after(parts).length() - " []".length());
        return said + (total > 0 && room >= SHORTEST_BAR ? " [" + bar(room, unicode) + "]" : "") + after(parts);
    }

    private static String after(List<String> parts) {
        return parts.isEmpty() ? "" : " " + String.join(", ", parts);
    }

    /** Whole percents, rounded down, so that 100 means that nothing is left. */
    int percent() {
        return done >= total ? 100 : (int) (done / (double) total * 100);
    }

    private String bar(int length, boolean unicode) {
        double part = Math.min(1, done / (double) total);
        int whole = done >= total ? length : Math.min(length - 1, (int) (part * length));
        String full = (unicode ? "█" : "#").repeat(whole);
        String edge = whole == length
                ? ""
                : unicode ? EIGHTHS.substring(eighth(part, length, whole), eighth(part, length, whole) + 1) : " ";
        return full + edge + " ".repeat(length - whole - edge.length());
    }

    private static int eighth(double part, int length, int whole) {
        return Math.max(0, Math.min(EIGHTHS.length() - 1, (int) ((part * length - whole) * EIGHTHS.length())));
    }

    /** The parts after the bar, the most important first. */
    private List<String> parts() {
        List<String> parts = new ArrayList<>();
        parts.add(amount());
        if (!more.isEmpty()) {
            parts.add(more);
        }
        if (seconds >= SOON && done > 0) {
            double speed = done / seconds;
            parts.add(speed(speed));
            if (total > done) {
                parts.add(time((total - done) / speed) + " left");
            }
        }
        return parts;
    }

    private String amount() {
        boolean bytes = unit.equals("bytes");
        int scale = bytes ? scale(Math.max(done, total)) : 0;
        String all = total > 0 ? " of " + number(Math.max(done, total), scale) : "";
        String name = bytes ? " " + BYTES[scale] : unit.isEmpty() ? "" : " " + unit;
        return number(done, scale) + all + name;
    }

    /** The amount, where there is no room for what is counted. */
    private String number() {
        int scale = unit.equals("bytes") ? scale(done) : 0;
        return number(done, scale) + (unit.equals("bytes") ? " " + BYTES[scale] : "");
    }

    private String speed(double perSecond) {
        if (unit.equals("bytes")) {
            int scale = scale((long) perSecond);
            return number((long) perSecond, scale) + " " + BYTES[scale] + "/s";
        }
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f/s" : "%.0f/s", perSecond);
    }

    private static int scale(long bytes) {
        int scale = 0;
        for (double left = bytes; left >= 1024 && scale < BYTES.length - 1; left /= 1024) {
            scale++;
        }
        return scale;
    }

    private static String number(long number, int scale) {
        return scale == 0 ? Long.toString(number) : String.format(Locale.ROOT, "%.1f", number / Math.pow(1024, scale));
    }

    /** Minutes and seconds, or hours, minutes and seconds. */
    private static String time(double seconds) {
        long whole = (long) Math.ceil(Math.min(seconds, 359_999_999));
        return whole >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
