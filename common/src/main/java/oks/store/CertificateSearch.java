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
            throw CertificateStore.failed("read a certificate", e);
        }
    }

    /** The certificates whose fingerprints begin so; hardly ever more than one. */
    List<StoredCertificate> beginning(Beginning beginning) {
        try (Scan records = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            List<StoredCertificate> alike = new ArrayList<>(1);
            for (records.begin(StoreKeys.certificates(beginning)); records.isAt(); records.next()) {
                alike.add(CertificateRecord.of(FullScan.withoutKind(records.key()), records.value()));
            }
            return alike;
        } catch (RocksDBException e) {
            throw CertificateStore.failed("read certificates", e);
        }
    }

    /**
     * Certificates whose primary key or a subkey has this fingerprint. Those of a subkey are found by its key ID: an index of
     * its own would be a tenth of the store.
     */
    public Matches byFingerprint(Fingerprint fingerprint, int limit) {
        Optional<StoredCertificate> primary = get(fingerprint);
        if (primary.isPresent()) {
            return new Matches(1, primary.stream().limit(limit).toList());
        }
        if (fingerprint.version() == 3) {
            return Matches.NONE; // subkeys came with version 4
        }
        Set<Beginning> candidates = under(StoreKeys.keyIdPrefix(fingerprint.keyId()));
        return read(candidates, false, terms -> terms.subkeys().contains(fingerprint), limit);
    }

    /** Certificates whose primary key or a subkey has this key ID. */
    public Matches byKeyId(KeyId keyId, int limit) {
        return read(under(StoreKeys.keyIdPrefix(keyId)), true, terms -> terms.keyIds().contains(keyId), limit);
    }

    /** Certificates with a user ID of this e-mail address, given as {@code IndexTerms.emailOf} writes it. */
    public Matches byEmail(String email, int limit) {
        return read(under(StoreKeys.emailPrefix(email)), true, terms -> terms.emails().contains(email), limit);
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
        return read(found, true, terms -> words.stream().allMatch(word -> WordSearch.holds(terms, word)), limit);
    }

    /** Certificates of which SKS has this hash, 16 bytes. */
    public Matches bySksHash(byte[] hash, int limit) {
        return read(under(StoreKeys.sksHashPrefix(hash)), true, terms -> Arrays.equals(terms.sksHash(), hash), limit);
    }

    /** Certificates last changed on the day of a time, UTC; at most {@value #MAX_CANDIDATES}. */
    public List<Fingerprint> changedOn(Instant day) {
        return List.copyOf(under(StoreKeys.dayPrefix(day), MAX_CANDIDATES, StoreKeys::primaryOf));
    }

    private Set<Beginning> under(byte[] prefix) {
        return under(prefix, MAX_CANDIDATES, StoreKeys::beginningOf);
    }

    /** What the keys mean that begin so, in their order, each once; at most this many. */
    <T> Set<T> under(byte[] prefix, int most, Function<byte[], Optional<T>> meaning) {
        Set<T> found = new LinkedHashSet<>();
        try (Scan keys = new Scan(db, prefix.length)) {
            for (keys.begin(prefix); found.size() < most && keys.isAt(); keys.next()) {
                meaning.apply(keys.key()).ifPresent(found::add);
            }
            return found;
        } catch (RocksDBException e) {
            throw CertificateStore.failed("search an index", e);
        }
    }

    /**
     * Reads what an index named.
     *
     * @param sure whether the index is enough of a proof where only one certificate begins so
     * @param wanted whether a certificate is one that was searched for
     */
    private Matches read(Set<Beginning> beginnings, boolean sure, Predicate<IndexTerms> wanted, int limit) {
        if (beginnings.size() == 1) {
            return readAlike(beginnings.iterator().next(), sure, wanted, limit);
        }
        List<Candidate> newestFirst = compared(beginnings, sure, wanted).stream()
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
    private Matches readAlike(Beginning beginning, boolean sure, Predicate<IndexTerms> wanted, int limit) {
        List<StoredCertificate> alike = beginning(beginning);
        boolean certain = sure && alike.size() == 1;
        List<StoredCertificate> newestFirst = alike.stream()
                .filter(stored -> certain || wanted.test(IndexTerms.of(stored.certificate())))
                .sorted(Comparator.comparingLong((StoredCertificate stored) -> stored.lsn().number()).reversed())
                .toList();
        return new Matches(newestFirst.size(), newestFirst.stream().limit(limit).toList());
    }

    private List<Candidate> compared(Set<Beginning> beginnings, boolean sure, Predicate<IndexTerms> wanted) {
        List<Candidate> compared = new ArrayList<>();
        try (Scan certificates = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            for (Beginning beginning : beginnings.stream().limit(MAX_COMPARED).toList()) {
                List<Candidate> alike = candidates(beginning, certificates);
                boolean certain = sure && alike.size() == 1;
                alike.stream().filter(candidate -> certain || isWanted(candidate, wanted)).forEach(compared::add);
            }
            return compared;
        } catch (RocksDBException e) {
            throw CertificateStore.failed("read certificates", e);
        }
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
