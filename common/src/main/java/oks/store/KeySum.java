package oks.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collection;
import oks.recovery.Hash;

/**
 * A set of keys as the sum, modulo 2^128, of half of the SHA-256 of each: equal sets have equal sums in whatever order
 * they are read, and different ones do not by accident. Immutable.
 *
 * @param keys how many there are
 */
record KeySum(long keys, long high, long low) {
    static final KeySum NONE = new KeySum(0, 0, 0);

    KeySum plus(KeySum other) {
        long sum = low + other.low;
        return new KeySum(keys + other.keys, high + other.high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0), sum);
    }

    /** Adds keys up. For one thread. */
    static final class Adding {
        private final MessageDigest sha256 = Hash.sha256();
        private long keys;
        private long high;
        private long low;

        void add(byte[] key) {
            ByteBuffer hash = ByteBuffer.wrap(sha256.digest(key));
            long before = low;
            low += hash.getLong(Long.BYTES);
            high += hash.getLong(0) + (Long.compareUnsigned(low, before) < 0 ? 1 : 0);
            keys++;
        }

        void addAll(Collection<byte[]> more) {
            more.forEach(this::add);
        }

        KeySum sum() {
            return new KeySum(keys, high, low);
        }
    }
}
