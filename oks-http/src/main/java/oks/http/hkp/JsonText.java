package oks.http.hkp;

import java.util.Locale;

/** JSON as it is sent: valid for every program, and harmless on a terminal. */
final class JsonText {
    private JsonText() {}

    /**
     * The same JSON, in which characters that are not seen, or change how others are seen, are escaped: controls, bidi
     * controls, zero-width characters. They stand in strings only.
     */
    static String visible(String json) {
        StringBuilder out = null;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean hidden = c >= 0x7f && isHidden(c);
            if (hidden && out == null) {
                out = new StringBuilder(json.length() + 64).append(json, 0, i);
            }
            if (hidden) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else if (out != null) {
                out.append(c);
            }
        }
        return out == null ? json : out.toString();
    }

    private static boolean isHidden(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
