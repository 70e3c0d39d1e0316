package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A packet's type and body, as a part of the array it was found in: nothing is copied, and the array is never changed.
 *
 * <p>Equal when type and body are; ordered by body as unsigned bytes.
 */
final class Packet implements Comparable<Packet> {
    static final int SIGNATURE = 2;
    static final int SECRET_KEY = 5;
    static final int PUBLIC_KEY = 6;
    static final int SECRET_SUBKEY = 7;
    static final int TRUST = 12;
    static final int USER_ID = 13;
    static final int PUBLIC_SUBKEY = 14;
    static final int USER_ATTRIBUTE = 17;
    /** Secret, all of it (draft-ietf-openpgp-persistent-symmetric-keys-03). */
    static final int PERSISTENT_SYMMETRIC_KEY = 40;

    private final int type;
    private final byte[] source;
    private final int offset;
    private final int length;

    Packet(int type, byte[] source, int offset, int length) {
        this.type = type;
        this.source = source;
        this.offset = offset;
        this.length = length;
    }

    /** A packet of its own. */
    static Packet of(int type, byte[] body) {
        return new Packet(type, body, 0, body.length);
    }

    int type() {
        return type;
    }

    /** Whether packets of this type hold what only their owner may have. */
    boolean isSecret() {
        return type == SECRET_KEY || type == SECRET_SUBKEY || type == PERSISTENT_SYMMETRIC_KEY;
    }

    /** Bytes in the body. */
    int length() {
        return length;
    }

    /** The byte at a position of the body, 0 to 255. */
    int at(int position) {
        return source[offset + position] & 0xff;
    }

    int u16(int position) {
        return at(position) << 8 | at(position + 1);
    }

    long u32(int position) {
        return (long) u16(position) << 16 | u16(position + 2);
    }

    /** A copy of the body. */
    byte[] body() {
        return body(0, length);
    }

    /** A copy of a part of the body. */
    byte[] body(int from, int count) {
        return Arrays.copyOfRange(source, offset + from, offset + from + count);
    }

    /** A part of the body as a packet of its own, nothing copied. */
    Packet part(int asType, int from, int count) {
        return new Packet(asType, source, offset + from, count);
    }

    void update(MessageDigest digest) {
        digest.update(source, offset, length);
    }

    void writeBody(ByteArrayOutputStream out) {
        out.write(source, offset, length);
    }

    void writeBody(ByteArrayOutputStream out, int from, int count) {
        out.write(source, offset + from, count);
    }

    @Override
    public int compareTo(Packet other) {
        return Arrays.compareUnsigned(
                source, offset, offset + length, other.source, other.offset, other.offset + other.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Packet that
                && type == that.type
                && length == that.length
                && Arrays.equals(source, offset, offset + length, that.source, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = type;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + source[i];
        }
        return hash;
    }
}
