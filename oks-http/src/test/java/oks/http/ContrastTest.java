package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.http.page.PageTemplates;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the colours of the pages can be read, light and dark: WCAG 2.2, success criteria 1.4.3 and 1.4.11. */
final class ContrastTest {
    private static final Pattern ROOT = Pattern.compile(":root \\{([^}]*)\\}");
    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): #([0-9a-f]{3,6});");

    @ParameterizedTest
    @CsvSource({
        "ink, paper, 4.5",
        "ink, box, 4.5",
        "soft, paper, 4.5",
        "soft, box, 4.5",
        "accent, paper, 4.5",
        "accent, box, 4.5",
        "on-accent, accent, 4.5",
        "bad, paper, 4.5",
        "bad, box, 4.5",
        "edge, paper, 3"
    })
    void textAndBordersOfFieldsStandOut(String foreground, String background, double least) {
        Matcher root = ROOT.matcher(new String(PageTemplates.standard("oks.css"), StandardCharsets.UTF_8));
        int schemes = 0;
        for (; root.find(); schemes++) {
            Map<String, Double> luminances = luminances(root.group(1));
            double one = luminances.get(foreground);
            double other = luminances.get(background);
            assertThat((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05))
                    .as("scheme " + schemes)
                    .isGreaterThanOrEqualTo(least);
        }
        assertThat(schemes).isEqualTo(2);
    }

    private static Map<String, Double> luminances(String rule) {
        Map<String, Double> luminances = new HashMap<>();
        for (Matcher colour = COLOUR.matcher(rule); colour.find(); ) {
            String digits = colour.group(2).length() == 3 ? colour.group(2).replaceAll("(.)", "$1$1") : colour.group(2);
            luminances.put(
                    colour.group(1),
                    0.2126 * linear(digits, 0) + 0.7152 * linear(digits, 2) + 0.0722 * linear(digits, 4));
        }
        return luminances;
    }

    private static double linear(String digits, int at) {
        double part = Integer.parseInt(digits.substring(at, at + 2), 16) / 255.0;
        return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    }
}
