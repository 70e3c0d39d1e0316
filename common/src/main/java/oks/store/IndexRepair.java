package oks.store;

import java.util.Map;
import java.util.function.LongConsumer;
import oks.recovery.Digest;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Makes the indexes what the certificates say: takes away entries that no certificate has, then adds those that are
 * missing, then counts anew. Lookups find what was there before until it is done. While it runs, nothing else may
 * change the store.
 */
final class IndexRepair {
    private static final int BATCH = 10_000;

    private final RocksDB db;
    private final CertificateSearch search;
    private final WriteOptions options;
    private final LongConsumer certificatesRead;
    private WriteBatch batch;
    private long added;
    private long removed;
    private long certificates;
    private long tombstones;
    private Digest digest = Digest.EMPTY;

    IndexRepair(RocksDB db, WriteOptions options, LongConsumer certificatesRead) {
        this.db = db;
        this.search = new CertificateSearch(db);
        this.options = options;
        this.certificatesRead = certificatesRead;
    }

    IndexesRepaired run() throws RocksDBException {
        try (WriteBatch changes = new WriteBatch()) {
            batch = changes;
            for (byte index : StoreKeys.INDEXES) {
                removeStray(index);
            }
            addMissing();
            boolean recounted = recount();
            write();
            return new IndexesRepaired(added, removed, recounted);
        }
    }

    private void removeStray(byte index) throws RocksDBException {
        try (ReadOptions all = new ReadOptions().setTotalOrderSeek(true);
                RocksIterator entries = db.newIterator(all)) {
            for (entries.seek(new byte[] {index}); StoreKeys.isAt(entries, index); entries.next()) {
                if (!isDerived(entries.key())) {
                    batch.delete(entries.key());
                    removed++;
                    writeWhenLarge();
                }
            }
            entries.status();
        }
    }

    private boolean isDerived(byte[] key) {
        return StoreKeys.beginningOf(key).stream()
                .flatMap(beginning -> search.beginning(beginning).stream())
                .anyMatch(stored -> DerivedKeys.of(stored).contains(key));
    }

    private void addMissing() throws RocksDBException {
        try (ReadOptions all = new ReadOptions().setTotalOrderSeek(true);
                RocksIterator records = db.newIterator(all)) {
            records.seek(new byte[] {StoreKeys.CERTIFICATE});
            for (; StoreKeys.isAt(records, StoreKeys.CERTIFICATE); records.next()) {
                StoredCertificate stored = CertificateRecord.of(StoreKeys.withoutKind(records.key()), records.value());
                digest = digest.plus(
                        Digest.certificateElement(stored.fingerprint().bytes(), stored.content()));
                for (Map.Entry<byte[], byte[]> entry :
                        DerivedKeys.entries(stored).entrySet()) {
                    addMissing(entry.getKey(), entry.getValue(), stored);
                }
                if (++certificates % 1000 == 0) {
                    certificatesRead.accept(certificates);
                }
            }
            records.status();
        }
    }

    private void addMissing(byte[] key, byte[] value, StoredCertificate stored) throws RocksDBException {
        byte[] before = db.get(key);
        if (before == null || StoreKeys.isProven(value) && !StoreKeys.isProven(before)) {
            batch.put(key, value == StoreKeys.CLAIM ? StoreKeys.claim(stored.lsn()) : value);
            added += before == null ? 1 : 0;
            writeWhenLarge();
        }
    }

    /** Counts are derived from the contents, too; but only from those that are proven to be the right ones. */
    private boolean recount() throws RocksDBException {
        try (ReadOptions all = new ReadOptions().setTotalOrderSeek(true);
                RocksIterator records = db.newIterator(all)) {
            for (records.seek(new byte[] {StoreKeys.TOMBSTONE});
                    StoreKeys.isAt(records, StoreKeys.TOMBSTONE);
                    records.next()) {
                digest = digest.plus(Digest.tombstoneElement(StoreKeys.withoutKind(records.key()), records.value()));
                tombstones++;
            }
            records.status();
        }
        byte[] bytes = db.get(StoreKeys.META);
        StoreMeta meta = bytes == null ? StoreMeta.EMPTY : StoreMeta.of(bytes);
        StoreMeta counted = new StoreMeta(meta.position(), certificates, tombstones);
        if (counted.equals(meta) || !digest.equals(meta.position().digest())) {
            return false;
        }
        batch.put(StoreKeys.META, counted.bytes());
        return true;
    }

    private void writeWhenLarge() throws RocksDBException {
        if (batch.count() >= BATCH) {
            write();
        }
    }

    private void write() throws RocksDBException {
        db.write(options, batch);
        batch.clear();
    }
}
