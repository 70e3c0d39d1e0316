package oks.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ValidityTest {
    private static final Instant EXPIRES = Instant.parse("2026-11-22T10:49:02Z");

    private static Validity at(Instant now, boolean revoked) {
        return Validity.of(
                Optional.of(Instant.parse("2024-01-01T23:59:59Z")), Optional.of(EXPIRES), revoked, now, Words.ENGLISH);
    }

    @Test
    void aCertificateIsExpiredFromItsSecondOnAndNotBefore() {
        assertThat(at(EXPIRES.minusSeconds(1), false)).isEqualTo(new Validity("", "2024-01-01", "2026-11-22", false));
        assertThat(at(EXPIRES, false)).isEqualTo(new Validity("expired", "2024-01-01", "2026-11-22", true));
    }

    @Test
    void ofWhatIsRevokedAndExpiredTheRevocationIsSaid() {
        assertThat(at(EXPIRES, true).badge()).isEqualTo("revoked");
        assertThat(at(EXPIRES, true).expired()).isTrue();
    }

    @Test
    void whatNeverExpiresHasNoDate() {
        assertThat(Validity.of(Optional.empty(), Optional.empty(), false, EXPIRES, Words.ENGLISH))
                .isEqualTo(new Validity("", "", "", false));
    }
}
