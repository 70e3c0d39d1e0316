package oks.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import oks.openpgp.IndexTerms;
import oks.recovery.Digest;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads every record of a store as it stood at one moment, and proves digest, counts and indexes. Index and certificates
 * fit in both directions when every derived entry is there and there is no entry more.
 */
final class FullScan {
    private static final int MAX_DIFFERENCES = 100;
    private static final int REPORT_EVERY = 1000;

    private final RocksDB db;
    private final ReadOptions moment;
    private final List<String> differences = new ArrayList<>();
    private Digest digest = Digest.EMPTY;
    private long certificates;
    private long tombstones;
    private long derivedEntries;
    private long foundEntries;

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
            foundEntries += count(index);
        }
        compare("state digest", meta.position().digest(), digest);
        compare("number of certificates", meta.certificates(), certificates);
        compare("number of tombstones", meta.tombstones(), tombstones);
        compare("number of index entries", derivedEntries, foundEntries);
        return new StoreCheck(meta.position(), certificates, tombstones, foundEntries, digest, differences);
    }

    private void scanCertificates(LongConsumer certificatesRead) throws RocksDBException {
        try (RocksIterator records = db.newIterator(moment)) {
            for (records.seek(new byte[] {StoreKeys.CERTIFICATE}); isAt(records, StoreKeys.CERTIFICATE); records.next()) {
                byte[] primary = withoutKind(records.key());
                StoredCertificate stored = CertificateRecord.of(primary, records.value());
                digest = digest.plus(Digest.certificateElement(primary, stored.content()));
                checkIndexes(stored);
                if (++certificates % REPORT_EVERY == 0) {
                    certificatesRead.accept(certificates);
                }
            }
            records.status();
        }
        certificatesRead.accept(certificates);
    }

    private void checkIndexes(StoredCertificate stored) throws RocksDBException {
        for (byte[] key : StoreKeys.indexKeys(IndexTerms.of(stored.certificate()), stored.modified())) {
            derivedEntries++;
            if (db.get(moment, key) == null) {
                differ("certificate " + stored.fingerprint() + " lacks an entry in index '" + (char) key[0] + "'");
            }
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

    private long count(byte kind) throws RocksDBException {
        long count = 0;
        try (RocksIterator records = db.newIterator(moment)) {
            for (records.seek(new byte[] {kind}); isAt(records, kind); records.next()) {
                count++;
            }
            records.status();
        }
        return count;
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
