package oks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import oks.testing.Screen;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees in the end: messages, and nothing of the bar. */
final class TerminalTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesTakeTheBarAwayAndNothingIsLeftOver(boolean dumb) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(bytes, dumb);
        terminal.draw("replaying  40% [####      ]");
        assertThat(screen(bytes)).containsExactly("replaying  40% [####      ]");
        terminal.draw("short");
        assertThat(screen(bytes)).containsExactly("short");
        terminal.println("a warning");
        terminal.draw("replaying  60%");
        assertThat(screen(bytes)).containsExactly("a warning", "replaying  60%");
        terminal.erase();
        assertThat(screen(bytes)).containsExactly("a warning", "");
        terminal.draw("again");
        terminal.end();
        terminal.draw("too late");
        assertThat(screen(bytes)).containsExactly("a warning", "");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWorkMayEndInAnyWay(boolean fails) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal err = new Terminal(bytes, false);
        Console console = new Console(err, err, true, true, Map.of("COLUMNS", "40", "LANG", "C"));
        try (ProgressDisplay display = ProgressDisplays.begin(console, false, "replaying", 10, "changes")) {
            display.to(4);
            if (fails) {
                throw new IllegalStateException("in the middle");
            }
        } catch (IllegalStateException expected) {
            err.println("error: " + expected.getMessage());
        }
        assertThat(screen(bytes)).containsExactlyElementsOf(fails ? List.of("error: in the middle", "") : List.of(""));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("replaying  40%")
                .matches("[\\p{ASCII}]*");
    }

    @ParameterizedTest
    @CsvSource({
        "LANG, C, false",
        "LANG, '', false",
        "LANG, POSIX, false",
        "LANG, de_DE.ISO-8859-1, false",
        "LANG, de_DE, false",
        "LANG, de_DE.UTF-8, true",
        "LC_CTYPE, C.utf8, true",
        "LC_ALL, C.UTF-8, true",
    })
    void theLocaleSaysWhetherTheTerminalShowsMoreThanAscii(String name, String value, boolean unicode) {
        assertThat(new Console(System.out, System.err, false, true, Map.of(name, value)).hasUnicode())
                .isEqualTo(unicode);
        assertThat(new Console(System.out, System.err, false, true, Map.of(name, value, "OKS_ASCII", "true"))
                        .hasUnicode())
                .isFalse();
        assertThat(new Console(System.out, System.err, false, true, Map.of("LC_ALL", "C", name + "_", value))
                        .hasUnicode())
                .isFalse();
    }

    private static List<String> screen(ByteArrayOutputStream bytes) {
        return Screen.of(bytes.toString(StandardCharsets.UTF_8));
    }
}
