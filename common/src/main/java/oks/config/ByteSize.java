package oks.config;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as operators write them: {@code "512B"}, {@code "8KiB"}, {@code "64MiB"}, {@code "1GiB"}. */
public final class ByteSize {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB|TiB)");
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    private ByteSize() {}

    /**
     * The number of bytes; empty when the text is not a number with one of the units above, or too large for a long.
     */
    public static OptionalLong parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long unit = 1L << (10 * UNITS.indexOf(matcher.group(2)));
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}
