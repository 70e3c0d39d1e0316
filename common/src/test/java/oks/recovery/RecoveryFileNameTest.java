package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

final class RecoveryFileNameTest {
    private static final long FIRST_SECOND = 0;
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    @Provide
    Arbitrary<Instant> clocks() {
        return Arbitraries.longs().between(FIRST_SECOND, LAST_SECOND).map(Instant::ofEpochSecond);
    }

    @Property
    void namesSortInTheOrderOfCreationWhateverTheClockDoes(
            @ForAll @Size(min = 2, max = 20) List<@From("clocks") Instant> clock) {
        List<String> names = new ArrayList<>();
        RecoveryFileName name = new RecoveryFileName("sample", clock.get(0), 1);
        names.add(name.toString());
        for (Instant now : clock.subList(1, clock.size())) {
            name = name.next(now);
            names.add(name.toString());
        }
        assertThat(names).isSorted().doesNotHaveDuplicates();
    }

    @Property
    void namesAreReadBack(
            @ForAll("clocks") Instant time, @ForAll @LongRange(min = 1, max = 9_999_999_999L) long ordinal) {
        RecoveryFileName name = new RecoveryFileName("a-1-b", time, ordinal);
        assertThat(RecoveryFileName.of(Path.of("/some/where", name.toString()))).contains(name);
    }

    @Example
    void theLastDaysOfAYearBelongToIt() {
        Instant newYearsEve = Instant.parse("2026-12-31T23:59:59Z");
        assertThat(new RecoveryFileName("sample", newYearsEve, 42))
                .hasToString("sample-202612312359590000000042.recovery");
    }

    @Example
    void otherNamesAreNotRecoveryFiles() {
        for (String other : List.of(
                "sample-202611221049020000000042.recovery.torn",
                ".sample-202611221049020000000042.recovery.new",
                "sample-20261122104902000000042.recovery",
                "sample-202613221049020000000042.recovery",
                "sample-202602301049020000000042.recovery",
                "sample-202611221049020000000000.recovery",
                "Sample-202611221049020000000042.recovery",
                "IDENTITY")) {
            assertThat(RecoveryFileName.of(Path.of(other))).as(other).isEmpty();
        }
    }

    @Example
    void whatDoesNotFitIntoANameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecoveryFileName("sample", Instant.EPOCH, 10_000_000_000L));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecoveryFileName("sample", Instant.ofEpochSecond(LAST_SECOND + 1), 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecoveryFileName("sample", Instant.ofEpochSecond(-1), 1));
    }
}
