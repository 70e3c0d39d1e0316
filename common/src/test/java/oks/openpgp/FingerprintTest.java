package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
    private static final String V4 = "0123456789ABCDEF0123456789ABCDEF01234567";
    private static final String V6 = "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9";

    @Test
    void theKeyIdIsTheEndOfAVersion4AndTheBeginningOfAVersion6Fingerprint() {
        assertThat(Fingerprint.parse(V4).keyId()).hasToString("89ABCDEF01234567");
        assertThat(Fingerprint.parse("0x" + V6.toLowerCase(java.util.Locale.ROOT))
                        .keyId())
                .hasToString("CB186C4F0609A697");
        assertThatIllegalStateException()
                .isThrownBy(() -> Fingerprint.parse(V4.substring(8)).keyId());
    }

    @Test
    void theLengthTellsTheVersion() {
        assertThat(Stream.of(V4.substring(8), V4, V6).map(Fingerprint::parse).map(Fingerprint::version))
                .containsExactly(3, 4, 6);
    }

    @Test
    void bytesAreComparedUnsignedAndCannotBeChanged() {
        Fingerprint low = Fingerprint.parse("7F" + V4.substring(2));
        Fingerprint high = Fingerprint.parse("80" + V4.substring(2));
        assertThat(low).isLessThan(high);
        low.bytes()[0] = 0;
        assertThat(low).isEqualTo(Fingerprint.of(low.bytes())).hasToString("7F" + V4.substring(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "01234567", "89ABCDEF01234567", "0123456789ABCDEF0123456789ABCDEF0123456", "zz"})
    void anythingElseIsNoFingerprint(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "01234567", "-9ABCDEF01234567", "89ABCDEF012345678"})
    void anythingElseIsNoKeyId(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyId.parse(text));
    }
}
