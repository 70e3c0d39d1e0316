package oks.log;

import java.util.Locale;

/**
 * Text from strangers made safe for logs and terminals: it stays on one line and shows all of its characters.
 *
 * <p>Control, format (bidirectional overrides among them), separator, private and unassigned characters become
 * {@code \n}, {@code \t}, {@code \r}, <code>&#92;u202e</code> or {@code \U0001f3ff}; other characters stay as they are.
 */
public final class Printable {

    private Printable() {}

    /** The text with every character that does not print escaped. */
    public static String of(String text) {
        StringBuilder printable = null;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            int next = i + Character.charCount(character);
            if (!prints(character) && printable == null) {
                printable = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (printable != null) {
                append(character, printable);
            }
            i = next;
        }
        return printable == null ? text : printable.toString();
    }

    private static void append(int character, StringBuilder to) {
        if (prints(character)) {
            to.appendCodePoint(character);
        } else if (character == '\n' || character == '\r' || character == '\t') {
            to.append(character == '\n' ? "\\n" : character == '\r' ? "\\r" : "\\t");
        } else {
            to.append(String.format(Locale.ROOT, character < 0x10000 ? "\\u%04x" : "\\U%08x", character));
        }
    }

    private static boolean prints(int character) {
        if (character >= ' ' && character < 0x7f) {
            return true;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
