package oks.store;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import oks.openpgp.WordQuery;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Finds certificates by what their indexes hold. Any thread; never waits for the writer. */
public final class CertificateSearch {
    /** A search looks at no more certificates than this, however many match. */
    static final int MAX_CANDIDATES = 20_000;

    /** So many certificates are read at most where nobody may wait for long. */
    static final int FEW = 4;

    /** Of more than this many candidates, which are the newest is found out among the first ones only. */
    private static final int MAX_COMPARED = 1_000;

    /** No search reads more bytes of contents than this, however large the certificates that match. */
    private static final long MAX_BYTES = 16L << 20;

    private final RocksDB db;

    CertificateSearch(RocksDB db) {
        this.db = db;
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

    /** The certificates whose fingerprints begin so; hardly ever more than one. */
    List<StoredCertificate> beginning(Beginning beginning) {
        try (Scan records = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            return beginning(records, beginning);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "read certificates", e);
        }
    }

    static List<StoredCertificate> beginning(Scan records, Beginning beginning) throws RocksDBException {
        List<StoredCertificate> alike = new ArrayList<>(1);
        for (records.begin(StoreKeys.certificates(beginning)); records.isAt(); records.next()) {
            alike.add(CertificateRecord.of(FullScan.withoutKind(records.key()), records.value()));
        }
        return alike;
    }

    /**
     * Certificates whose primary key or a subkey has this fingerprint, in the order of {@link KeySearch}. Those of a subkey are
     * found by its key ID: an index of its own would be a tenth of the store.
     */
    public Matches byFingerprint(Fingerprint fingerprint, int limit) {
        Optional<StoredCertificate> primary = get(fingerprint);
        if (primary.isPresent()) {
            return new Matches(1, primary.stream().limit(limit).toList());
        }
        if (fingerprint.version() == 3) {
            return Matches.NONE; // subkeys came with version 4
        }
        return byKey(KeySearch.of(fingerprint), fingerprint.keyId(), limit);
    }

    /** Certificates whose primary key or a subkey has this key ID, in the order of {@link KeySearch}. */
    public Matches byKeyId(KeyId keyId, int limit) {
        return byKey(KeySearch.of(keyId), keyId, limit);
    }

