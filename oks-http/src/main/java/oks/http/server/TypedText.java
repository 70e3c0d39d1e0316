package oks.http.server;

import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import oks.openpgp.UserIdText;

/**
 * Text as it stands in a URL: percent escapes of octets, which are UTF-8, or else Latin-1 as a user ID may be. Octets
 * above 127 may stand there as they are, as scripts send them.
 */
public final class TypedText {
    private static final int ESCAPED = 3;

    private TypedText() {}

    /**
     * The text of a parameter or a part of a path.
     *
     * @param raw a character for each octet, as the request's first line is read
     * @param form whether a plus is a blank, as in a query
     * @throws IllegalArgumentException for a percent sign that is not followed by two hexadecimal digits
     */
    public static String decode(String raw, boolean form) {
        Buffer octets = Buffer.buffer(raw.length());
        for (int at = 0; at < raw.length(); at++) {
            char c = raw.charAt(at);
            if (c == '%') {
                if (at + ESCAPED > raw.length()) {
                    throw new IllegalArgumentException("a percent sign at the end");
                }
                octets.appendByte((byte) HexFormat.fromHexDigits(raw, at + 1, at + ESCAPED));
                at += ESCAPED - 1;
            } else if (c <= 0xff) {
                octets.appendByte((byte) (form && c == '+' ? ' ' : c));
            } else {
                octets.appendString(String.valueOf(c));
            }
        }
        return UserIdText.of(octets.getBytes()).text();
    }
}
