package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * ASCII armor (RFC 9580, section 6).
 *
 * <p>Written with a checksum, which gpg up to 2.2 looks for; read whether the checksum is right, wrong or missing, as
 * section 6.1 demands. Reading takes what mail programs and web forms do to a block: other line ends, spaces at line
 * ends, text around blocks, headers.
 */
public final class Armor {
    private static final String BEGIN = "-----BEGIN PGP ";
    private static final String DASHES = "-----";
    private static final int LINE = 64;
    private static final byte[] FIRST_LINE = ascii("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n");
    private static final byte[] LAST_LINE = ascii("\n-----END PGP PUBLIC KEY BLOCK-----\n");
    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final int[] CRC = crcOfEveryByteAtEveryPlace();
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Armor() {}

    /** One block of type PUBLIC KEY BLOCK with these binary certificates, one after the other; ends in a newline. */
    public static byte[] certificates(List<byte[]> binaries) {
        byte[] binary = binaries.size() == 1 ? binaries.get(0) : joined(binaries);
        byte[] digits = BASE64.encode(binary);
        byte[] checksum = checksum(binary);
        int lines = (digits.length + LINE - 1) / LINE;
        byte[] armored = new byte[FIRST_LINE.length + digits.length + lines + 1 + checksum.length + LAST_LINE.length];
        int at = append(FIRST_LINE, armored, 0);
        for (int from = 0; from < digits.length; from += LINE) {
            int length = Math.min(LINE, digits.length - from);
            System.arraycopy(digits, from, armored, at, length);
            armored[at + length] = '\n';
            at += length + 1;
        }
        armored[at] = '=';
        append(LAST_LINE, armored, append(checksum, armored, at + 1));
        return armored;
    }

    private static byte[] joined(List<byte[]> binaries) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(binaries.stream().mapToInt(one -> one.length).sum());
        binaries.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Copies a part into its place; gives where it ends. */
    private static int append(byte[] part, byte[] whole, int at) {
        System.arraycopy(part, 0, whole, at, part.length);
        return at + part.length;
    }

    /**
     * A block found in a text.
     *
     * @param label what stands after {@code BEGIN PGP}, such as {@code PUBLIC KEY BLOCK}
     * @param binary the decoded bytes; empty where the label alone says that they are not wanted
     * @param broken why the block could not be decoded, or ""
     */
    record Block(String label, byte[] binary, String broken) {
        boolean isPrivateKey() {
            return label.startsWith("PRIVATE KEY") || label.startsWith("SECRET KEY");
        }

        boolean isCertificate() {
            return label.equals("PUBLIC KEY BLOCK");
        }
    }

    /** The first blocks of a text, in order, at most so many; empty if there is none. */
    static List<Block> blocks(byte[] body, int most) {
        // Latin-1: one char per byte, so that no byte can be lost or made up
        String text = new String(body, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0 && blocks.size() < most) {
            int next = text.indexOf(BEGIN, at + BEGIN.length());
            blocks.add(block(text.substring(at, next < 0 ? text.length() : next)));
            at = next;
        }
        return blocks;
    }

    private static Block block(String text) {
        int labelEnd = text.indexOf(DASHES, BEGIN.length());
        if (labelEnd < 0 || labelEnd - BEGIN.length() > 40) {
            return new Block("", new byte[0], "the armor's first line is broken");
        }
        String label = text.substring(BEGIN.length(), labelEnd);
        Block unread = new Block(label, new byte[0], "");
        if (!unread.isCertificate()) {
            return unread; // a private key is not even decoded
        }
        int end = text.indexOf("-----END PGP " + label + DASHES, labelEnd);
        if (end < 0) {
            return new Block(label, new byte[0], "the armor has no last line");
        }
        return decoded(label, text.substring(labelEnd + DASHES.length(), end));
    }

    /** Between the first and the last line: headers, an empty line, base64, and perhaps a checksum, which is not read. */
    private static Block decoded(String label, String inside) {
        byte[] digits = new byte[inside.length()];
        int count = 0;
        boolean headers = true;
        int at = 0;
        while (at < inside.length()) {
            int before = count;
            boolean colon = false;
            for (; at < inside.length() && !isLineEnd(inside.charAt(at)); at++) {
                char c = inside.charAt(at);
                colon |= c == ':';
                if (!isWhite(c)) {
                    digits[count++] = (byte) c;
                }
            }
            at++;
            headers = headers && (colon || count == before);
            if (headers) {
                count = before;
            } else if (isChecksum(digits, before, count)) {
                count = before;
                break;
            }
        }
        try {
            return new Block(label, Base64.getDecoder().decode(Arrays.copyOf(digits, count)), "");
        } catch (IllegalArgumentException e) {
            return new Block(label, new byte[0], "the armor contains something else than base64");
        }
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    /** White space, and the two bytes of the no-break space that web pages put in its place. */
    private static boolean isWhite(char c) {
        return c <= ' ' || c == 0xa0 || c == 0xc2;
    }

    /** A line of "=" and four digits; base64's own padding never stands before four more. */
    private static boolean isChecksum(byte[] digits, int from, int to) {
        return to - from == 5 && digits[from] == '=' && digits[from + 1] != '=';
    }

    /**
     * CRC-24 (RFC 9580, section 6.1) in base64. Taken eight bytes at a time ("slicing"): each byte's share is in a table for
     * its distance from the end of the eight. The register's 24 bits stand on the left of an int.
     */
    private static byte[] checksum(byte[] binary) {
        int crc = 0xb704ce00;
        int at = 0;
        for (; at + 8 <= binary.length; at += 8) {
            int first = crc ^ (int) INTS.get(binary, at);
            int second = (int) INTS.get(binary, at + 4);
            crc = CRC[0x700 | first >>> 24] ^ CRC[0x600 | first >>> 16 & 0xff] ^ CRC[0x500 | first >>> 8 & 0xff] ^ CRC[0x400 | first & 0xff]
                    ^ CRC[0x300 | second >>> 24] ^ CRC[0x200 | second >>> 16 & 0xff] ^ CRC[0x100 | second >>> 8 & 0xff] ^ CRC[second & 0xff];
        }
        for (; at < binary.length; at++) {
            crc = crc << 8 ^ CRC[(crc >>> 24 ^ binary[at]) & 0xff];
        }
        return BASE64.encode(new byte[] {(byte) (crc >> 24), (byte) (crc >> 16), (byte) (crc >> 8)});
    }

    /** The register after a byte and 0 to 7 zero bytes: 256 numbers for each. */
    private static int[] crcOfEveryByteAtEveryPlace() {
        int[] crcs = new int[8 * 256];
        for (int i = 0; i < crcs.length; i++) {
            int crc = i < 256 ? i << 24 : crcs[i - 256];
            for (int bit = 0; bit < 8; bit++) {
                crc = crc << 1 ^ (crc < 0 ? 0x864cfb00 : 0);
            }
            crcs[i] = crc;
        }
        return crcs;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
