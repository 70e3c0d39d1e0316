package oks.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import oks.recovery.Digest;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads every record of a store as it stood at one moment, and proves digest, counts and indexes. Index and certificates
 * fit in both directions when the entries that are derived and those that are there are equal sets: sums of their hashes
 * tell, without a search for each. Only where they differ, every entry is searched for. Entries that certificates share,
 * because their fingerprints begin alike, are derived once for each of them and there once.
 */
final class FullScan {
    private static final int MAX_DIFFERENCES = 100;
    /** What all cores work on together: so many records, or so many bytes of certificates. */
    private static final int CHUNK = 4096;

    private static final int CHUNK_BYTES = 4 << 20;

    private final RocksDB db;
    private final ReadOptions moment;
    private final List<String> differences = new ArrayList<>();
    private Digest digest = Digest.EMPTY;
    private long certificates;
    private long tombstones;
    /** The last certificates that were read, whose fingerprints begin alike: one, hardly ever more. */
    private final List<StoredCertificate> alike = new ArrayList<>();
    private KeySum derived = KeySum.NONE;
    private KeySum derivedAgain = KeySum.NONE;
    private KeySum found = KeySum.NONE;

    FullScan(RocksDB db, ReadOptions moment) {
        this.db = db;
        this.moment = moment;
    }

    StoreCheck run(LongConsumer certificatesRead) throws RocksDBException {
        byte[] metaBytes = db.get(moment, StoreKeys.META);
        StoreMeta meta = metaBytes == null ? StoreMeta.EMPTY : StoreMeta.of(metaBytes);
        scanCertificates(certificatesRead);
        scanTombstones();
        for (byte index : StoreKeys.INDEXES) {
            scanIndex(index);
        }
        KeySum there = found.plus(derivedAgain);
        if (!derived.equals(there)) {
            nameMissingEntries();
        }
        compare("state digest", meta.position().digest(), digest);
        compare("number of certificates", meta.certificates(), certificates);
        compare("number of tombstones", meta.tombstones(), tombstones);
        compare("number of index entries", derived.keys() - derivedAgain.keys(), found.keys());
        if (differences.isEmpty() && !derived.equals(there)) {
            differ("the index entries are others than those that the certificates have");
        }
        return new StoreCheck(meta.position(), certificates, tombstones, found.keys(), digest, differences);
    }

    private void scanCertificates(LongConsumer certificatesRead) throws RocksDBException {
        List<StoredCertificate> chunk = new ArrayList<>();
        long bytes = 0;
        try (RocksIterator records = db.newIterator(moment)) {
            for (records.seek(new byte[] {StoreKeys.CERTIFICATE}); isAt(records, StoreKeys.CERTIFICATE); records.next()) {
                StoredCertificate stored = CertificateRecord.of(withoutKind(records.key()), records.value());
                chunk.add(stored);
                compareBeginning(stored);
                bytes += stored.content().length;
                if (chunk.size() == CHUNK || bytes > CHUNK_BYTES) {
                    take(chunk);
                    bytes = 0;
                    certificatesRead.accept(certificates);
                }
            }
            records.status();
        }
        take(chunk);
        certificatesRead.accept(certificates);
    }

    /** Takes note of what this certificate shares with those before it whose fingerprints begin alike. */
    private void compareBeginning(StoredCertificate stored) {
        Beginning beginning = Beginning.of(stored.fingerprint());
        if (!alike.isEmpty() && !Beginning.of(alike.get(0).fingerprint()).equals(beginning)) {
            alike.clear();
        }
        if (!alike.isEmpty()) {
            Set<ByteBuffer> before = new HashSet<>();
            alike.forEach(other -> DerivedKeys.of(other).forEach(key -> before.add(ByteBuffer.wrap(key))));
            List<byte[]> again =
                    DerivedKeys.of(stored).stream().filter(key -> before.contains(ByteBuffer.wrap(key))).toList();
            derivedAgain = derivedAgain.plus(KeySum.of(again));
        }
        alike.add(stored);
    }

    private void take(List<StoredCertificate> chunk) {
        Expected expected = chunk.parallelStream().map(Expected::of).reduce(Expected.NOTHING, Expected::plus);
        digest = digest.plus(expected.digest.sum());
        derived = derived.plus(expected.entries);
        certificates += chunk.size();
        chunk.clear();
    }

    /** What certificates add to the state digest and to the indexes. */
    private record Expected(Digest digest, KeySum entries) {
        static final Expected NOTHING = new Expected(Digest.EMPTY, KeySum.NONE);

        static Expected of(StoredCertificate stored) {
            byte[] primary = stored.fingerprint().bytes();
            return new Expected(
                    Digest.EMPTY.plus(Digest.certificateElement(primary, stored.content())), KeySum.of(DerivedKeys.of(stored)));
        }

        Expected plus(Expected other) {
            return new Expected(digest.plus(other.digest.sum()), entries.plus(other.entries));
        }
    }

    private void scanIndex(byte kind) throws RocksDBException {
        List<byte[]> chunk = new ArrayList<>();
        try (RocksIterator records = db.newIterator(moment)) {
            for (records.seek(new byte[] {kind}); isAt(records, kind); records.next()) {
                chunk.add(records.key());
                if (chunk.size() == CHUNK) {
                    found = found.plus(KeySum.ofAll(chunk));
                    chunk.clear();
                }
            }
            records.status();
        }
        found = found.plus(KeySum.ofAll(chunk));
    }

    private void nameMissingEntries() throws RocksDBException {
        try (RocksIterator records = db.newIterator(moment)) {
            for (records.seek(new byte[] {StoreKeys.CERTIFICATE}); isAt(records, StoreKeys.CERTIFICATE); records.next()) {
                StoredCertificate stored = CertificateRecord.of(withoutKind(records.key()), records.value());
                for (byte[] key : DerivedKeys.of(stored)) {
                    if (db.get(moment, key) == null) {
                        differ("certificate " + stored.fingerprint() + " lacks an entry in index '" + (char) key[0] + "'");
                    }
                }
            }
            records.status();
        }
    }

    private void scanTombstones() throws RocksDBException {
        try (RocksIterator records = db.newIterator(moment)) {
            for (records.seek(new byte[] {StoreKeys.TOMBSTONE}); isAt(records, StoreKeys.TOMBSTONE); records.next()) {
                digest = digest.plus(Digest.tombstoneElement(withoutKind(records.key()), records.value()));
                tombstones++;
            }
            records.status();
        }
    }

    static boolean isAt(RocksIterator records, byte kind) {
        return records.isValid() && records.key()[0] == kind;
    }

    static byte[] withoutKind(byte[] key) {
        return Arrays.copyOfRange(key, 1, key.length);
    }

    private void compare(String what, Object recorded, Object found) {
        if (!recorded.equals(found)) {
            differ("the " + what + " is " + found + ", but " + recorded + " is expected");
        }
    }

    private void differ(String difference) {
        if (differences.size() < MAX_DIFFERENCES) {
            differences.add(difference);
        }
    }
}
