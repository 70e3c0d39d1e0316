package oks.recovery;

import java.nio.charset.StandardCharsets;

/** Texts as they stand in files. */
final class Utf8 {
    /** The longest text whose length stands in one byte. */
    static final int SHORT = 255;

    private Utf8() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The text, which must not be longer than this; an {@link IllegalArgumentException} names it by {@code what}. */
    static String limited(String text, int most, String what) {
        int length = bytes(text).length;
        if (length > most) {
            throw new IllegalArgumentException(
                    what + " has " + length + " bytes, but at most " + most + " are allowed");
        }
        return text;
    }

    /** The beginning of the text that fits into this many bytes, whole characters only. */
    static String cut(String text, int most) {
        int end = text.length();
        while (bytes(text.substring(0, end)).length > most) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end);
    }
}