    private Matches byKey(KeySearch search, KeyId keyId, int limit) {
        try (Scan records = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            return search.run(records, keyId, limit);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /** Certificates with a user ID of this e-mail address, given as {@code IndexTerms.emailOf} writes it. */
    public Matches byEmail(String email, int limit) {
        return named(StoreKeys.emailPrefix(email), true, terms -> terms.emails().contains(email), limit);
    }

    /** As {@link #byEmail}, for a thread that may not read for long: empty where more than {@value #FEW} certificates have it. */
    public Optional<Matches> byEmailIfFew(String email, int limit) {
        byte[] prefix = StoreKeys.emailPrefix(email);
        try (Scan records = new Scan(db, prefix.length)) {
            Set<Beginning> named = under(records, prefix, FEW + 1, StoreKeys::beginningOf);
            return named.size() > FEW
                    ? Optional.empty()
                    : Optional.of(read(records, named, true, terms -> terms.emails().contains(email), limit));
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /** Certificates whose user IDs hold all of these words. */
    public Matches byWords(List<WordQuery> words, int limit) {
        return byWords(words, limit, MAX_CANDIDATES);
    }

    /** As {@link #byWords(List, int)}, with another number of certificates that are looked at for each word. */
    Matches byWords(List<WordQuery> words, int limit, int candidates) {
        if (words.isEmpty()) {
            return Matches.NONE;
        }
        Set<Beginning> found = new WordSearch(db, this, candidates).all(words);
        try (Scan records = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            return read(records, found, true, terms -> words.stream().allMatch(word -> WordSearch.holds(terms, word)), limit);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "read certificates", e);
        }
    }

    /** Certificates of which SKS has this hash, 16 bytes. */
    public Matches bySksHash(byte[] hash, int limit) {
        return named(StoreKeys.sksHashPrefix(hash), true, terms -> Arrays.equals(terms.sksHash(), hash), limit);
    }

    /** Certificates last changed on the day of a time, UTC; at most {@value #MAX_CANDIDATES}. */
    public List<Fingerprint> changedOn(Instant day) {
        return List.copyOf(under(StoreKeys.dayPrefix(day), MAX_CANDIDATES, StoreKeys::primaryOf));
    }

    /** The certificates that an index names under a prefix, found and read in one look at the store. */
    private Matches named(byte[] prefix, boolean sure, Predicate<IndexTerms> wanted, int limit) {
        try (Scan records = new Scan(db, prefix.length)) {
            return read(records, under(records, prefix, MAX_CANDIDATES, StoreKeys::beginningOf), sure, wanted, limit);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    /** What the keys mean that begin so, in their order, each once; at most this many. */
    <T> Set<T> under(byte[] prefix, int most, Function<byte[], Optional<T>> meaning) {
        try (Scan keys = new Scan(db, prefix.length)) {
            return under(keys, prefix, most, meaning);
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "search an index", e);
        }
    }

    private static <T> Set<T> under(Scan keys, byte[] prefix, int most, Function<byte[], Optional<T>> meaning) throws RocksDBException {
        Set<T> found = new LinkedHashSet<>();
        for (keys.begin(prefix); found.size() < most && keys.isAt(); keys.next()) {
            meaning.apply(keys.key()).ifPresent(found::add);
        }
        return found;
    }

    /**
     * Reads what an index named.
     *
     * @param records where certificates are looked for
     * @param sure whether the index is enough of a proof where only one certificate begins so
     * @param wanted whether a certificate is one that was searched for
     */
    private Matches read(Scan records, Set<Beginning> beginnings, boolean sure, Predicate<IndexTerms> wanted, int limit)
            throws RocksDBException {
        if (beginnings.size() == 1) {
            return readAlike(beginning(records, beginnings.iterator().next()), sure, wanted, limit);
        }
        List<Candidate> newestFirst = compared(records, beginnings, sure, wanted).stream()
                .sorted(Comparator.comparingLong(Candidate::lsn).reversed())
                .toList();
        List<StoredCertificate> found = new ArrayList<>();
        long bytes = 0;
        for (Candidate candidate : newestFirst) {
            if (found.size() == limit || bytes >= MAX_BYTES) {
                break;
            }
            Optional<StoredCertificate> stored = get(candidate.primary()); // deleted meanwhile when empty
            stored.ifPresent(found::add);
            bytes += stored.map(certificate -> certificate.content().length).orElse(0);
        }
        int notCompared = sure ? Math.max(0, beginnings.size() - MAX_COMPARED) : 0;
        return new Matches(newestFirst.size() + notCompared, found);
    }

    /** What most searches name, one certificate, in one step; of many, contents are only read of those that are wanted. */
    private static Matches readAlike(List<StoredCertificate> alike, boolean sure, Predicate<IndexTerms> wanted, int limit) {
        boolean certain = sure && alike.size() == 1;
        List<StoredCertificate> newestFirst = alike.stream()
                .filter(stored -> certain || wanted.test(IndexTerms.of(stored.certificate())))
                .sorted(Comparator.comparingLong((StoredCertificate stored) -> stored.lsn().number()).reversed())
                .toList();
        return new Matches(newestFirst.size(), newestFirst.stream().limit(limit).toList());
    }

    private List<Candidate> compared(Scan records, Set<Beginning> beginnings, boolean sure, Predicate<IndexTerms> wanted)
            throws RocksDBException {
        List<Candidate> compared = new ArrayList<>();
        for (Beginning beginning : beginnings.stream().limit(MAX_COMPARED).toList()) {
            List<Candidate> alike = candidates(beginning, records);
            boolean certain = sure && alike.size() == 1;
            alike.stream().filter(candidate -> certain || isWanted(candidate, wanted)).forEach(compared::add);
        }
        return compared;
    }

    private boolean isWanted(Candidate candidate, Predicate<IndexTerms> wanted) {
        return get(candidate.primary())
                .map(stored -> wanted.test(IndexTerms.of(stored.certificate())))
                .orElse(false); // deleted meanwhile
    }

    /** @param lsn the change that wrote it, which is read without its content */
    private record Candidate(Fingerprint primary, long lsn) {}

    private static List<Candidate> candidates(Beginning beginning, Scan certificates) throws RocksDBException {
        List<Candidate> candidates = new ArrayList<>(1);
        byte[] lsn = new byte[Long.BYTES];
        for (certificates.begin(StoreKeys.certificates(beginning)); certificates.isAt(); certificates.next()) {
            certificates.value(lsn);
            candidates.add(new Candidate(
                    Fingerprint.of(FullScan.withoutKind(certificates.key())), ByteBuffer.wrap(lsn).getLong()));
        }
        return candidates;
    }
}
