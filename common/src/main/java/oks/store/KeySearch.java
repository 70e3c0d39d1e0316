package oks.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import org.rocksdb.RocksDBException;

/**
 * Finds certificates by one of their keys. First come those in which the key is proven to be the owner's, as primary
 * key or by its own signature, the newest change first; then those that only claim it as a subkey, the oldest claim
 * first: when a claim came to this server is what a stranger can neither date back nor renew. For one search.
 */
final class KeySearch {
    /** Entries of one key ID that are looked at: those of an honest one are few, however many strangers claim it. */
    private static final int MAX_ENTRIES = 200_000;

    /** So many certificates are compared of those that are proven, and as many of those that claim. */
    static final int MAX_COMPARED = 1_000;

    /** No search reads more bytes of contents than this, however large the certificates that match. */
    private static final long MAX_BYTES = 16L << 20;

    private final Page page;
    private final Patience patience;
    private final boolean sure;
    private final Predicate<IndexTerms> wanted;
    private final Predicate<IndexTerms> proven;
    private final List<Entry> provenEntries = new ArrayList<>(1);
    /** The oldest claims, the newest of them on top. */
    private final PriorityQueue<Entry> claims =
            new PriorityQueue<>(Comparator.comparingLong(Entry::claimed).reversed());

    private int entries;

    /** @param claimed the change that brought the claim; 0 where a version wrote the entry that did not tell */
    private record Entry(FingerprintPrefix beginning, long claimed) {}

    /** @param lsn of its newest change if the key is proven, else of the change that brought the claim */
    private record Candidate(StoredCertificate stored, boolean proven, long lsn) {
        static final Comparator<Candidate> PROVEN_FIRST = Comparator.comparing((Candidate one) -> !one.proven)
                .thenComparingLong(one -> one.proven ? -one.lsn : one.lsn);
    }

    /** @param sure whether the index is enough of a proof where it names one certificate only */
    private KeySearch(
            boolean sure, Predicate<IndexTerms> wanted, Predicate<IndexTerms> proven, Page page, Patience patience) {
        this.page = page;
        this.patience = patience;
        this.sure = sure;
        this.wanted = wanted;
        this.proven = proven;
    }

    /** A search for certificates that have a key, primary or subkey, with this key ID. */
    static KeySearch of(KeyId keyId, Page page, Patience patience) {
        return new KeySearch(
                true,
                terms -> terms.keyIds().contains(keyId),
                terms -> terms.provenKeyIds().contains(keyId),
                page,
                patience);
    }

    /** A search for certificates that have a subkey with this fingerprint. */
    static KeySearch of(Fingerprint subkey, Page page, Patience patience) {
        return new KeySearch(
                false,
                terms -> terms.subkeys().contains(subkey),
                terms -> terms.proven().contains(subkey),
                page,
                patience);
    }

    /** @param records where the index is read, and then certificates */
    Matches run(Scan records, KeyId keyId) throws RocksDBException {
        readEntries(records, StoreKeys.keyIdPrefix(keyId));
        if (entries > patience.mostCertificates()) {
            return new Matches(0, true, List.of());
        }
        int limit = page.skip() + page.limit();
        List<Candidate> found = new ArrayList<>();
        long bytes = 0;
        int compared = 0;
        int others = 0;
        List<Entry> ordered = new ArrayList<>(provenEntries);
        claims.stream().sorted(Comparator.comparingLong(Entry::claimed)).forEach(ordered::add);
        for (Entry entry : ordered) {
            boolean comesLater = entry.claimed > 0 && found.size() >= limit;
            if (comesLater || compared++ == MAX_COMPARED || patience.isOver() || bytes >= MAX_BYTES) {
                break;
            }
            List<Candidate> alike = candidates(records, entry);
            found.addAll(alike);
            others += alike.isEmpty() ? 1 : 0;
            bytes +=
                    alike.stream().mapToLong(one -> one.stored.content().length).sum();
        }
        List<StoredCertificate> best = found.stream()
                .sorted(Candidate.PROVEN_FIRST)
                .limit(limit)
                .skip(page.skip())
                .map(Candidate::stored)
                .toList();
        return new Matches(Math.max(found.size(), entries - others), best);
    }

    private void readEntries(Scan keys, byte[] prefix) throws RocksDBException {
        long mostEntries = Math.min(MAX_ENTRIES, patience.mostCertificates() + 1L);
        for (keys.begin(prefix); entries < mostEntries && keys.isAt(); keys.next()) {
            Optional<FingerprintPrefix> beginning = StoreKeys.beginningOf(keys.key());
            if (beginning.isEmpty()) {
                continue;
            }
            entries++;
            byte[] value = keys.value();
            if (StoreKeys.isProven(value)) {
                if (provenEntries.size() < MAX_COMPARED) {
                    provenEntries.add(new Entry(beginning.get(), 0));
                }
            } else {
                claims.add(new Entry(beginning.get(), StoreKeys.claimed(value)));
                if (claims.size() > MAX_COMPARED) {
                    claims.poll();
                }
            }
        }
    }

    /** Those of the certificates that an entry names which have the key; hardly ever more than one. */
    private List<Candidate> candidates(Scan records, Entry entry) throws RocksDBException {
        List<StoredCertificate> alike = CertificateRecord.beginning(records, entry.beginning);
        if (sure && entries == 1 && alike.size() == 1) {
            return List.of(new Candidate(alike.get(0), true, 0)); // what most searches find
        }
        List<Candidate> candidates = new ArrayList<>(1);
        for (StoredCertificate stored : alike) {
            IndexTerms terms = IndexTerms.of(stored.certificate());
            if (wanted.test(terms)) {
                boolean isProven = proven.test(terms);
                candidates.add(
                        new Candidate(stored, isProven, isProven ? stored.lsn().number() : entry.claimed));
            }
        }
        return candidates;
    }
}
