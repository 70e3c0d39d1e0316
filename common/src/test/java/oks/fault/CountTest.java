package oks.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CountTest {
    @Test
    void oneIsSingularAndEverythingElsePlural() {
        assertThat(Count.of(0, "file")).isEqualTo("0 files");
        assertThat(Count.of(1, "file")).isEqualTo("1 file");
        assertThat(Count.of(2000, "recovery file")).isEqualTo("2000 recovery files");
        assertThat(Count.of(2, "index entry")).isEqualTo("2 index entries");
        assertThat(Count.of(2, "day")).isEqualTo("2 days");
        assertThat(Count.grouped(1, "change")).isEqualTo("1 change");
        assertThat(Count.grouped(1_234_567, "change")).isEqualTo("1,234,567 changes");
    }
}
