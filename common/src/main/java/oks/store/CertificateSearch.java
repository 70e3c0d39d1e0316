package oks.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import oks.openpgp.Fingerprint;
import oks.openpgp.KeyId;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Finds certificates by what their indexes hold. Any thread; never waits for the writer. */
public final class CertificateSearch {
    /** A search looks at no more certificates than this, however many match. */
    static final int MAX_CANDIDATES = 20_000;

    /** No more than this many contents are read to find the newest ones. */
    private static final int MAX_READ = 1_000;

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
                ? new Matches(1, List.of(primary.get()))
                : read(primariesUnder(StoreKeys.subkeyPrefix(fingerprint)), limit);
    }

    /** Certificates whose primary key or a subkey has this key ID. */
    public Matches byKeyId(KeyId keyId, int limit) {
        return read(primariesUnder(StoreKeys.keyIdPrefix(keyId)), limit);
    }

    /** Certificates with a user ID of this e-mail address, given in lower case. */
    public Matches byEmail(String email, int limit) {
        return read(primariesUnder(StoreKeys.emailPrefix(email)), limit);
    }

    /** Certificates whose user IDs hold all of these words, given folded as {@code IndexTerms.wordsOf} does. */
    public Matches byWords(List<String> words, int limit) {
        Set<Fingerprint> all = null;
        for (String word : words) {
            Set<Fingerprint> some = primariesUnder(StoreKeys.wordPrefix(word));
            if (all == null) {
                all = some;
            } else {
                all.retainAll(some);
            }
        }
        return all == null ? Matches.NONE : read(all, limit);
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
        List<StoredCertificate> found = new ArrayList<>();
        for (Fingerprint primary : primaries) {
            if (found.size() == MAX_READ) {
                break;
            }
            get(primary).ifPresent(found::add); // gone when it was deleted between index and content
        }
        found.sort(Comparator.comparing(StoredCertificate::lsn).reversed());
        return new Matches(primaries.size(), found.subList(0, Math.min(limit, found.size())));
    }
}
