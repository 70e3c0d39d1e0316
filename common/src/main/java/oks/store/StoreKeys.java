package oks.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import oks.recovery.Lsn;
import org.rocksdb.RocksIterator;

/**
 * The store's keys; the first byte tells what a record is.
 *
 * <pre>
 * 'M'                                   the meta record ({@link StoreMeta})
 * 'A'                                   u64: the last recovery file that is known to be copied elsewhere; no part of the state
 * 'V'                                   u64: microseconds, when the newest verified archive was begun; no part of the state
 * 'I'                                   u8: the version of the rules by which the indexes were made, {@link #RULES}; no part of the state
 * 'C' primary                           LSN u64, modified u64 (microseconds), content
 * 'T' fingerprint                       tombstone (oks.recovery.Tombstone)
 * 'K' key ID u64, beginning             01        key ID of the primary key, or of a subkey that signed its binding
 * 'K' key ID u64, beginning             u64       key ID of another subkey: LSN of the change that brought it to this certificate
 * 'K' key ID u64, beginning             (empty)   either, written by a version that did not tell them apart
 * 'E' e-mail, 0, beginning              (empty)
 * 'W' word, 0, beginning                (empty)
 * 'e' e-mail, 0, beginning              (empty)   'E' and 'W' of a certificate that its owner revoked for good:
 * 'w' word, 0, beginning                (empty)   looked at only where such certificates are not given out bare
 * 'S' SKS hash, beginning               (empty)   of such a certificate that of the whole and that of the bare form
 * 'R' key ID u64, beginning             (empty)   key ID of a revoker for whose certificate a revocation waits
 * 'N' key ID u64, beginning             (empty)   key ID of a key that may revoke the certificate, because its owner says so
 * 'D' day u32 since 1970, primary       (empty)   day of modification, UTC
 * </pre>
 *
 * <p>Primary is the fingerprint of the primary key, beginning its first eight bytes ({@link FingerprintPrefix}).
 * Certificates with one beginning share the keys of what they have in common. The values of 'K' only order what a
 * search finds. 'D' has all of it: it is read as a list of fingerprints.
 */
final class StoreKeys {
    static final byte[] META = {'M'};
    static final byte[] ARCHIVED = {'A'};
    static final byte[] VERIFIED = {'V'};
    static final byte[] INDEXED_BY = {'I'};
    static final byte[] REVOKER = {'R'};
    static final byte CERTIFICATE = 'C';
    static final byte TOMBSTONE = 'T';
    static final byte[] INDEXES = {'K', 'E', 'W', 'e', 'w', 'S', 'R', 'N', 'D'};

    /**
     * The rules by which {@link #indexEntries} and {@link IndexTerms} make keys; each change of them is one more.
     * Without a record, a store follows the first ones, which knew neither Latin-1 nor several addresses in a user ID,
     * nor 'N'; the second ones knew neither 'e' nor 'w'.
     */
    static final byte[] RULES = {3};

    static final byte[] PROVEN = {1};
    /** Stands for {@link #claim}. */
    static final byte[] CLAIM = {0};

    private static final byte[] NO_VALUE = {};

    /** E-mail addresses and words longer than this are indexed by their beginning. */
    private static final int MAX_TEXT = 256;

    private static final byte DAY = 'D';
    private static final int DAY_PREFIX = 5;
    private static final long SECONDS_PER_DAY = 86_400;

    private StoreKeys() {}

    static byte[] certificate(byte[] primary) {
        return key(CERTIFICATE, primary);
    }

    /** Key prefix of the certificates whose fingerprints start with these bytes. */
    static byte[] certificates(FingerprintPrefix beginning) {
        return key(CERTIFICATE, beginning.bytes());
    }

    static byte[] tombstone(byte[] fingerprint) {
        return key(TOMBSTONE, fingerprint);
    }

