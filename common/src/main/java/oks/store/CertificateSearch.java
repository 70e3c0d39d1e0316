package oks.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import oks.openpgp.Fingerprint;
import oks.openpgp.HardRevoked;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import oks.openpgp.WordQuery;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Finds certificates by what their indexes hold. Any thread; never waits for the writer. */
public final class CertificateSearch {
    /** Certificates of one day are listed up to this number. */
    static final int MOST_OF_A_DAY = 20_000;

    private static final int ENTRIES_PER_LOOK = 1_024;

    private final RocksDB db;
    private final HardRevoked given;

    CertificateSearch(RocksDB db) {
        this(db, HardRevoked.BARE);
    }

    private CertificateSearch(RocksDB db, HardRevoked given) {
        this.db = db;
        this.given = given;
    }

    /**
     * The same search where this is given out of certificates that their owners revoked for good: whether names find
     * them, and of which form the SKS hash does. What is found is always the whole.
     */
    public CertificateSearch giving(HardRevoked form) {
        return form == given ? this : new CertificateSearch(db, form);
    }

    Optional<StoredCertificate> get(Fingerprint primary) {
        byte[] bytes = primary.bytes();
        try {
            return Optional.ofNullable(db.get(StoreKeys.certificate(bytes)))
                    .map(value -> CertificateRecord.of(bytes, value));
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "read a certificate", e);
        }
    }

    /** The certificates with this fingerprint prefix; hardly ever more than one. */
    List<StoredCertificate> beginning(FingerprintPrefix beginning) {
        try (Scan records = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            return CertificateRecord.beginning(records, beginning);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "read certificates", e);
        }
    }

    /** The value of an index entry. */
    Optional<byte[]> indexEntry(byte[] key) {
        try {
            return Optional.ofNullable(db.get(key));
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "read an index", e);
        }
    }

    /**
     * Certificates whose primary key or a subkey has this fingerprint, in the order of {@link KeySearch}. Those of a
     * subkey are found by its key ID: an index of its own would be a tenth of the store.
     */
    public Matches byFingerprint(Fingerprint fingerprint, Page page, Patience patience) {
        Optional<StoredCertificate> primary = get(fingerprint);
        if (primary.isPresent()) {
            return new Matches(
                    1, primary.stream().skip(page.skip()).limit(page.limit()).toList());
        }
        if (fingerprint.version() == 3) {
            return Matches.NONE; // subkeys came with version 4
        }
        return byKey(KeySearch.of(fingerprint, page, patience), fingerprint.keyId());
    }

    /** As {@link #byFingerprint(Fingerprint, Page, Patience)}, however long it takes. */
    public Matches byFingerprint(Fingerprint fingerprint, int limit) {
        return byFingerprint(fingerprint, Page.first(limit), Patience.endless());
    }

    /** Certificates whose primary key or a subkey has this key ID, in the order of {@link KeySearch}. */
    public Matches byKeyId(KeyId keyId, Page page, Patience patience) {
        return byKey(KeySearch.of(keyId, page, patience), keyId);
    }

    /** As {@link #byKeyId(KeyId, Page, Patience)}, however long it takes. */
    public Matches byKeyId(KeyId keyId, int limit) {
        return byKeyId(keyId, Page.first(limit), Patience.endless());
    }

    private Matches byKey(KeySearch search, KeyId keyId) {
        try (Scan records = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            return search.run(records, keyId);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /** Certificates with a user ID of this e-mail address, given as {@code IndexTerms.emailOf} writes it. */
    public Matches byEmail(String email, Page page, Patience patience) {
        List<byte[]> prefixes = Names.searched(given).stream()
                .map(names -> StoreKeys.emailPrefix(names, email))
                .toList();
        return named(prefixes, true, terms -> isFound(terms) && terms.emails().contains(email), page, patience);
    }

    /** As {@link #byEmail(String, Page, Patience)}, however long it takes. */
    public Matches byEmail(String email, int limit) {
        return byEmail(email, Page.first(limit), Patience.endless());
    }

    /** Certificates whose user IDs hold all of these words. */
    public Matches byWords(List<WordQuery> words, Page page, Patience patience) {
        if (words.isEmpty()) {
            return Matches.NONE;
        }
        try {
            FingerprintPrefixes found = named(patience, search -> search.all(words));
            return MatchReader.read(
                    db,
                    found,
                    true,
                    terms -> isFound(terms) && words.stream().allMatch(word -> WordSearch.holds(terms.words(), word)),
                    page,
                    patience);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /**
     * Certificates whose user IDs hold all of these words and that are what somebody looks for, which takes reading
     * each of them.
     */
    public Matches byWords(List<WordQuery> words, Predicate<StoredCertificate> wanted, Page page, Patience patience) {
        return words.isEmpty() ? Matches.NONE : byAnyWords(List.of(words), wanted, page, patience);
    }

    /** The same of certificates whose user IDs hold all words of one of several lists, none of which is empty. */
    public Matches byAnyWords(
            List<List<WordQuery>> lists, Predicate<StoredCertificate> wanted, Page page, Patience patience) {
        try {
            FingerprintPrefixes found = new FingerprintPrefixes();
            for (List<WordQuery> words : lists) {
                found.addAll(named(patience, search -> search.all(words, wanted)));
            }
            found.sort();
            Matches alike = MatchReader.read(db, found, true, terms -> true, page, patience);
            List<StoredCertificate> certificates = alike.certificates().stream()
                    .filter(wanted.and(stored -> !given.hides(stored.content())))
                    .toList();
            return new Matches(alike.total(), alike.more(), certificates);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /** As {@link #byWords(List, Page, Patience)}, however long it takes. */
    public Matches byWords(List<WordQuery> words, int limit) {
        return byWords(words, Page.first(limit), Patience.endless());
    }

    /** Certificates of which SKS has this hash, 16 bytes. */
    public Matches bySksHash(byte[] hash, Page page, Patience patience) {
        return named(
                List.of(StoreKeys.sksHashPrefix(hash)),
                false, // it may be that of the form which is not given out
                terms -> Arrays.equals(terms.sksHash(given), hash),
                page,
                patience);
    }

    /** As {@link #bySksHash(byte[], Page, Patience)}, however long it takes. */
    public Matches bySksHash(byte[] hash, int limit) {
        return bySksHash(hash, Page.first(limit), Patience.endless());
    }

    /** Whether at any certificate a revocation waits for the certificate of a revoker. */
    public boolean anyAwaitsRevoker() {
        try (Scan keys = new Scan(db, StoreKeys.REVOKER.length)) {
            keys.begin(StoreKeys.REVOKER);
            return keys.isAt();
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /** Certificates at which revocations wait for the certificate of the revoker with this key ID. */
    public Matches awaitingRevoker(KeyId revoker, int limit) {
        return named(
                List.of(StoreKeys.revokerPrefix(revoker)),
                true,
                terms -> terms.awaitedRevokers().contains(revoker),
                Page.first(limit),
                Patience.endless());
    }

    /** Certificates whose owners say that the key with this key ID may revoke them. */
    public Matches namingRevoker(KeyId revoker, int limit) {
        return named(
                List.of(StoreKeys.namedRevokerPrefix(revoker)),
                true,
                terms -> terms.namedRevokers().contains(revoker),
                Page.first(limit),
                Patience.endless());
    }

    /** Certificates last changed on the day of a time, UTC; at most {@value #MOST_OF_A_DAY}. */
    public List<Fingerprint> changedOn(Instant day) {
        byte[] prefix = StoreKeys.dayPrefix(day);
        List<Fingerprint> changed = new ArrayList<>();
        try (Scan keys = new Scan(db, prefix.length)) {
            for (keys.begin(prefix); changed.size() < MOST_OF_A_DAY && keys.isAt(); keys.next()) {
                StoreKeys.primaryOf(keys.key()).ifPresent(changed::add);
            }
            return changed;
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /** Whether a certificate stands in an index of names that is searched. */
    private boolean isFound(IndexTerms terms) {
        return Names.searched(given).contains(Names.of(terms));
    }

    private interface ByWords {
        FingerprintPrefixes in(WordSearch search) throws RocksDBException;
    }

    /** What a search by words finds in each set of names. */
    private FingerprintPrefixes named(Patience patience, ByWords words) throws RocksDBException {
        FingerprintPrefixes found = new FingerprintPrefixes();
        for (Names names : Names.searched(given)) {
            try (WordSearch search = new WordSearch(db, names, patience)) {
                found.addAll(words.in(search));
            }
        }
        found.sort();
        return found;
    }

    /**
     * The certificates that an index names under these prefixes; none, but perhaps more, where that is not for so
     * little patience.
     */
    private Matches named(
            List<byte[]> prefixes, boolean sure, Predicate<IndexTerms> wanted, Page page, Patience patience) {
        try {
            FingerprintPrefixes named = new FingerprintPrefixes();
            for (byte[] prefix : prefixes) {
                named.addAll(named(prefix, patience));
            }
            named.sort();
            return named.size() > patience.mostCertificates()
                    ? new Matches(0, true, List.of())
                    : MatchReader.read(db, named, sure, wanted, page, patience);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    private FingerprintPrefixes named(byte[] prefix, Patience patience) throws RocksDBException {
        FingerprintPrefixes named = new FingerprintPrefixes();
        try (IndexRange range = new IndexRange(db, prefix)) {
            for (; range.isAt() && named.size() <= patience.mostCertificates(); range.next()) {
                named.add(range.order());
                if (named.size() % ENTRIES_PER_LOOK == 0 && patience.isOver()) {
                    named.isPart();
                    return named;
                }
            }
            return named;
        }
    }
}
