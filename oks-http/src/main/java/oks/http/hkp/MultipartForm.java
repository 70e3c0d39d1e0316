package oks.http.hkp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.http.answer.HttpFault;

/** The form {@code multipart/form-data} (RFC 7578) with its part {@code keytext}: how browsers send a file. */
public final class MultipartForm {
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");
    private static final Pattern KEYTEXT = Pattern.compile(
            "(?im)^content-disposition:\\s*form-data\\s*;(?:.*;)?\\s*name=(?:\"keytext\"|keytext(?=[\\s;]|$))");
    private static final byte[] END_OF_HEADER = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_HEADER = 4096;
    private static final int LINE_END = 2;
    private static final int NOWHERE = -1;

    private final byte[] form;
    private final byte[] delimiter;

    private MultipartForm(byte[] form, String boundary) {
        this.form = form;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * The first part {@code keytext} that holds something, since browsers send an empty one for a file not chosen.
     *
     * @param contentType with its parameter boundary
     * @throws HttpFault 400 when there is none
     */
    public static byte[] keytext(String contentType, byte[] form) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw HttpFault.of(400, "multipart/form-data without its parameter boundary");
        }
        return new MultipartForm(form, boundary.group(1) != null ? boundary.group(1) : boundary.group(2)).keytext();
    }

    private byte[] keytext() {
        int delimiterAt = first();
        while (delimiterAt != NOWHERE) {
            int part = delimiterAt + delimiter.length;
            int next = find(delimiter, part, form.length);
            if (next == NOWHERE) {
                break; // what follows the last delimiter is no part
            }
            int endOfHeader = find(END_OF_HEADER, part, Math.min(next, part + LONGEST_HEADER));
            if (endOfHeader >= 0 && endOfHeader + END_OF_HEADER.length < next && isKeytext(part, endOfHeader)) {
                return Arrays.copyOfRange(form, endOfHeader + END_OF_HEADER.length, next);
            }
            delimiterAt = next;
        }
        throw HttpFault.of(400, "the form has no part \"keytext\" with a certificate in it");
    }

    /** Where the first delimiter begins: one that has no line end before it as if it had. */
    private int first() {
        int dashes = delimiter.length - LINE_END;
        boolean atBegin =
                form.length >= dashes && Arrays.equals(form, 0, dashes, delimiter, LINE_END, delimiter.length);
        return atBegin ? -LINE_END : find(delimiter, 0, form.length);
    }

    private boolean isKeytext(int from, int to) {
        return KEYTEXT.matcher(new String(form, from, to - from, StandardCharsets.ISO_8859_1))
                .find();
    }

    private int find(byte[] wanted, int from, int to) {
        for (int at = from; at + wanted.length <= to; at++) {
            if (form[at] == wanted[0] && Arrays.equals(form, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return NOWHERE;
    }
}
