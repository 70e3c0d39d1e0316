package oks.json;

import java.nio.charset.StandardCharsets;

/** The rule for text on one line of a log or a terminal. */
public final class LineRule {
    private LineRule() {}

    /** Whether a text is not blank, has at most this many bytes of UTF-8, and no character that a terminal obeys. */
    public static boolean holds(String text, int maxBytes) {
        return !text.isBlank()
                && text.getBytes(StandardCharsets.UTF_8).length <= maxBytes
                && text.codePoints().noneMatch(LineRule::breaksLine);
    }

    private static boolean breaksLine(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
