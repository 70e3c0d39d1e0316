package oks.openpgp;

import java.io.ByteArrayOutputStream;

/**
 * Writes packets with their headers: in the legacy format where it has room (RFC 9580, section 4.2.2), which every
 * program reads; in the current one for certificates of version 6.
 */
final class PacketWriter {
    private PacketWriter() {}

    /** A packet with its header. */
    static byte[] framed(Packet packet, boolean version6) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(packet.length() + 6);
        write(out, packet, version6);
        return out.toByteArray();
    }

    /** Writes a packet with its header. */
    static void write(ByteArrayOutputStream out, Packet packet, boolean version6) {
        if (version6 || packet.type() > 15) { // what the legacy format has no room for
            writeCurrentHeader(out, packet.type(), packet.length());
        } else {
            writeLegacyHeader(out, packet.type(), packet.length());
        }
        packet.writeBody(out);
    }

    private static void writeLegacyHeader(ByteArrayOutputStream out, int type, int length) {
        int sizeOfLength = length < 0x100 ? 0 : length < 0x10000 ? 1 : 2;
        out.write(0x80 | type << 2 | sizeOfLength);
        for (int shift = 8 * ((1 << sizeOfLength) - 1); shift >= 0; shift -= 8) {
            out.write(length >> shift);
        }
    }

    private static void writeCurrentHeader(ByteArrayOutputStream out, int type, int length) {
        out.write(0xc0 | type);
        writeLength(out, length);
    }

    /** A length as current packet headers and subpackets have it (RFC 9580, sections 4.2.1 and 5.2.3.7). */
    static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 192) {
            out.write(length);
        } else if (length < 8384) {
            out.write((length - 192 >> 8) + 192);
            out.write(length - 192);
        } else {
            out.write(255);
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
    }
}
