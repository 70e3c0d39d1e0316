package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import oks.openpgp.KeyringSplitter.Piece;
import oks.openpgp.ParsedUpload.Reason;

/** Finds the blocks of a text and cuts what is in them as {@link BinaryKeyring} does, while it is decoded. One thread. */
final class ArmoredKeyring {
    private static final String BEGIN = "-----BEGIN PGP ";
    private static final String END = "-----END PGP ";
    private static final int LONGEST_LINE = 4096;
    private static final byte[] VALUES = values();

    private final SlidingBytes text;
    private final int maxBytes;
    private BinaryKeyring block;
    private BlockStream stream;
    private String line = "";
    private boolean foundAny;
    private boolean reported;

    ArmoredKeyring(SlidingBytes text, int maxBytes) {
        this.text = text;
        this.maxBytes = maxBytes;
    }

    Optional<Piece> next() throws IOException {
        while (true) {
            if (block != null) {
                Optional<Piece> piece = block.next();
                if (piece.isPresent()) {
                    return piece;
                }
                block = null;
                if (stream.broken) {
                    return Optional.of(Piece.refused(Reason.MALFORMED, "a block of armor that is broken or cut short"));
                }
            }
            if (!findBlock()) {
                boolean nothing = !foundAny && !reported;
                reported = true;
                return nothing
                        ? Optional.of(Piece.refused(Reason.NOT_OPENPGP, "neither binary OpenPGP nor an armored block"))
                        : Optional.empty();
            }
            foundAny = true;
            if (!line.startsWith(BEGIN + "PUBLIC KEY BLOCK-----")) {
                boolean secret = line.startsWith(BEGIN + "PRIVATE KEY") || line.startsWith(BEGIN + "SECRET KEY");
                line = "";
                return Optional.of(secret
                        ? Piece.refused(Reason.PRIVATE_KEY, PacketSequence.PRIVATE_KEY_TEXT)
                        : Piece.refused(Reason.NO_CERTIFICATE, "an armored block that is no public key block"));
            }
            line = "";
            stream = new BlockStream();
            block = new BinaryKeyring(new SlidingBytes(stream, maxBytes), maxBytes);
        }
    }

    /** Goes on to the next first line of a block, which may be the line that ended the block before. */
    private boolean findBlock() throws IOException {
        while (!line.startsWith(BEGIN)) {
            if (!readLine()) {
                return false;
            }
        }
        return true;
    }

    private boolean readLine() throws IOException {
        if (!text.has(0)) {
            line = "";
            return false;
        }
        int length = 0;
        while (length < LONGEST_LINE && text.has(length) && text.at(length) != '\n' && text.at(length) != '\r') {
            length++;
        }
        line = new String(text.take(length), StandardCharsets.ISO_8859_1).strip();
        if (text.has(0) && length < LONGEST_LINE) {
            text.skip(1);
        }
        return true;
    }

    /** The decoded bytes of one block. */
    private final class BlockStream extends InputStream {
        private boolean broken;
        private boolean headers = true;
        private boolean over;
        private byte[] decoded = new byte[0];
        private int at;
        private int bits;
        private int bitCount;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (at == decoded.length && !over) {
                decodeLine();
            }
            if (at == decoded.length) {
                return -1;
            }
            int count = Math.min(length, decoded.length - at);
            System.arraycopy(decoded, at, into, offset, count);
            at += count;
            return count;
        }

        private void decodeLine() throws IOException {
            if (!readLine() || line.startsWith(BEGIN)) {
                over = true;
                broken = true; // no last line
                return;
            }
            if (line.startsWith(END)) {
                over = true;
                return;
            }
            headers = headers && (line.isEmpty() || line.indexOf(':') >= 0);
            boolean checksum = line.length() == 5 && line.charAt(0) == '=' && line.charAt(1) != '=';
            if (!headers && !checksum) { // a checksum is not looked at: RFC 9580, section 6.1
                decoded = decode(line);
                at = 0;
            }
        }

        private byte[] decode(String digits) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(digits.length());
            for (int i = 0; i < digits.length(); i++) {
                char c = digits.charAt(i);
                int value = c < VALUES.length ? VALUES[c] : -1;
                if (value >= 0) {
                    bits = bits << 6 | value;
                    bitCount += 6;
                    if (bitCount >= 8) {
                        bitCount -= 8;
                        bytes.write(bits >> bitCount);
                    }
                } else if (c != '=' && c != ' ' && c != '\t' && c != 0xa0 && c != 0xc2) {
                    broken = true;
                }
            }
            return bytes.toByteArray();
        }
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
