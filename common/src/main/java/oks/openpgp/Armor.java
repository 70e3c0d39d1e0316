package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    /** Whether the bytes can only be read as text: nothing in OpenPGP begins with a byte below 0x80. */
    static boolean looksLikeText(byte[] body) {
        return body.length > 0 && body[0] >= 0
                || body.length > 2 && (body[0] & 0xff) == 0xef && (body[1] & 0xff) == 0xbb && (body[2] & 0xff) == 0xbf;
    }

    /** The blocks of a text, in order; empty if there is none. */
    static List<Block> blocks(byte[] body) {
        // Latin-1: one char per byte, so that no byte can be lost or made up
        String text = new String(body, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
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

    private static Block decoded(String label, String inside) {
        byte[] digits = new byte[inside.length()];
        int count = 0;
        boolean headers = true;
        for (String line : inside.lines().map(String::strip).toList()) {
            if (headers && (line.isEmpty() || line.contains(": "))) {
                continue;
            }
            headers = false;
            if (isChecksum(line)) {
                break;
            }
            for (int i = 0; i < line.length(); i++) {
                digits[count++] = (byte) line.charAt(i);
            }
        }
        try {
            return new Block(label, decode(digits, count), "");
        } catch (IllegalArgumentException e) {
            return new Block(label, new byte[0], "the armor contains something else than base64");
        }
    }

    private static byte[] decode(byte[] digits, int count) {
        byte[] exact = new byte[count];
        System.arraycopy(digits, 0, exact, 0, count);
        return Base64.getDecoder().decode(exact);
    }

    /** A line of "=" and four digits; base64's own padding never stands before four more. */
    private static boolean isChecksum(String line) {
        return line.length() == 5 && line.charAt(0) == '=' && line.charAt(1) != '=';
    }

    /** CRC-24 (RFC 9580, section 6.1) in base64. */
    private static String checksum(byte[] binary) {
        int crc = 0xb704ce;
        for (byte b : binary) {
            crc ^= (b & 0xff) << 16;
            for (int i = 0; i < 8; i++) {
                crc <<= 1;
                if ((crc & 0x1000000) != 0) {
                    crc ^= 0x1864cfb;
                }
            }
        }
        return Base64.getEncoder().encodeToString(new byte[] {(byte) (crc >> 16), (byte) (crc >> 8), (byte) crc});
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
