package oks.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import oks.openpgp.IndexTerms;
import oks.openpgp.WordQuery;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Finds the certificates that hold several words. Under a whole word, the index has certificates sorted by fingerprint,
 * so that the lists of several words are joined by going forward in each to where the others stand: what is read is
 * bounded by the rarest. Certificates under a beginning of words are collected and sorted first, unless few remain
 * without that; then those are read. What the patience does not suffice for is said, never left out silently. One use.
 */
final class WordSearch implements AutoCloseable {
    /** Entries that are collected under beginnings of words, in one search: eight megabytes. */
    private static final int MOST_COLLECTED = 1_000_000;
    /** So many certificates are rather read than what stands under a beginning of words is collected. */
    private static final int FEW_ENOUGH_TO_READ = 1_000;

    private static final int COLLECTED_AT_ONCE = 4_096;
    private static final int STEPS_PER_LOOK = 64;

    private final RocksDB db;
    private final Names names;
    private final Patience patience;
    private final Scan records;
    private final List<IndexRange> ranges = new ArrayList<>();
    private int steps;

    /** @param names which certificates are searched */
    WordSearch(RocksDB db, Names names, Patience patience) {
        this.db = db;
        this.names = names;
        this.patience = patience;
        this.records = new Scan(db, RocksSetup.FILTERED_PREFIX);
    }

    /** Whether a certificate has a word. */
    static boolean holds(Set<String> words, WordQuery word) {
        return words.stream().anyMatch(word::matches);
    }

    /** The certificates that have all of these words; part of them when the patience is at an end. */
    FingerprintPrefixes all(List<WordQuery> words) throws RocksDBException {
        List<WordQuery> needed = words.stream()
                .distinct()
                .filter(word -> !isImplied(word, words))
                .toList();
        List<WordQuery> whole = needed.stream().filter(word -> !word.prefix()).toList();
        List<WordQuery> prefixes = needed.stream().filter(WordQuery::prefix).toList();
        if (prefixes.isEmpty()) {
            return join(postings(whole), List.of(), Integer.MAX_VALUE);
        }
        if (!whole.isEmpty()) {
            FingerprintPrefixes few = join(postings(whole), List.of(), FEW_ENOUGH_TO_READ);
            if (few.isComplete()) {
                return join(List.of(new Postings.Collected(few)), prefixes, Integer.MAX_VALUE);
            }
        }
        return joinWithPrefixes(whole, prefixes);
    }

    /** Those of them of which a certificate is wanted. */
    FingerprintPrefixes all(List<WordQuery> words, Predicate<StoredCertificate> wanted) throws RocksDBException {
        FingerprintPrefixes alike = all(words);
        FingerprintPrefixes found = new FingerprintPrefixes();
        if (!alike.isComplete()) {
            found.isPart();
        }
        for (int at = 0; at < alike.size(); at++) {
            if (patience.isOver()) {
                found.isPart();
                return found;
            }
            if (CertificateRecord.beginning(records, alike.get(at)).stream().anyMatch(wanted)) {
                found.add(alike.order(at));
            }
        }
        return found;
    }

    /** Whether every certificate with another of the words has this one as well. */
    private static boolean isImplied(WordQuery word, List<WordQuery> words) {
        return word.prefix() && words.stream().anyMatch(other -> !other.equals(word) && word.matches(other.word()));
    }

    private FingerprintPrefixes joinWithPrefixes(List<WordQuery> whole, List<WordQuery> prefixes)
            throws RocksDBException {
        List<Collecting> collecting = new ArrayList<>();
        for (WordQuery prefix : prefixes) {
            collecting.add(new Collecting(prefix, range(prefix)));
        }
        collect(collecting);
        List<Postings> postings = postings(whole);
        List<WordQuery> toBeRead = new ArrayList<>();
        for (Collecting one : collecting) {
            if (one.isComplete()) {
                postings.add(new Postings.Collected(one.found));
            } else {
                toBeRead.add(one.prefix);
            }
        }
        boolean part = postings.isEmpty();
        if (part) { // nothing is known whole: what was collected of one is a beginning
            postings.add(new Postings.Collected(collecting.get(0).found));
            toBeRead.remove(collecting.get(0).prefix);
        }
        FingerprintPrefixes found = join(postings, toBeRead, Integer.MAX_VALUE);
        if (part) {
            found.isPart();
        }
        return found;
    }

