package oks.openpgp;

import java.io.ByteArrayOutputStream;
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
    private static final int[] CRC = crcOfEveryByte();

    private Armor() {}

    /** One block of type PUBLIC KEY BLOCK with these binary certificates, one after the other; ends in a newline. */
    public static byte[] certificates(List<byte[]> binaries) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        binaries.forEach(all::writeBytes);
        byte[] binary = all.toByteArray();
        ByteArrayOutputStream armored = new ByteArrayOutputStream(binary.length * 11 / 8 + 128);
        armored.writeBytes(ascii("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"));
        armored.writeBytes(Base64.getMimeEncoder(LINE, ascii("\n")).encode(binary));
        armored.writeBytes(ascii((binary.length == 0 ? "=" : "\n=") + checksum(binary) + "\n"));
        armored.writeBytes(ascii("-----END PGP PUBLIC KEY BLOCK-----\n"));
        return armored.toByteArray();
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

    /** CRC-24 (RFC 9580, section 6.1) in base64. */
    private static String checksum(byte[] binary) {
        int crc = 0xb704ce;
        for (byte b : binary) {
            crc = crc << 8 ^ CRC[(crc >> 16 ^ b) & 0xff];
        }
        return Base64.getEncoder().encodeToString(new byte[] {(byte) (crc >> 16), (byte) (crc >> 8), (byte) crc});
    }

    private static int[] crcOfEveryByte() {
        int[] crcs = new int[256];
        for (int b = 0; b < 256; b++) {
            int crc = b << 16;
            for (int i = 0; i < 8; i++) {
                crc = (crc & 0x800000) == 0 ? crc << 1 : crc << 1 ^ 0x1864cfb;
            }
            crcs[b] = crc & 0xffffff;
        }
        return crcs;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
