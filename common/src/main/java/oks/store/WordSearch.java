package oks.store;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import oks.openpgp.IndexTerms;
import oks.openpgp.WordQuery;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Finds the certificates that hold several words. The rarest word says which certificates come into question; the index is
 * asked about the others, so that a word which everybody has neither costs much nor hides anybody. One use.
 */
final class WordSearch {
    private final RocksDB db;
    private final CertificateSearch search;
    private final int most;

    /** @param most certificates that are looked at for each word */
    WordSearch(RocksDB db, CertificateSearch search, int most) {
        this.db = db;
        this.search = search;
        this.most = most;
    }

    /** What stands under one word; of one that is too common, not everything. */
    private record Found(WordQuery query, Set<Beginning> certificates, boolean complete) {}

    Set<Beginning> all(List<WordQuery> words) {
        List<Found> rarestFirst = words.stream()
                .distinct()
                .map(this::find)
                .sorted(Comparator.comparingInt(found -> found.certificates.size()))
                .toList();
        Set<Beginning> matching = rarestFirst.get(0).certificates;
        for (Found other : rarestFirst.subList(1, rarestFirst.size())) {
            matching.removeIf(certificate -> !holds(certificate, other));
        }
        return matching;
    }

    /** Whether a certificate has a word. */
    static boolean holds(IndexTerms terms, WordQuery word) {
        return terms.words().stream().anyMatch(word::matches);
    }

    private boolean holds(Beginning certificate, Found other) {
        if (other.complete) {
            return other.certificates.contains(certificate);
        }
        if (other.query.prefix()) {
            return search.beginning(certificate).stream()
                    .anyMatch(stored -> holds(IndexTerms.of(stored.certificate()), other.query));
        }
        try {
            return db.get(StoreKeys.join(StoreKeys.wordPrefix(other.query.word()), certificate.bytes())) != null;
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    private Found find(WordQuery word) {
        byte[] whole = StoreKeys.wordPrefix(word.word());
        byte[] prefix = word.prefix() ? Arrays.copyOf(whole, whole.length - 1) : whole; // without the end of the word
        Set<Beginning> certificates = search.under(prefix, most, StoreKeys::beginningOf);
        return new Found(word, certificates, certificates.size() < most);
    }
}
