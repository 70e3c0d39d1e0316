package oks.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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
    /** A line of a table. */
    record Figure(String name, String value) {}

    /** A line of the plot's table. */
    record SpanRow(String begin, String certificates, String changes) {}

    /**
     * The page for oksd's status.
     *
     * @param growth samples from the oldest one to now, at least one
     */
    public static StatisticsPage of(JsonNode status, List<Sample> growth, Words words) {
        JsonNode uploads = status.path("uploads");
        GrowthPlot plot = new GrowthPlot(growth, words);
        List<SpanRow> spans = new ArrayList<>(plot.spans().stream()
                .map(span -> new SpanRow(span.begin(), grouped(span.certificates()), grouped(span.changes())))
                .toList());
        Collections.reverse(spans);
        return new StatisticsPage(
                List.of(
                        new Figure(
                                words.of("Certificates"),
                                grouped(status.path("certificates").asLong())),
                        new Figure(
                                words.of("Changes since the beginning"),
                                grouped(status.path("durable_lsn").asLong())),
                        new Figure(words.of("State"), status.path("state").asText()),
                        new Figure(
                                words.of("Software"),
                                "OKS " + status.path("version").asText()),
                        new Figure(
                                words.of("Running since"),
                                minute(status.path("started").asText()))),
                List.of(
                        new Figure(words.of("New"), grouped(uploads.path("new").asLong())),
                        new Figure(
                                words.of("Updated"),
                                grouped(uploads.path("merged").asLong())),
                        new Figure(
                                words.of("Known already"),
                                grouped(uploads.path("unchanged").asLong())),
                        new Figure(
                                words.of("Refused"),
                                grouped(uploads.path("refused").asLong()))),
                plot.svg(),
                plot.unit(),
                spans);
    }

    /** A time of oksd's, which may have nanoseconds, to the minute. */
    private static String minute(String time) {
        return time.length() < 16 ? time : time.substring(0, 10) + " " + time.substring(11, 16) + " UTC";
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
