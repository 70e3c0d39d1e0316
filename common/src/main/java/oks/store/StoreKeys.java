package oks.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;

/**
 * The store's keys; the first byte tells what a record is.
 *
 * <pre>
 * 'M'                                   the meta record ({@link StoreMeta})
 * 'A'                                   u64: the last recovery file that is known to be copied elsewhere; no part of the state
 * 'C' primary                           LSN u64, modified u64 (microseconds), content
 * 'T' fingerprint                       tombstone (oks.recovery.Tombstone)
 * 'K' key ID u64, primary               (empty)   key ID of primary key or subkey
 * 'E' e-mail, 0, primary                (empty)
 * 'W' word, 0, primary                  (empty)
 * 'S' SKS hash, primary                 (empty)
 * 'D' day u32 since 1970, primary       (empty)   day of modification, UTC
 * </pre>
 */
final class StoreKeys {
    static final byte[] META = {'M'};
    static final byte[] ARCHIVED = {'A'};
    static final byte CERTIFICATE = 'C';
    static final byte TOMBSTONE = 'T';
    static final byte[] INDEXES = {'K', 'E', 'W', 'S', 'D'};

    /** E-mail addresses and words longer than this are indexed by their beginning. */
    private static final int MAX_TEXT = 256;

    private static final long SECONDS_PER_DAY = 86_400;

    private StoreKeys() {}

    static byte[] certificate(byte[] primary) {
        return key(CERTIFICATE, primary);
    }

    static byte[] tombstone(byte[] fingerprint) {
        return key(TOMBSTONE, fingerprint);
    }

    /** Every index key of a certificate: the one function from which all indexes come. */
    static List<byte[]> indexKeys(IndexTerms terms, Instant modified) {
        byte[] primary = terms.primary().bytes();
        List<byte[]> keys = new ArrayList<>();
        terms.keyIds().forEach(keyId -> keys.add(join(keyIdPrefix(keyId), primary)));
        terms.emails().forEach(email -> keys.add(join(emailPrefix(email), primary)));
        terms.words().forEach(word -> keys.add(join(wordPrefix(word), primary)));
        keys.add(join(sksHashPrefix(terms.sksHash()), primary));
        keys.add(join(dayPrefix(modified), primary));
        return keys;
    }

    static byte[] keyIdPrefix(KeyId keyId) {
        return ByteBuffer.allocate(9).put((byte) 'K').putLong(keyId.value()).array();
    }

    static byte[] emailPrefix(String email) {
        return text('E', email);
    }

    static byte[] wordPrefix(String word) {
        return text('W', word);
    }

    static byte[] sksHashPrefix(byte[] hash) {
        return key((byte) 'S', hash);
    }

    static byte[] dayPrefix(Instant modified) {
        return ByteBuffer.allocate(5)
                .put((byte) 'D')
                .putInt((int) Math.floorDiv(modified.getEpochSecond(), SECONDS_PER_DAY))
                .array();
    }

    /** The certificate that an index entry is about; empty when the key cannot be one of an index. */
    static Optional<Fingerprint> primaryOf(byte[] key) {
        int from = switch (key[0]) {
            case 'K' -> 9;
            case 'S' -> 17;
            case 'D' -> 5;
            default -> afterText(key);
        };
        int length = key.length - from;
        return length == 16 || length == 20 || length == 32
                ? Optional.of(Fingerprint.of(Arrays.copyOfRange(key, from, key.length)))
                : Optional.empty();
    }

    private static int afterText(byte[] key) {
        int at = 1;
        while (at < key.length && key[at] != 0) {
            at++;
        }
        return at + 1;
    }

    private static byte[] text(char kind, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf8.length, MAX_TEXT);
        return ByteBuffer.allocate(length + 2).put((byte) kind).put(utf8, 0, length).put((byte) 0).array();
    }

    private static byte[] key(byte kind, byte[] rest) {
        return ByteBuffer.allocate(1 + rest.length).put(kind).put(rest).array();
    }

    static byte[] join(byte[] prefix, byte[] rest) {
        return ByteBuffer.allocate(prefix.length + rest.length).put(prefix).put(rest).array();
    }
}
