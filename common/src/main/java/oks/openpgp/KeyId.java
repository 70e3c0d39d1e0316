package oks.openpgp;

import java.util.Locale;
import java.util.regex.Pattern;

/** The 64-bit name of a key, part of its fingerprint (RFC 9580, section 5.5.4); not unique, never proof of anything. */
public record KeyId(long value) {
    private static final Pattern HEX = Pattern.compile("(?:0[xX])?([0-9a-fA-F]{16})");

    /**
     * Reads 16 hexadecimal digits, with or without {@code 0x}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static KeyId parse(String hex) {
        var digits = HEX.matcher(hex);
        if (!digits.matches()) {
            throw new IllegalArgumentException("a key ID has 16 hexadecimal digits");
        }
        return new KeyId(Long.parseUnsignedLong(digits.group(1), 16));
    }

    /** 16 upper-case hexadecimal digits. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%016X", value);
    }
}
