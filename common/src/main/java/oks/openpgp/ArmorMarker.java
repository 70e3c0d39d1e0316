package oks.openpgp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first or last line of a block of armor (RFC 9580, section 6.2), as it is found in texts that went through mail
 * programs, web pages and editors: any number of dashes, of any kind, and dash-escaped (section 7.2).
 *
 * @param begins whether it is a first line
 * @param before what stands before the dashes, without blanks at its ends
 * @param label such as {@code PUBLIC KEY BLOCK}
 * @param closed whether dashes follow the label
 * @param after what stands after them, without blanks at its ends
 */
record ArmorMarker(boolean begins, String before, String label, boolean closed, String after) {
    /**
     * The hyphen; U+2010 to U+2015 and U+2212 in UTF-8, in which each byte is a character here; the dashes of Windows.
     */
    private static final String DASH = "(?:-|\u00e2\u0080[\u0090-\u0095]|\u00e2\u0088\u0092|[\u0096\u0097])";

    private static final Pattern MARKER =
            Pattern.compile("(?s)(.*?)(?:- )?" + DASH + "+(BEGIN|END) PGP ([A-Z ,/0-9]{0,40})(" + DASH + "*)(.*)");
    private static final Pattern QUOTATION = Pattern.compile("[>|]([>| \t]*[>|])?");

    /** @param line in Latin-1, so that each byte is a character */
    static Optional<ArmorMarker> in(String line) {
        if (!line.contains(" PGP ")) { // base64 has no spaces
            return Optional.empty();
        }
        Matcher parts = MARKER.matcher(line);
        return parts.matches()
                ? Optional.of(new ArmorMarker(
                        parts.group(2).equals("BEGIN"),
                        stripped(parts.group(1)),
                        parts.group(3),
                        !parts.group(4).isEmpty(),
                        stripped(parts.group(5))))
                : Optional.empty();
    }

    boolean isPrivateKey() {
        return label.startsWith("PRIVATE KEY") || label.startsWith("SECRET KEY");
    }

    /** A certificate, or whatever "gpg --enarmor" was given. */
    boolean mayBeCertificate() {
        return label.equals("PUBLIC KEY BLOCK") || label.equals("ARMORED FILE");
    }

    /** Whether a mail program put its quotation marks before the line, and so before every other line of the block. */
    boolean isQuoted() {
        return QUOTATION.matcher(before).matches();
    }

    /** Why the block that this line begins is not read; empty when it is. */
    Optional<ArmorFault> fault() {
        if (!before.isEmpty() && !isQuoted()) {
            return Optional.of(
                    before.replaceAll("[>| \t]", "").matches(":+") ? ArmorFault.COLON : ArmorFault.TEXT_BEFORE);
        }
        if (!closed) {
            return Optional.of(ArmorFault.FIRST_LINE);
        }
        return after.isEmpty() ? Optional.empty() : Optional.of(ArmorFault.LINE_BREAKS);
    }

    /** Whether this is a block's first line with something before it, and not a sentence about such a line. */
    boolean isWholeLine() {
        return before.isEmpty() || isQuoted() || closed && after.isEmpty();
    }

    /** A line without what cannot be seen at its ends: white space, no-break spaces, a byte order mark. */
    static String stripped(String line) {
        int from = 0;
        int to = line.length();
        while (from < to && isInvisible(line.charAt(from))) {
            from++;
        }
        while (from < to && isInvisible(line.charAt(to - 1))) {
            to--;
        }
        return line.substring(from, to);
    }

    /**
     * White space, and the bytes of the no-break space and the byte order mark, none of which is a digit or a label's.
     */
    private static boolean isInvisible(char c) {
        return c <= ' ' || c == 0xa0 || c == 0xc2 || c == 0xef || c == 0xbb || c == 0xbf;
    }
}
