package oks.openpgp;

import java.io.IOException;
import java.util.Optional;
import oks.openpgp.ParsedUpload.Reason;

/**
 * Cuts binary packets before each primary key (headers as in {@link PacketSplitter}). Where no packet can be, the whole
 * packets before are a piece, and so is everything up to the next bytes that look like a primary key and what follows
 * one. One thread.
 */
final class BinaryKeyring {
    private static final int BROKEN = -1;
    private static final int END = -2;

    private final SlidingBytes bytes;
    private final int maxBytes;
    private int type;
    private boolean whole;

    BinaryKeyring(SlidingBytes bytes, int maxBytes) {
        this.bytes = bytes;
        this.maxBytes = maxBytes;
    }

    /** Whether the last piece was whole packets, up to the next primary key or the end. */
    boolean whole() {
        return whole;
    }

    Optional<KeyringPiece> next() throws IOException {
        whole = true;
        bytes.skipBlanks();
        if (!bytes.has(0)) {
            return Optional.empty();
        }
        boolean secret = false;
        boolean odd = false;
        int at = 0;
        while (at <= maxBytes) {
            int packetEnd = packetEnd(at);
            if (packetEnd == END) {
                return Optional.of(piece(odd ? swallowedKey(at) : at, secret));
            }
            if (packetEnd == BROKEN) {
                whole = false;
                return Optional.of(piece(at == 0 ? nextKey() : swallowedKey(at), secret));
            }
            if (at > 0 && isPrimary(type)) {
                return Optional.of(piece(odd ? swallowedKey(at) : at, secret));
            }
            odd |= !belongs(type);
            secret |= type == Packet.SECRET_KEY || type == Packet.SECRET_SUBKEY;
            at = packetEnd;
        }
        whole = false;
        return Optional.of(tooLarge());
    }

    private KeyringPiece piece(int length, boolean secret) throws IOException {
        if (length > maxBytes) {
            return tooLarge();
        }
        if (secret) {
            bytes.skip(length);
            return KeyringPiece.refused(Reason.PRIVATE_KEY, PacketSequence.PRIVATE_KEY_TEXT);
        }
        return KeyringPiece.of(bytes.take(length));
    }

    /** Steps over what is too large, to the next primary key. */
    private KeyringPiece tooLarge() throws IOException {
        bytes.skip(1);
        while (bytes.has(0) && !looksLikeCertificate(0)) {
            bytes.skip(1);
        }
        return KeyringPiece.refused(
                Reason.TOO_LARGE, "a certificate of more than " + maxBytes + " bytes, or as many bytes that are none");
    }

    /** Where the next primary key seems to begin; the end, or more than a piece may have, when there is none. */
    private int nextKey() throws IOException {
        int at = 1;
        while (at <= maxBytes && bytes.has(at) && !looksLikeCertificate(at)) {
            at++;
        }
        return at;
    }

    /**
     * Whole packets before a place where a primary key seems to begin, which a wrong length hid; else all before an
     * end.
     */
    private int swallowedKey(int end) throws IOException {
        int key = 1;
        while (key < end && !looksLikeCertificate(key)) {
            key++;
        }
        int whole = 0;
        for (int next = 0; key < end && next >= 0 && next <= key; next = packetEnd(next)) {
            whole = next;
        }
        return whole > 0 ? whole : key;
    }

    private boolean looksLikeCertificate(int at) throws IOException {
        if (bytes.at(at) < 0x80) {
            return false;
        }
        int keyEnd = packetEnd(at);
        if (keyEnd < 0 || !isPrimary(type) || keyEnd - at > 64 << 10) {
            return false;
        }
        int body = bodyOf(at);
        int after = looksLikeKey(body) ? packetEnd(keyEnd) : BROKEN;
        return after == END || after > 0 && belongs(type);
    }

    /** A version, and where that has it, an algorithm of RFC 9580, section 9.1. */
    private boolean looksLikeKey(int body) throws IOException {
        if (!bytes.has(body + 7) || bytes.at(body) < 2 || bytes.at(body) > 6) {
            return false;
        }
        int algorithm = bytes.at(body + (bytes.at(body) < 4 ? 7 : 5));
        return algorithm >= 1 && algorithm <= 3 || algorithm >= 16 && algorithm <= 40;
    }

    /** Whether packets of this type are found in keyrings. */
    private static boolean belongs(int type) {
        return type == Packet.USER_ID
                || type == Packet.SIGNATURE
                || type == Packet.PUBLIC_SUBKEY
                || type == Packet.SECRET_SUBKEY
                || type == Packet.USER_ATTRIBUTE
                || type == Packet.TRUST
                || isPrimary(type);
    }

    private static boolean isPrimary(int type) {
        return type == Packet.PUBLIC_KEY || type == Packet.SECRET_KEY;
    }

    private int bodyOf(int at) {
        int header = bytes.at(at);
        if ((header & 0x40) == 0) {
            return at + 1 + (1 << (header & 3));
        }
        int first = bytes.at(at + 1);
        return at + (first < 192 ? 2 : first < 224 ? 3 : 6);
    }

    /** The offset after the packet that begins at an offset, and its type; or END, or BROKEN. */
    private int packetEnd(int at) throws IOException {
        if (!bytes.has(at)) {
            return END;
        }
        int header = bytes.at(at);
        if (header < 0x80) {
            return isBlankToTheEnd(at) ? END : BROKEN;
        }
        boolean legacy = (header & 0x40) == 0;
        type = legacy ? header >> 2 & 0x0f : header & 0x3f;
        long end = legacy ? legacyEnd(header, at + 1) : currentEnd(at + 1);
        return end < 0 || end - at > maxBytes || end > Integer.MAX_VALUE / 2 || !hasAll(at, (int) end)
                ? BROKEN
                : (int) end;
    }

    /** Whether the packet is all there, without looking further ahead than a piece may be long. */
    private boolean hasAll(int at, int end) throws IOException {
        return end - 1 <= 2L * maxBytes + 16 && (end == at || bytes.has(end - 1));
    }

    private boolean isBlankToTheEnd(int at) throws IOException {
        int i = at;
        while (i - at < 16 && bytes.has(i) && bytes.isBlank(i)) {
            i++;
        }
        return !bytes.has(i);
    }

    private long legacyEnd(int header, int at) throws IOException {
        int lengthBytes = 1 << (header & 3);
        return lengthBytes == 8 || !bytes.has(at + lengthBytes - 1)
                ? BROKEN
                : at + lengthBytes + number(at, lengthBytes);
    }

    private long currentEnd(int at) throws IOException {
        if (!bytes.has(at)) {
            return BROKEN;
        }
        int first = bytes.at(at);
        if (first < 192) {
            return at + 1L + first;
        }
        if (first < 224) {
            return bytes.has(at + 1) ? at + 2L + (first - 192 << 8) + bytes.at(at + 1) + 192 : BROKEN;
        }
        return first == 255 && bytes.has(at + 4) ? at + 5 + number(at + 1, 4) : BROKEN; // parts are for data only
    }

    private long number(int at, int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = number << 8 | bytes.at(at + i);
        }
        return number;
    }
}
