package oks.store;

import java.nio.ByteBuffer;
import oks.openpgp.Fingerprint;

/**
 * The first eight bytes of a fingerprint, by which index keys name a certificate: the whole of it would be a third of
 * all index bytes. Two certificates with one beginning do not happen by accident, but somebody with time can make them.
 */
record Beginning(long number) {
    static final int BYTES = Long.BYTES;

    static Beginning of(Fingerprint fingerprint) {
        return at(fingerprint.bytes(), 0);
    }

    /** The beginning with a place in the order of all. */
    static Beginning ofOrder(long order) {
        return new Beginning(order ^ Long.MIN_VALUE);
    }

    /** A number that orders beginnings as their bytes do, which have no sign. */
    long order() {
        return number ^ Long.MIN_VALUE;
    }

    /** The beginning that stands in a key. */
    static Beginning at(byte[] key, int from) {
        return new Beginning(ByteBuffer.wrap(key).getLong(from));
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(number).array();
    }

    /** The lowest of the fingerprints that begin so. */
    Fingerprint lowest() {
        return Fingerprint.of(ByteBuffer.allocate(2 * BYTES).putLong(number).array());
    }
}
