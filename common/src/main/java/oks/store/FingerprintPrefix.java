package oks.store;

import java.nio.ByteBuffer;
import oks.openpgp.Fingerprint;

/**
 * The first eight bytes of a fingerprint, by which index keys name a certificate: the whole of it would be a third of
 * all index bytes. Two certificates with one prefix do not happen by accident, but somebody with time can make them.
 */
record FingerprintPrefix(long number) {
    static final int BYTES = Long.BYTES;

    static FingerprintPrefix of(Fingerprint fingerprint) {
        return at(fingerprint.bytes(), 0);
    }

    /** The prefix with a place in the order of all. */
    static FingerprintPrefix ofOrder(long order) {
        return new FingerprintPrefix(order ^ Long.MIN_VALUE);
    }

    /** A number that orders prefixes as their bytes do, which have no sign. */
    long order() {
        return number ^ Long.MIN_VALUE;
    }

    /** The prefix that stands in a key. */
    static FingerprintPrefix at(byte[] key, int from) {
        return new FingerprintPrefix(ByteBuffer.wrap(key).getLong(from));
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(number).array();
    }

    /** The lowest of the fingerprints that begin with it. */
    Fingerprint lowest() {
        return Fingerprint.of(ByteBuffer.allocate(2 * BYTES).putLong(number).array());
    }
}
