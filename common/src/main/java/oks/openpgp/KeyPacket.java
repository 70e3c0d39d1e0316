package oks.openpgp;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The fixed part of a public key or public subkey packet (RFC 9580, section 5.5.2).
 *
 * <pre>
 * version 3  03 | u32 created | u16 days valid, 0 for ever | u8 algorithm | n | e
 * version 4  04 | u32 created | u8 algorithm | key material
 * version 6  06 | u32 created | u8 algorithm | u32 length | key material
 * </pre>
 *
 * @param packet the whole packet
 * @param version 3, 4 or 6
 * @param created seconds since 1970
 * @param algorithm RFC 9580, section 9.1
 * @param material where the key material begins in the body
 */
record KeyPacket(
        Packet packet, int version, long created, int algorithm, int material, Fingerprint fingerprint, KeyId keyId) {

    /** Thrown for a version this program does not know, so that the uploader hears its number. */
    static final class UnknownVersion extends Exception {
        private static final long serialVersionUID = 1;

        UnknownVersion(int version) {
            super("version " + version + " keys are not supported", null, false, false);
        }
    }

    static KeyPacket parse(Packet packet) throws Malformed, UnknownVersion {
        if (packet.length() < 6) {
            throw new Malformed("a key packet is too short");
        }
        int version = packet.at(0);
        return switch (version) {
            case 2, 3 -> version3(packet);
            case 4 -> version4(packet);
            case 6 -> version6(packet);
            default -> throw new UnknownVersion(version);
        };
    }

    /** The key of a packet in a stored certificate, which was taken apart before it was stored. */
    static KeyPacket ofStored(Packet packet) {
        try {
            return parse(packet);
        } catch (Malformed | UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    /** Days after its creation at which a version 3 key expires; 0 for never, and for every other version. */
    int validDays() {
        return version == 3 ? packet.u16(5) : 0;
    }

    /** The bytes of this key that signatures hash (RFC 9580, section 5.2.4). */
    byte[] hashed() {
        ByteBuffer hashed = ByteBuffer.allocate((version == 6 ? 5 : 3) + packet.length());
        if (version == 6) {
            hashed.put((byte) 0x9b).putInt(packet.length());
        } else {
            hashed.put((byte) 0x99).putShort((short) packet.length());
        }
        return hashed.put(packet.body()).array();
    }

    private static KeyPacket version4(Packet packet) throws Malformed {
        if (packet.length() > 0xffff) {
            throw new Malformed("a version 4 key packet has more than 65535 bytes");
        }
        byte[] length = {(byte) 0x99, (byte) (packet.length() >> 8), (byte) packet.length()};
        Fingerprint fingerprint = Fingerprint.of(digest("SHA-1", length, packet));
        return new KeyPacket(packet, 4, packet.u32(1), packet.at(5), 6, fingerprint, fingerprint.keyId());
    }

    private static KeyPacket version6(Packet packet) throws Malformed {
        if (packet.length() < 10 || packet.u32(6) != packet.length() - 10) {
            throw new Malformed("a version 6 key packet states another length than it has");
        }
        byte[] length =
                ByteBuffer.allocate(5).put((byte) 0x9b).putInt(packet.length()).array();
        Fingerprint fingerprint = Fingerprint.of(digest("SHA-256", length, packet));
        return new KeyPacket(packet, 6, packet.u32(1), packet.at(5), 10, fingerprint, fingerprint.keyId());
    }

    /** The fingerprint is MD5 of the numbers without their lengths, the key ID the end of the modulus. */
    private static KeyPacket version3(Packet packet) throws Malformed {
        if (packet.length() < 8) {
            throw new Malformed("a version 3 key packet is too short");
        }
        Mpis numbers = new Mpis(packet, 8);
        byte[] modulus = numbers.next();
        byte[] exponent = numbers.next();
        if (modulus.length < 8) {
            throw new Malformed("a version 3 key has a modulus of less than 64 bits");
        }
        MessageDigest md5 = newDigest("MD5");
        md5.update(modulus);
        KeyId keyId = new KeyId(ByteBuffer.wrap(modulus).getLong(modulus.length - 8));
        return new KeyPacket(packet, 3, packet.u32(1), packet.at(7), 8, Fingerprint.of(md5.digest(exponent)), keyId);
    }

    private static byte[] digest(String algorithm, byte[] start, Packet packet) {
        MessageDigest digest = newDigest(algorithm);
        digest.update(start);
        packet.update(digest);
        return digest.digest();
    }

    static MessageDigest newDigest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm, e);
        }
    }

    /** Reads multiprecision integers: u16 number of bits, then the bytes (RFC 9580, section 3.2). */
    static final class Mpis {
        private final Packet packet;
        private int position;

        Mpis(Packet packet, int position) {
            this.packet = packet;
            this.position = position;
        }

        /** Where the next number begins, or where what follows the last one does. */
        int position() {
            return position;
        }

        boolean hasNext() {
            return position < packet.length();
        }

        /** Makes sure that nothing follows. */
        void end() throws Malformed {
            if (position != packet.length()) {
                throw new Malformed("numbers are followed by something else");
            }
        }

        /** The next number; Malformed if it has more bits than it may. */
        BigInteger next(int mostBits) throws Malformed {
            int bits = bits();
            if (bits > mostBits) {
                throw new Malformed("a number has " + bits + " bits, more than " + mostBits);
            }
            return new BigInteger(1, next());
        }

        /** The bytes of the next number, as many as the number of bits says. */
        byte[] next() throws Malformed {
            byte[] number = packet.body(position + 2, checkedLength());
            position += 2 + number.length;
            return number;
        }

        /** Bits of the next number as stated, which stays the next one. */
        int bits() throws Malformed {
            checkedLength();
            return packet.u16(position);
        }

        private int checkedLength() throws Malformed {
            if (packet.length() - position < 2) {
                throw new Malformed("a number is cut short");
            }
            int length = (packet.u16(position) + 7) / 8;
            if (length > packet.length() - position - 2) {
                throw new Malformed("a number is cut short");
            }
            return length;
        }
    }
}
