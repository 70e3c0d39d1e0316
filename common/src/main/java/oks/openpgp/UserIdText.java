package oks.openpgp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The text of a user ID, or of what somebody types to find one. It should be UTF-8 (RFC 9580, section 5.11); what is
 * not was written by old programs in Latin-1, and is read so as a whole. The text and its encoding together are the
 * bytes again.
 *
 * @param text not escaped
 * @param encoding UTF-8, or ISO-8859-1 for bytes that are not UTF-8
 */
public record UserIdText(String text, Charset encoding) {
    private static final char REPLACEMENT = '\ufffd';

    public UserIdText {
        Objects.requireNonNull(text);
        Objects.requireNonNull(encoding);
    }

    /** Reads bytes; never fails, since all bytes are Latin-1. */
    public static UserIdText of(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 || isUtf8(bytes)
                ? new UserIdText(text, StandardCharsets.UTF_8)
                : new UserIdText(new String(bytes, StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Whether the bytes are UTF-8. */
    public boolean isUtf8() {
        return encoding.equals(StandardCharsets.UTF_8);
    }

    /** The bytes of which this is the text. */
    public byte[] bytes() {
        return text.getBytes(encoding);
    }
}
