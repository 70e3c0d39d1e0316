package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MicrosTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 999_999, -1_000_000, 1_795_344_542_123_456L, Long.MAX_VALUE, Long.MIN_VALUE})
    void everyNumberIsATimeAndComesBack(long micros) {
        assertThat(Micros.of(Micros.instant(micros))).isEqualTo(micros);
    }

    @Test
    void aTimeBeyondTheNumbersIsRefused() {
        assertThatThrownBy(() -> Micros.of(Instant.MAX)).isInstanceOf(ArithmeticException.class);
    }
}
