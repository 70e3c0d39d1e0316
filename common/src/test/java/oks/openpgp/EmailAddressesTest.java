package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class EmailAddressesTest {
    private static final String ATOM = "[^\\s<>()\\[\\],;:\"\\\\@\\p{Cntrl}]";
    private static final Pattern EMAIL = Pattern.compile("(?<!" + ATOM + ")" + ATOM + "++@" + ATOM + "++");

    @Property(tries = 5000)
    void findsWhatTheSlowPatternFinds(@ForAll("texts") String text) {
        Set<String> expected = new LinkedHashSet<>();
        Matcher matcher = EMAIL.matcher(text);
        while (matcher.find()) {
            expected.add(matcher.group().toLowerCase(Locale.ROOT));
        }
        assertThat(EmailAddresses.in(text)).containsExactlyElementsOf(expected);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("ab.@@ <>\t\u0007\u007f\u00a0\u00e4\u2028\ud83d\ude00,;:\"\\()[]")
                .ofMaxLength(24);
    }

    @Test
    void aLongTextWithoutAddressesIsReadOnce() {
        assertThat(EmailAddresses.in("a".repeat(1 << 20))).isEmpty();
        assertThat(EmailAddresses.in("@".repeat(1 << 20))).isEmpty();
    }
}
