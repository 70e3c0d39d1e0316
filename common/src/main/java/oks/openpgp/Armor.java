package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Writes ASCII armor (RFC 9580, section 6), with a checksum, which gpg up to 2.2 looks for. {@link ArmoredKeyring}
 * reads it.
 */
public final class Armor {
    private static final int LINE = 64;
    private static final byte[] FIRST_LINE = ascii("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n");
    private static final byte[] LAST_LINE = ascii("\n-----END PGP PUBLIC KEY BLOCK-----\n");
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private Armor() {}

    /** One block of type PUBLIC KEY BLOCK with these binary certificates, one after the other; ends in a newline. */
    public static byte[] certificates(List<byte[]> binaries) {
        byte[] binary = binaries.size() == 1 ? binaries.get(0) : joined(binaries);
        byte[] digits = BASE64.encode(binary);
        Crc24 crc = new Crc24();
        crc.add(binary, 0, binary.length);
        byte[] checksum = crc.digits();
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
        ByteArrayOutputStream all = new ByteArrayOutputStream(
                binaries.stream().mapToInt(one -> one.length).sum());
        binaries.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Copies a part into its place; gives where it ends. */
    private static int append(byte[] part, byte[] whole, int at) {
        System.arraycopy(part, 0, whole, at, part.length);
        return at + part.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
