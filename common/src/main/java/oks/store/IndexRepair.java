package oks.store;

import java.util.Arrays;
import java.util.function.LongConsumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Makes the indexes what the certificates say: takes away entries that no certificate has, then adds those that are
 * missing. Lookups find what was there before until it is done. While it runs, nothing else may change the store.
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
            write();
        }
        return new IndexesRepaired(added, removed);
    }

    private void removeStray(byte index) throws RocksDBException {
        try (ReadOptions all = new ReadOptions().setTotalOrderSeek(true);
                RocksIterator entries = db.newIterator(all)) {
            for (entries.seek(new byte[] {index}); FullScan.isAt(entries, index); entries.next()) {
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
                .anyMatch(stored -> DerivedKeys.of(stored).stream().anyMatch(derived -> Arrays.equals(derived, key)));
    }

    private void addMissing() throws RocksDBException {
        long read = 0;
        try (ReadOptions all = new ReadOptions().setTotalOrderSeek(true);
                RocksIterator records = db.newIterator(all)) {
            records.seek(new byte[] {StoreKeys.CERTIFICATE});
            for (; FullScan.isAt(records, StoreKeys.CERTIFICATE); records.next()) {
                for (byte[] key : DerivedKeys.of(CertificateRecord.of(FullScan.withoutKind(records.key()), records.value()))) {
                    if (db.get(key) == null) {
                        batch.put(key, new byte[0]);
                        added++;
                        writeWhenLarge();
                    }
                }
                if (++read % 1000 == 0) {
                    certificatesRead.accept(read);
                }
            }
            records.status();
        }
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
