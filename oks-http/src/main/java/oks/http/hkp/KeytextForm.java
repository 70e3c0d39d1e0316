package oks.http.hkp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import oks.http.answer.HttpFault;

/**
 * The form {@code application/x-www-form-urlencoded} with its field {@code keytext}, as bytes: a certificate is no
 * text, and a body of many megabytes should not become a string.
 */
public final class KeytextForm {
    private static final byte[] NAME = "keytext=".getBytes(StandardCharsets.US_ASCII);

    private KeytextForm() {}

    /**
     * The unescaped field; it is unescaped in its place, so the form is of no use afterwards.
     *
     * @throws HttpFault 400 when there is none, it is empty, or an escape in it is broken
     */
    public static byte[] keytext(byte[] form) {
        for (int begin = 0; begin < form.length; ) {
            int end = endOfField(form, begin);
            int value = begin + NAME.length;
            if (value <= end && Arrays.equals(form, begin, value, NAME, 0, NAME.length)) {
                byte[] keytext = unescape(form, value, end);
                if (keytext.length > 0) {
                    return keytext;
                }
            }
            begin = end + 1;
        }
        throw HttpFault.of(400, "the form has no field \"keytext\" with a certificate in it");
    }

    private static int endOfField(byte[] form, int begin) {
        int end = begin;
        while (end < form.length && form[end] != '&') {
            end++;
        }
        return end;
    }

    private static byte[] unescape(byte[] form, int begin, int end) {
        int length = 0;
        for (int at = begin; at < end; at++) {
            byte octet = form[at];
            if (octet == '%') {
                int high = at + 2 < end ? Character.digit(form[at + 1], 16) : -1;
                int low = at + 2 < end ? Character.digit(form[at + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw HttpFault.of(
                            400,
                            "the field \"keytext\" has a percent sign that is not followed by two hexadecimal digits");
                }
                octet = (byte) (high << 4 | low);
                at += 2;
            } else if (octet == '+') {
                octet = ' ';
            }
            form[begin + length++] = octet;
        }
        return Arrays.copyOfRange(form, begin, begin + length);
    }
}
