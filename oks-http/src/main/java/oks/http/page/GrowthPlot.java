package oks.http.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import oks.http.page.SizeHistory.Sample;

/**
 * Samples of a database's growth as equal spans of time, and those as two pictures: SVG within a page, coloured by its
 * style sheet.
 */
final class GrowthPlot {
    private static final int MOST_SPANS = 60;
    private static final List<Duration> SPANS = List.of(
            Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(28), Duration.ofDays(364));
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    // One unit is about a CSS pixel on a phone, where the picture is as wide as the page.
    private static final int WIDTH = 480;
    private static final int HEIGHT = 180;
    private static final int LEFT = 84;
    private static final int RIGHT = 8;
    private static final int TOP = 12;
    private static final int BOTTOM = 24;
    private static final int WIDEST_BAR = 24;

    private final Duration span;
    private final List<Span> spans;
    private final Words words;

    /**
     * The changes of one span of time.
     *
     * @param begin in words
     * @param certificates at its end
     * @param changes within it
     */
    record Span(String begin, long certificates, long changes) {}

    /** @param samples the oldest first, at least one */
    GrowthPlot(List<Sample> samples, Words words) {
        this.words = words;
        Instant first = samples.get(0).time();
        Instant last = samples.get(samples.size() - 1).time();
        span = SPANS.stream()
                .filter(one -> Duration.between(first, last).dividedBy(one) < MOST_SPANS - 1)
                .findFirst()
                .orElse(SPANS.get(SPANS.size() - 1));
        spans = spans(samples, span);
    }

    /** The spans, the oldest first. */
    List<Span> spans() {
        return spans;
    }

    /** The name of one span: "hour", "day" or "week", or days. */
    String unit() {
        long days = span.toDays();
        return days == 0
                ? words.of("hour")
                : days == 1 ? words.of("day") : days == 7 ? words.of("week") : words.of("%s days", days);
    }

    /** Both pictures, one below the other. */
    String svg() {
        long certificates = spans.get(spans.size() - 1).certificates();
        long changes = spans.stream().mapToLong(Span::changes).sum();
        return figure(
                        "certificates",
                        words.of("Certificates"),
                        words.of(
                                "From %s (UTC) to now, where there are %s.",
                                spans.get(0).begin(), grouped(certificates)),
                        area(ceiling(spans.stream()
                                .mapToLong(Span::certificates)
                                .max()
                                .orElse(0))),
                        ceiling(spans.stream()
                                .mapToLong(Span::certificates)
                                .max()
                                .orElse(0)))
                + figure(
                        "changes",
                        words.of("Uploads that changed something, each %s", unit()),
                        words.of(
                                "%s from %s (UTC) to now.",
                                grouped(changes), spans.get(0).begin()),
                        bars(ceiling(
                                spans.stream().mapToLong(Span::changes).max().orElse(0))),
                        ceiling(spans.stream().mapToLong(Span::changes).max().orElse(0)));
    }

    private static List<Span> spans(List<Sample> samples, Duration length) {
        List<Span> spans = new ArrayList<>();
        long seconds = length.toSeconds();
        long changesBefore = samples.get(0).changes();
        int at = 0;
        long end = samples.get(samples.size() - 1).time().getEpochSecond();
        for (long begin = samples.get(0).time().getEpochSecond() / seconds * seconds; begin <= end; begin += seconds) {
            while (at + 1 < samples.size() && samples.get(at + 1).time().getEpochSecond() < begin + seconds) {
                at++;
            }
            Instant time = Instant.ofEpochSecond(begin);
            spans.add(new Span(
                    length.toDays() == 0 ? HOUR.format(time) : DAY.format(time),
                    samples.get(at).certificates(),
                    Math.max(0, samples.get(at).changes() - changesBefore)));
            changesBefore = samples.get(at).changes();
        }
        return spans;
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private String figure(String id, String title, String text, String drawing, long ceiling) {
        return String.format(
                Locale.ROOT, """
                <figure>
                <figcaption>%2$s</figcaption>
                <svg class="plot" role="img" aria-labelledby="%1$s-title %1$s-text" viewBox="0 0 %3$d %4$d">
                <title id="%1$s-title">%2$s</title>
                <desc id="%1$s-text">%5$s</desc>
                %6$s%7$s</svg>
                </figure>
                """, id, HtmlText.of(title), WIDTH, HEIGHT, HtmlText.of(text), grid(ceiling), drawing);
    }

    private String grid(long ceiling) {
        StringBuilder out = new StringBuilder();
        for (int part = 0; part <= 2; part++) {
            if (part == 1 && ceiling % 2 != 0) {
                continue; // no half certificates
            }
            double y = y(ceiling * part / 2, ceiling);
            out.append(String.format(
                    Locale.ROOT,
                    "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
                            + "text-anchor=\"end\">%,d</text>%n",
                    LEFT,
                    y,
                    WIDTH - RIGHT,
                    LEFT - 8,
                    y + 4,
                    ceiling * part / 2));
        }
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\">%s</text>%n",
                LEFT,
                HEIGHT - 5,
                spans.get(0).begin()));
        if (spans.size() > 1) {
            out.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                    WIDTH - RIGHT,
                    HEIGHT - 5,
                    spans.get(spans.size() - 1).begin()));
        }
        return out.toString();
    }

    private String area(long ceiling) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < spans.size(); i++) {
            // a level holds for its span, so a single one is a line, too
            line.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1fH%.1f",
                    i == 0 ? "M" : "L",
                    x(i),
                    y(spans.get(i).certificates(), ceiling),
                    x(i + 1)));
        }
        return String.format(
                Locale.ROOT,
                "<path class=\"area\" d=\"%sV%.1fH%dZ\"/><path class=\"line\" d=\"%s\"/>%n",
                line,
                y(0, ceiling),
                LEFT,
                line);
    }

    private String bars(long ceiling) {
        StringBuilder out = new StringBuilder("<path class=\"bars\" d=\"");
        double width = x(1) - x(0);
        double gap = Math.max(width * 0.15, (width - WIDEST_BAR) / 2);
        for (int i = 0; i < spans.size(); i++) {
            if (spans.get(i).changes() > 0) {
                out.append(String.format(
                        Locale.ROOT,
                        "M%.1f %.1fV%.1fH%.1fV%.1fZ",
                        x(i) + gap,
                        y(0, ceiling),
                        y(spans.get(i).changes(), ceiling),
                        x(i + 1) - gap,
                        y(0, ceiling)));
            }
        }
        return out.append("\"/>\n").toString();
    }

    private double x(int index) {
        return LEFT + (double) (WIDTH - LEFT - RIGHT) * index / spans.size();
    }

    private static double y(long value, long ceiling) {
        return HEIGHT - BOTTOM - (double) (HEIGHT - TOP - BOTTOM) * value / ceiling;
    }

    /** The next 1, 2 or 5 with zeros behind it. */
    private static long ceiling(long value) {
        long power = 1;
        while (power * 10 <= value) {
            power *= 10;
        }
        return value <= power ? power : value <= 2 * power ? 2 * power : value <= 5 * power ? 5 * power : 10 * power;
    }
}