    /** Collector of the entries under a beginning of words, as far as they are read. */
    private static final class Collecting {
        private final WordQuery prefix;
        private final IndexRange range;
        private final FingerprintPrefixes found = new FingerprintPrefixes();

        Collecting(WordQuery prefix, IndexRange range) {
            this.prefix = prefix;
            this.range = range;
        }

        boolean isComplete() throws RocksDBException {
            return !range.isAt();
        }

        /** Reads some more; how many. */
        int readOn() throws RocksDBException {
            int read = 0;
            for (; read < COLLECTED_AT_ONCE && range.isAt(); read++) {
                found.add(range.order());
                range.next();
            }
            return read;
        }
    }

    /**
     * Collects under all beginnings of words by turns, until the shortest list is known to be short, or the bounds are
     * reached.
     */
    private void collect(List<Collecting> all) throws RocksDBException {
        int read = 0;
        boolean goesOn = true;
        while (goesOn && read < MOST_COLLECTED && !patience.isHalfOver()) {
            goesOn = false;
            for (Collecting one : all) {
                read += one.readOn();
                if (one.isComplete() && one.found.size() <= FEW_ENOUGH_TO_READ) {
                    goesOn = false;
                    break;
                }
                goesOn |= !one.isComplete();
            }
        }
        all.forEach(one -> one.found.sort());
    }

    private List<Postings> postings(List<WordQuery> whole) {
        List<Postings> postings = new ArrayList<>();
        whole.forEach(word -> postings.add(new Postings.OfWord(range(word))));
        return postings;
    }

    private IndexRange range(WordQuery word) {
        byte[] whole = StoreKeys.wordPrefix(names, word.word());
        byte[] prefix = word.prefix() ? Arrays.copyOf(whole, whole.length - 1) : whole; // without the end of the word
        IndexRange range = new IndexRange(db, prefix);
        ranges.add(range);
        return range;
    }

    /**
     * The entries that stand in all lists.
     *
     * @param toBeRead further words, for which the certificates are read
     * @param most how many are wanted at most; where there are more, the answer is part of them
     */
    private FingerprintPrefixes join(List<Postings> lists, List<WordQuery> toBeRead, int most) throws RocksDBException {
        FingerprintPrefixes found = new FingerprintPrefixes();
        long candidate = Long.MIN_VALUE;
        int agreeing = 0;
        for (int at = 0; ; at = (at + 1) % lists.size()) {
            Postings list = lists.get(at);
            list.seek(candidate);
            if (!list.isAt()) {
                return found;
            }
            if (isTimeOver() || found.size() == most) {
                found.isPart();
                return found;
            }
            agreeing = list.order() == candidate ? agreeing + 1 : 1;
            candidate = list.order();
            if (agreeing >= lists.size()) {
                if (toBeRead.isEmpty() || isRead(candidate, toBeRead)) {
                    found.add(candidate);
                }
                list.next();
                agreeing = 0;
            }
        }
    }

    private boolean isTimeOver() {
        steps++;
        return steps % STEPS_PER_LOOK == 0 && patience.isOver();
    }

    private boolean isRead(long candidate, List<WordQuery> words) throws RocksDBException {
        for (StoredCertificate stored : CertificateRecord.beginning(records, FingerprintPrefix.ofOrder(candidate))) {
            Set<String> its = IndexTerms.words(stored.certificate());
            if (words.stream().allMatch(word -> holds(its, word))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        ranges.forEach(IndexRange::close);
        records.close();
    }
}