    /**
     * Every index key of a certificate, each once, with its value: the one function from which all indexes come. For
     * {@link #CLAIM}, the change stands that brought the key.
     */
    static SortedMap<byte[], byte[]> indexEntries(IndexTerms terms, Instant modified) {
        byte[] primary = terms.primary().bytes();
        byte[] beginning = FingerprintPrefix.at(primary, 0).bytes();
        SortedMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        terms.keyIds()
                .forEach(keyId -> entries.put(
                        join(keyIdPrefix(keyId), beginning),
                        terms.provenKeyIds().contains(keyId) ? PROVEN : CLAIM));
        Names names = Names.of(terms);
        terms.emails().forEach(email -> entries.put(join(emailPrefix(names, email), beginning), NO_VALUE));
        terms.words().forEach(word -> entries.put(join(wordPrefix(names, word), beginning), NO_VALUE));
        entries.put(join(sksHashPrefix(terms.sksHash()), beginning), NO_VALUE);
        entries.put(join(sksHashPrefix(terms.bareSksHash()), beginning), NO_VALUE);
        terms.awaitedRevokers().forEach(revoker -> entries.put(join(revokerPrefix(revoker), beginning), NO_VALUE));
        terms.namedRevokers().forEach(revoker -> entries.put(join(namedRevokerPrefix(revoker), beginning), NO_VALUE));
        entries.put(join(dayPrefix(modified), primary), NO_VALUE);
        return entries;
    }

    /** The value for a key that a change brought to a certificate. */
    static byte[] claim(Lsn lsn) {
        return ByteBuffer.allocate(Long.BYTES).putLong(lsn.number()).array();
    }

    /** Whether a key ID's entry is that of a key which is proven to be the owner's. */
    static boolean isProven(byte[] value) {
        return Arrays.equals(value, PROVEN);
    }

    /**
     * The change that brought a key to a certificate; 0 when the entry does not tell, so that it is older than all that
     * do.
     */
    static long claimed(byte[] value) {
        return value.length == Long.BYTES ? ByteBuffer.wrap(value).getLong() : 0;
    }

    static byte[] keyIdPrefix(KeyId keyId) {
        return keyId((byte) 'K', keyId);
    }

    static byte[] revokerPrefix(KeyId revoker) {
        return keyId(REVOKER[0], revoker);
    }

    static byte[] namedRevokerPrefix(KeyId revoker) {
        return keyId((byte) 'N', revoker);
    }

    private static byte[] keyId(byte kind, KeyId keyId) {
        return ByteBuffer.allocate(9).put(kind).putLong(keyId.value()).array();
    }

    static byte[] emailPrefix(Names names, String email) {
        return text(names.emails(), email);
    }

    static byte[] wordPrefix(Names names, String word) {
        return text(names.words(), word);
    }

    static byte[] sksHashPrefix(byte[] hash) {
        return key((byte) 'S', hash);
    }

    static byte[] dayPrefix(Instant modified) {
        return ByteBuffer.allocate(DAY_PREFIX)
                .put(DAY)
                .putInt((int) Math.floorDiv(modified.getEpochSecond(), SECONDS_PER_DAY))
                .array();
    }

    /**
     * How the fingerprint begins of the certificate that an index entry is about; empty when the key is none of an
     * index.
     */
    static Optional<FingerprintPrefix> beginningOf(byte[] key) {
        int from = key[0] == DAY ? DAY_PREFIX : key.length - FingerprintPrefix.BYTES;
        return from >= 1 && from + FingerprintPrefix.BYTES <= key.length
                ? Optional.of(FingerprintPrefix.at(key, from))
                : Optional.empty();
    }

    /** The certificate that an index entry is about, from the index that has whole fingerprints; else empty. */
    static Optional<Fingerprint> primaryOf(byte[] key) {
        int length = key.length - DAY_PREFIX;
        return key[0] == DAY && (length == 16 || length == 20 || length == 32)
                ? Optional.of(Fingerprint.of(Arrays.copyOfRange(key, DAY_PREFIX, key.length)))
                : Optional.empty();
    }

    /** Whether an iterator stands at a key of this kind. */
    static boolean isAt(RocksIterator records, byte kind) {
        return records.isValid() && records.key()[0] == kind;
    }

    /** The fingerprint in the key of a certificate or tombstone. */
    static byte[] withoutKind(byte[] key) {
        return Arrays.copyOfRange(key, 1, key.length);
    }

    private static byte[] text(char kind, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf8.length, MAX_TEXT);
        return ByteBuffer.allocate(length + 2)
                .put((byte) kind)
                .put(utf8, 0, length)
                .put((byte) 0)
                .array();
    }

    private static byte[] key(byte kind, byte[] rest) {
        return ByteBuffer.allocate(1 + rest.length).put(kind).put(rest).array();
    }

    static byte[] join(byte[] prefix, byte[] rest) {
        return ByteBuffer.allocate(prefix.length + rest.length)
                .put(prefix)
                .put(rest)
                .array();
    }
}
