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
import java.util.stream.Collectors;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import oks.openpgp.WordQuery;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

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

    /** Certificates whose primary key or a subkey has this fingerprint. */
    public Matches byFingerprint(Fingerprint fingerprint, int limit) {
        Optional<StoredCertificate> primary = get(fingerprint);
        return primary.isPresent()
                ? new Matches(1, primary.stream().limit(limit).toList())
                : read(holdersOf(fingerprint), limit);
    }

    /** The certificates with this subkey, found by its key ID: an index of its own would be a tenth of the store. */
    private Set<Fingerprint> holdersOf(Fingerprint subkey) {
        if (subkey.version() == 3) {
            return Set.of(); // subkeys came with version 4
        }
        return primariesUnder(StoreKeys.keyIdPrefix(subkey.keyId())).stream()
                .limit(MAX_COMPARED)
                .filter(primary -> get(primary)
                        .map(stored -> IndexTerms.of(stored.certificate()).subkeys().contains(subkey))
                        .orElse(false)) // deleted meanwhile
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Certificates whose primary key or a subkey has this key ID. */
    public Matches byKeyId(KeyId keyId, int limit) {
        return read(primariesUnder(StoreKeys.keyIdPrefix(keyId)), limit);
    }

    /** Certificates with a user ID of this e-mail address, given as {@code IndexTerms.emailOf} writes it. */
    public Matches byEmail(String email, int limit) {
        return read(primariesUnder(StoreKeys.emailPrefix(email)), limit);
    }

    /** Certificates whose user IDs hold all of these words. */
    public Matches byWords(List<WordQuery> words, int limit) {
        return byWords(words, limit, MAX_CANDIDATES);
    }

    /** As {@link #byWords(List, int)}, with another number of certificates that are looked at for each word. */
    Matches byWords(List<WordQuery> words, int limit, int candidates) {
        return words.isEmpty() ? Matches.NONE : read(new WordSearch(db, candidates).all(words), limit);
    }

    /** Certificates of which SKS has this hash, 16 bytes. */
    public Matches bySksHash(byte[] hash, int limit) {
        return read(primariesUnder(StoreKeys.sksHashPrefix(hash)), limit);
    }

    /** Certificates last changed on the day of a time, UTC; at most {@value #MAX_CANDIDATES}. */
    public List<Fingerprint> changedOn(Instant day) {
        return List.copyOf(primariesUnder(StoreKeys.dayPrefix(day)));
    }

    private Set<Fingerprint> primariesUnder(byte[] prefix) {
        Set<Fingerprint> primaries = new LinkedHashSet<>();
        try (ReadOptions options = new ReadOptions();
                RocksIterator entries = db.newIterator(options)) {
            for (entries.seek(prefix); entries.isValid() && primaries.size() < MAX_CANDIDATES; entries.next()) {
                byte[] key = entries.key();
                if (key.length <= prefix.length || Arrays.mismatch(prefix, key) != prefix.length) {
                    break;
                }
                primaries.add(Fingerprint.of(Arrays.copyOfRange(key, prefix.length, key.length)));
            }
            entries.status();
            return primaries;
        } catch (RocksDBException e) {
            throw CertificateStore.failed("search an index", e);
        }
    }

    private Matches read(Set<Fingerprint> primaries, int limit) {
        List<Candidate> newestFirst = primaries.stream()
                .limit(MAX_COMPARED)
                .map(primary -> new Candidate(primary, lsn(primary)))
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
        return new Matches(primaries.size(), found);
    }

    private record Candidate(Fingerprint primary, long lsn) {}

    /** The change that wrote a certificate, without reading its content; 0 when it was deleted meanwhile. */
    private long lsn(Fingerprint primary) {
        byte[] beginning = new byte[Long.BYTES];
        try {
            int length = db.get(StoreKeys.certificate(primary.bytes()), beginning);
            return length == RocksDB.NOT_FOUND ? 0 : ByteBuffer.wrap(beginning).getLong();
        } catch (RocksDBException e) {
            throw CertificateStore.failed("read a certificate", e);
        }
    }
}
