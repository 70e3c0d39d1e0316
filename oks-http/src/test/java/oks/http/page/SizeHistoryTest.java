package oks.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import oks.http.RunningGateway;
import oks.http.page.SizeHistory.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures over time: kept in a file, and drawn. */
final class SizeHistoryTest {
    private static final Instant NOW = RunningGateway.NOW;

    @TempDir
    private Path directory;

    @Test
    void aSampleAnHourIsKeptAndFoundAgainByTheNextProcess() {
        Optional<Path> file = Optional.of(directory.resolve("figures"));
        SizeHistory growth = SizeHistory.open(file, NOW);
        assertThat(growth.isDue(NOW)).isTrue();
        growth.record(new Sample(NOW, 10, 12));
        growth.record(new Sample(NOW.plusSeconds(3599), 11, 13));
        assertThat(growth.isDue(NOW.plusSeconds(3599))).isFalse();
        growth.record(new Sample(NOW.plusSeconds(3600), 12, 15));
        assertThat(SizeHistory.open(file, NOW).samples())
                .isEqualTo(growth.samples())
                .containsExactly(new Sample(NOW, 10, 12), new Sample(NOW.plusSeconds(3600), 12, 15));
    }

    @Test
    void brokenLinesAreSkippedAndOldDaysKeepTheirLastSample() throws Exception {
        Path file = directory.resolve("figures");
        Instant old = Instant.parse("2026-01-02T00:00:00Z");
        Stream<String> lines = IntStream.range(0, 48)
                .mapToObj(hour -> "{\"time\":\"" + old.plus(Duration.ofHours(hour)) + "\",\"certificates\":" + hour
                        + ",\"changes\":" + hour + "}");
        Files.writeString(
                file,
                String.join("\n", lines.toList())
                        + "\nnonsense\n{\"time\":\"2026-11-22T10:00:00Z\",\"certificates\":1\n");
        List<Sample> samples = SizeHistory.open(Optional.of(file), NOW).samples();
        assertThat(samples)
                .containsExactly(
                        new Sample(old.plus(Duration.ofHours(23)), 23, 23),
                        new Sample(old.plus(Duration.ofHours(47)), 47, 47));
        assertThat(file).content().hasLineCount(2);
        assertThat(SizeHistory.open(Optional.of(file), NOW).samples()).isEqualTo(samples);
    }

    @Test
    void aFileThatCannotBeWrittenStopsNothing() {
        SizeHistory growth = SizeHistory.open(Optional.of(directory.resolve("nowhere/figures")), NOW);
        growth.record(new Sample(NOW, 10, 12));
        assertThat(growth.samples()).hasSize(1);
    }

    @Test
    void spansTellTheLevelAtTheirEndAndWhatChangedWithin() {
        GrowthPlot plot = new GrowthPlot(
                List.of(
                        new Sample(Instant.parse("2026-11-20T01:00:00Z"), 100, 110),
                        new Sample(Instant.parse("2026-11-20T02:30:00Z"), 105, 120),
                        new Sample(Instant.parse("2026-11-20T04:10:00Z"), 104, 121)),
                Words.ENGLISH);
        assertThat(plot.unit()).isEqualTo("hour");
        assertThat(plot.spans())
                .containsExactly(
                        new GrowthPlot.Span("2026-11-20 01:00", 100, 0),
                        new GrowthPlot.Span("2026-11-20 02:00", 105, 10),
                        new GrowthPlot.Span("2026-11-20 03:00", 105, 0),
                        new GrowthPlot.Span("2026-11-20 04:00", 104, 1));
    }

    @Test
    void longTimesAreDrawnInLongSpansOfWhichThereAreNeverMany() {
        for (int days : List.of(0, 1, 3, 50, 100, 400, 1000, 5000, 20_000)) {
            GrowthPlot plot = new GrowthPlot(
                    List.of(new Sample(NOW.minus(Duration.ofDays(days)), 0, 0), new Sample(NOW, 6_500_000, 7_000_000)),
                    Words.ENGLISH);
            assertThat(plot.spans()).hasSizeBetween(1, 61);
            assertThat(plot.spans().stream().mapToLong(GrowthPlot.Span::changes).sum())
                    .isEqualTo(7_000_000);
            assertThat(plot.svg())
                    .contains(
                            "role=\"img\"",
                            "<title id=\"certificates-title\">Certificates</title>",
                            "6,500,000.</desc>",
                            "10,000,000</text>")
                    .doesNotContain("NaN", "Infinity", "style=", "http");
        }
    }

    @Test
    void anEmptyDatabaseIsDrawn() {
        assertThat(new GrowthPlot(List.of(new Sample(NOW, 0, 0)), Words.ENGLISH).svg())
                .contains(">1</text>")
                .doesNotContain("NaN", "Infinity");
    }
}
