package oks.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import oks.recovery.Hash;

/**
 * A set of keys as the sum, modulo 2^128, of half of the SHA-256 of each: equal sets have equal sums in whatever order they
 * are read, and different ones do not by accident. Immutable.
 *
 * @param keys how many there are
 */
record KeySum(long keys, long high, long low) {
    static final KeySum NONE = new KeySum(0, 0, 0);

    static KeySum of(List<byte[]> keys) {
        MessageDigest sha256 = Hash.sha256();
        long high = 0;
        long low = 0;
        for (byte[] key : keys) {
            ByteBuffer hash = ByteBuffer.wrap(sha256.digest(key));
            long before = low;
            low += hash.getLong(Long.BYTES);
            high += hash.getLong(0) + (Long.compareUnsigned(low, before) < 0 ? 1 : 0);
        }
        return new KeySum(keys.size(), high, low);
    }

    /** The same, on all cores. */
    static KeySum ofAll(List<byte[]> keys) {
        int middle = keys.size() / 2;
        return List.of(keys.subList(0, middle), keys.subList(middle, keys.size())).parallelStream()
                .map(KeySum::of)
                .reduce(NONE, KeySum::plus);
    }

    KeySum plus(KeySum other) {
        long sum = low + other.low;
        return new KeySum(keys + other.keys, high + other.high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0), sum);
    }
}
