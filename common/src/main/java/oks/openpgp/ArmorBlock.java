package oks.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * The decoded bytes of one block of armor (RFC 9580, section 6.2): headers, an empty line, base64, perhaps a checksum,
 * which is not compared (section 6.1), and the last line. A line that is no base64 is left out and remembered as a
 * fault, with the place where its bytes would have been; the lines after it are read. One thread.
 */
final class ArmorBlock extends InputStream {
    private static final int MOST_FAULTS = 1000;
    private static final byte[] VALUES = values();

    private final ArmorLines lines;
    private final String quotation;
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final Crc24 crc = new Crc24();
    private boolean headers = true;
    private boolean padded;
    private boolean summed;
    private boolean over;
    private String heldBack = "";
    private byte[] decoded = new byte[64];
    private int at;
    private int end;
    private long bytesDecoded;
    private int bits;
    private int bitCount;

    /** A fault, and how many bytes of the block were decoded before it. */
    record Fault(long offset, ArmorFault what) {}

    /** @param first the block's first line, just read from these lines */
    ArmorBlock(ArmorLines lines, ArmorMarker first) {
        this.lines = lines;
        this.quotation = first.before();
    }

    /**
     * The fault of the bytes up to an offset; to be asked in the order of the bytes, because faults before them are
     * forgotten.
     *
     * @param atEnd whether these are the last bytes, which a fault at the end of the block concerns, too
     * @param whole whether these bytes are whole packets
     */
    Optional<Fault> faultBefore(long offset, boolean atEnd, boolean whole) {
        Optional<Fault> first = Optional.empty();
        while (!faults.isEmpty() && (faults.peek().offset < offset || atEnd)) {
            Fault fault = faults.poll();
            boolean counts = first.isEmpty() && !(whole && fault.what.isHarmlessIfWhole());
            first = counts ? Optional.of(fault) : first;
        }
        return first;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (at == end && !over) {
            at = 0;
            end = 0;
            takeLine();
        }
        if (at == end) {
            return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(decoded, at, into, offset, count);
        at += count;
        return count;
    }

    private void takeLine() throws IOException {
        if (!lines.next() || lines.marker().filter(ArmorMarker::begins).isPresent()) {
            lines.keep();
            decodeHeldBack();
            end(ArmorFault.NO_LAST_LINE);
        } else if (lines.marker().isPresent()) {
            takeLastLine(lines.marker().get());
        } else {
            takeInside(lines.line());
        }
    }

    private void takeLastLine(ArmorMarker last) {
        String digits = unquoted(last.before()); // a line break before the last line may be lost
        if (!digits.isEmpty()) {
            takeDigits(digits);
        }
        boolean checksumWithoutItsSign = heldBack.equals(new String(crc.digits(), StandardCharsets.US_ASCII));
        if (!checksumWithoutItsSign) {
            decodeHeldBack();
        }
        if (bitCount == 6) {
            fault(ArmorFault.MISSING_DIGIT);
        }
        over = true;
    }

    private void takeInside(String line) {
        String inside = unquoted(line);
        headers = headers && (inside.isEmpty() || inside.indexOf(':') >= 0);
        if (!headers && !inside.isEmpty()) {
            takeDigits(inside);
        }
    }

    private String unquoted(String line) {
        if (quotation.isEmpty()) {
            return line;
        }
        if (!line.startsWith(quotation)) {
            fault(ArmorFault.QUOTATION);
            return "";
        }
        return ArmorMarker.stripped(line.substring(quotation.length()));
    }

    private void takeDigits(String line) {
        decodeHeldBack();
        int sum = line.length() - 5;
        boolean endsInChecksum = sum >= 0 && line.charAt(sum) == '=' && line.indexOf('=', sum + 1) < 0;
        String digits = endsInChecksum ? line.substring(0, sum) : line;
        if (summed || padded && !endsInChecksum && digits.length() != 4 || padded && endsInChecksum && sum > 0) {
            fault(ArmorFault.AFTER_END);
        } else if (padded && !endsInChecksum) {
            summed = true; // a checksum that lost its "="
        } else if (digits.length() == 4 && digits.indexOf('=') < 0) {
            heldBack = digits; // perhaps the same
        } else {
            decode(digits);
        }
        summed |= endsInChecksum;
    }

    private void decodeHeldBack() {
        String digits = heldBack;
        heldBack = "";
        decode(digits);
    }

    private void decode(String digits) {
        int before = end;
        decoded =
                decoded.length - end < digits.length() ? Arrays.copyOf(decoded, 2 * (end + digits.length())) : decoded;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int value = c < VALUES.length ? VALUES[c] : -1;
            if (value >= 0 && !padded) {
                bits = bits << 6 | value;
                bitCount += 6;
                if (bitCount >= 8) {
                    bitCount -= 8;
                    decoded[end++] = (byte) (bits >> bitCount);
                }
            } else if (c == '=') {
                padded = true;
            } else if (c <= ' ') {
                fault(ArmorFault.PLUS_SIGNS);
            } else {
                end = before; // none of the line: half a certificate looks whole where a packet ends
                bitCount = 0;
                fault(value >= 0 ? ArmorFault.AFTER_END : ArmorFault.NOT_BASE64);
                return;
            }
        }
        crc.add(decoded, before, end - before);
        bytesDecoded += end - before;
    }

    private void fault(ArmorFault what) {
        Fault last = faults.peekLast();
        if (last == null || last.offset != bytesDecoded || last.what.isHarmlessIfWhole() && what != last.what) {
            faults.add(new Fault(bytesDecoded, what));
        }
        over |= faults.size() > MOST_FAULTS; // it is no armor
    }

    private void end(ArmorFault why) {
        fault(why);
        over = true;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < digits.length(); i++) {
            values[digits.charAt(i)] = (byte) i;
        }
        return values;
    }
}
