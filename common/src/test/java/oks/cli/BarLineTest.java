package oks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The line of a progress bar at every width: right at both ends, no number cut, no character too many. */
final class BarLineTest {
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d.:]*%?");

    static Stream<BarLine> lines() {
        return Stream.of("changes", "bytes", "")
                .flatMap(unit -> Stream.of("", "812 changes")
                        .flatMap(more -> Stream.of(0.0, 0.5, 7.0, 1e9)
                                .flatMap(seconds -> LongStream.of(0, 1, 1000, 1L << 40, Long.MAX_VALUE)
                                        .boxed()
                                        .flatMap(total -> LongStream.of(0, 1, 990, 999, 1000, 1L << 40, Long.MAX_VALUE)
                                                .mapToObj(done -> new BarLine(
                                                        "reading archive", done, total, unit, more, seconds))))));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void fitsEveryWidthAndCutsNoNumber(BarLine line) {
        Set<String> whole = numbers(line.within(1000, false));
        for (int width = 1; width <= 200; width++) {
            for (boolean unicode : List.of(false, true)) {
                String shown = line.within(width, unicode);
                assertThat(shown.length()).isLessThanOrEqualTo(width);
                assertThat(whole).containsAll(numbers(shown));
                if (width >= 20) {
                    assertThat(shown).as("width %d", width).containsPattern(line.total() > 0 ? "\\d%" : "\\d");
                }
                if (!unicode) {
                    assertThat(shown).matches("\\p{ASCII}*");
                }
            }
        }
    }

    private static Set<String> numbers(String line) {
        return NUMBER.matcher(line).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    @Test
    void aHundredPercentMeansThatNothingIsLeftAndZeroThatNothingIsDone() {
        assertThat(of(0, 1000).within(60, false))
                .startsWith("replaying   0% [                    ")
                .contains("] 0 of 1000 changes");
        assertThat(of(1, 1000).within(60, false)).startsWith("replaying   0% [ ");
        assertThat(of(999, 1000).within(60, false))
                .startsWith("replaying  99% [####")
                .contains("# ] 999 of 1000 changes");
        assertThat(of(1000, 1000).within(60, false))
                .startsWith("replaying 100% [####")
                .contains("#] 1000 of 1000 changes")
                .doesNotContain("# ]");
        assertThat(of(Long.MAX_VALUE - 1, Long.MAX_VALUE).percent()).isBetween(99, 100);
        assertThat(of(0, 1000).within(60, true)).contains("[ ").doesNotContainPattern("[█-▏]");
        assertThat(of(1000, 1000).within(60, true)).contains("[██").doesNotContain("█ ", "▉");
    }

    @Test
    void aTotalThatIsTooSmallIsNeverExceeded() {
        assertThat(of(12, 10).within(80, false)).contains("100%", "12 of 12 changes");
    }

    @Test
    void thePercentageNeverFalls() {
        List<Integer> percents = IntStream.rangeClosed(0, 777)
                .mapToObj(done -> of(done, 777).percent())
                .toList();
        assertThat(percents).isSorted().startsWith(0).endsWith(100);
        assertThat(percents.subList(0, 777)).allMatch(percent -> percent < 100);
    }

    @Test
    void onEightyColumnsEverythingIsThere() {
        BarLine line = new BarLine("replaying", 4 << 20, 10 << 20, "bytes", "812 changes", 2);
        assertThat(line.within(79, false))
                .isEqualTo("replaying  40% [####       ] 4.0 of 10.0 MiB, 812 changes, 2.0 MiB/s, 0:03 left");
        assertThat(line.within(70, false))
                .isEqualTo("replaying  40% [#####        ] 4.0 of 10.0 MiB, 812 changes, 2.0 MiB/s");
        assertThat(line.within(20, false)).isEqualTo("replaying  40%");
        assertThat(line.within(13, false)).isEqualTo("40%");
        assertThat(line.within(2, false)).isEmpty();
    }

    @Test
    void withoutATotalTheAmountIsShown() {
        assertThat(of(1234, 0).within(80, true)).isEqualTo("replaying 1234 changes");
        assertThat(of(1234, 0).within(15, true)).isEqualTo("1234 changes");
        assertThat(of(1234, 0).within(5, true)).isEqualTo("1234");
        assertThat(of(1234, 0).within(3, true)).isEmpty();
    }

    private static BarLine of(long done, long total) {
        return new BarLine("replaying", done, total, "changes", "", 0);
    }
}
