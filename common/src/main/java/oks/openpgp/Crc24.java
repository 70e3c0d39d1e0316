package oks.openpgp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * The checksum of armor (RFC 9580, section 6.1). Taken eight bytes at a time ("slicing"): each byte's share is in a
 * table for its distance from the end of the eight. The register's 24 bits stand on the left of an int. One thread.
 */
final class Crc24 {
    private static final int[] CRC = crcOfEveryByteAtEveryPlace();
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private int crc = 0xb704ce00;

    void add(byte[] binary, int from, int length) {
        int end = from + length;
        int at = from;
        for (; at + 8 <= end; at += 8) {
            int first = crc ^ (int) INTS.get(binary, at);
            int second = (int) INTS.get(binary, at + 4);
            crc = CRC[0x700 | first >>> 24]
                    ^ CRC[0x600 | first >>> 16 & 0xff]
                    ^ CRC[0x500 | first >>> 8 & 0xff]
                    ^ CRC[0x400 | first & 0xff]
                    ^ CRC[0x300 | second >>> 24]
                    ^ CRC[0x200 | second >>> 16 & 0xff]
                    ^ CRC[0x100 | second >>> 8 & 0xff]
                    ^ CRC[second & 0xff];
        }
        for (; at < end; at++) {
            crc = crc << 8 ^ CRC[(crc >>> 24 ^ binary[at]) & 0xff];
        }
    }

    /** The checksum of everything added, as the four digits that stand in armor. */
    byte[] digits() {
        return Base64.getEncoder().encode(new byte[] {(byte) (crc >> 24), (byte) (crc >> 16), (byte) (crc >> 8)});
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
}
