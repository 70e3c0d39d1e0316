package oks.store;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.WordQuery;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Finds the certificates that hold several words. The rarest word says which certificates come into question; the index is
 * asked about the others, so that a word which everybody has neither costs much nor hides anybody. One use.
 */
final class WordSearch {
    private final RocksDB db;
    private final int most;

    /** @param most certificates that are looked at for each word */
    WordSearch(RocksDB db, int most) {
        this.db = db;
        this.most = most;
    }

    /** What stands under one word; of one that is too common, not everything. */
    private record Found(WordQuery query, Set<Fingerprint> primaries, boolean complete) {}

    Set<Fingerprint> all(List<WordQuery> words) {
        List<Found> rarestFirst = words.stream()
                .distinct()
                .map(this::find)
                .sorted(Comparator.comparingInt(found -> found.primaries.size()))
                .toList();
        Set<Fingerprint> matching = rarestFirst.get(0).primaries;
        for (Found other : rarestFirst.subList(1, rarestFirst.size())) {
            matching.removeIf(primary -> !holds(primary, other));
        }
        return matching;
    }

    private boolean holds(Fingerprint primary, Found other) {
        if (other.complete) {
            return other.primaries.contains(primary);
        }
        try {
            if (other.query.prefix()) {
                byte[] value = db.get(StoreKeys.certificate(primary.bytes()));
                return value != null && IndexTerms.of(CertificateRecord.of(primary.bytes(), value).certificate()).words().stream()
                        .anyMatch(other.query::matches);
            }
            return db.get(StoreKeys.join(StoreKeys.wordPrefix(other.query.word()), primary.bytes())) != null;
        } catch (RocksDBException e) {
            throw CertificateStore.failed("search an index", e);
        }
    }

    private Found find(WordQuery word) {
        Set<Fingerprint> primaries = primaries(word);
        return new Found(word, primaries, primaries.size() < most);
    }

    private Set<Fingerprint> primaries(WordQuery query) {
        byte[] whole = StoreKeys.wordPrefix(query.word());
        byte[] prefix = query.prefix() ? Arrays.copyOf(whole, whole.length - 1) : whole; // without the end of the word
        Set<Fingerprint> primaries = new LinkedHashSet<>();
        try (ReadOptions options = new ReadOptions();
                RocksIterator entries = db.newIterator(options)) {
            for (entries.seek(prefix); entries.isValid() && primaries.size() < most; entries.next()) {
                byte[] key = entries.key();
                if (key.length <= prefix.length || Arrays.mismatch(prefix, key) != prefix.length) {
                    break;
                }
                StoreKeys.primaryOf(key).ifPresent(primaries::add);
            }
            entries.status();
            return primaries;
        } catch (RocksDBException e) {
            throw CertificateStore.failed("search an index", e);
        }
    }
}
