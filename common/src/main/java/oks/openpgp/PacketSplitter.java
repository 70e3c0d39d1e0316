package oks.openpgp;

/**
 * Finds packets in bytes: a header, then the body (RFC 9580, section 4.2).
 *
 * <pre>
 * OpenPGP format  11tttttt  length 0-191: 1 byte; 192-8383: 2 bytes; 255 and 4 bytes; 224-254: a part of 2^(n-224)
 * legacy format   10ttttll  length of 1, 2 or 4 bytes, or unknown (ll = 3)
 * </pre>
 *
 * <p>Bodies in parts are stepped over for the types that may have them (data) and are an error for key material.
 */
final class PacketSplitter {
    private final byte[] source;
    private int position;
    private boolean foundAny;

    PacketSplitter(byte[] source) {
        this.source = source;
    }

    /** Whether these bytes begin with a public or private key, the beginning of every certificate. */
    static boolean beginsWithKey(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] >= 0) {
            return false;
        }
        int type = (bytes[0] & 0x40) == 0 ? bytes[0] >> 2 & 0x0f : bytes[0] & 0x3f;
        return type == Packet.PUBLIC_KEY || type == Packet.SECRET_KEY;
    }

    /** Whether there is more than what editors and shells leave at the end of a file. */
    boolean hasNext() {
        for (int at = position; at < source.length; at++) {
            byte b = source[at];
            if (b != '\n' && b != '\r' && b != ' ' && b != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a whole packet was there. */
    boolean foundAny() {
        return foundAny;
    }

    /** The next packet; one whose body came in parts is empty. */
    Packet next() throws Malformed {
        int start = position;
        int header = byteAt(position++);
        if ((header & 0x80) == 0) {
            throw new Malformed("no packet begins at byte " + start);
        }
        return (header & 0x40) == 0 ? legacy(header, start) : current(header & 0x3f, start);
    }

    private Packet legacy(int header, int start) throws Malformed {
        int type = header >> 2 & 0x0f;
        int lengthBytes = switch (header & 3) {
            case 0 -> 1;
            case 1 -> 2;
            case 2 -> 4;
            default -> throw new Malformed("the packet at byte " + start + " has no length");
        };
        return body(type, number(lengthBytes), start);
    }

    private Packet current(int type, int start) throws Malformed {
        int first = byteAt(position++);
        return isPart(first) ? parts(type, first, start) : body(type, length(first), start);
    }

    private Packet parts(int type, int firstPart, int start) throws Malformed {
        if (!mayComeInParts(type)) {
            throw new Malformed("the packet at byte " + start + " comes in parts, which its type must not");
        }
        int part = firstPart;
        while (isPart(part)) {
            body(type, 1L << (part & 0x1f), start);
            part = byteAt(position++);
        }
        body(type, length(part), start); // the last part has an ordinary length
        return new Packet(type, source, position, 0);
    }

    private static boolean isPart(int lengthByte) {
        return lengthByte >= 224 && lengthByte < 255;
    }

    private long length(int first) throws Malformed {
        if (first < 192) {
            return first;
        }
        return first == 255 ? number(4) : (first - 192 << 8) + byteAt(position++) + 192;
    }

    /** Only data: compressed, encrypted, literal (RFC 9580, section 4.2.1.4). */
    private static boolean mayComeInParts(int type) {
        return type == 8 || type == 9 || type == 11 || type == 18 || type == 20;
    }

    private Packet body(int type, long length, int start) throws Malformed {
        if (length > source.length - position) {
            throw new Malformed("the packet at byte " + start + " is cut short");
        }
        Packet packet = new Packet(type, source, position, (int) length);
        position += (int) length;
        foundAny = true;
        return packet;
    }

    private long number(int bytes) throws Malformed {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | byteAt(position++);
        }
        return number;
    }

    private int byteAt(int index) throws Malformed {
        if (index >= source.length) {
            throw new Malformed("the last packet is cut short");
        }
        return source[index] & 0xff;
    }
}
