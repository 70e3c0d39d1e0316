package oks.http.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import oks.control.ControlStatus;
import oks.http.page.SizeHistory.Sample;

/**
 * The figures of a keyserver, as their template sees them.
 *
 * @param plot SVG
 * @param unit how long a line of the table is: "hour", "day" or longer
 * @param spans the table of what the plot shows, the newest first
 */
public record StatisticsPage(
        List<Figure> figures, List<Figure> uploads, String plot, String unit, List<SpanRow> spans) {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT);

    /** A line of a table. */
    record Figure(String name, String value) {}

    /** A line of the plot's table. */
    record SpanRow(String begin, String certificates, String changes) {}

    /**
     * The page for oksd's status.
     *
     * @param growth samples from the oldest one to now, at least one
     */
    public static StatisticsPage of(ControlStatus status, List<Sample> growth, Words words) {
        GrowthPlot plot = new GrowthPlot(growth, words);
        List<SpanRow> spans = new ArrayList<>(plot.spans().stream()
                .map(span -> new SpanRow(span.begin(), grouped(span.certificates()), grouped(span.changes())))
                .toList());
        Collections.reverse(spans);
        return new StatisticsPage(
                List.of(
                        new Figure(words.of("Certificates"), grouped(status.certificates())),
                        new Figure(
                                words.of("Changes since the beginning"),
                                grouped(status.lsn().durable())),
                        new Figure(words.of("State"), status.state().word()),
                        new Figure(
                                words.of("Software"), "OKS " + status.process().version()),
                        new Figure(words.of("Running since"), minute(status.started()))),
                List.of(
                        new Figure(words.of("New"), grouped(status.uploads().added())),
                        new Figure(words.of("Updated"), grouped(status.uploads().merged())),
                        new Figure(
                                words.of("Known already"),
                                grouped(status.uploads().unchanged())),
                        new Figure(words.of("Refused"), grouped(status.uploads().refused()))),
                plot.svg(),
                plot.unit(),
                spans);
    }

    private static String minute(Instant time) {
        return MINUTE.format(time.atOffset(ZoneOffset.UTC));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
