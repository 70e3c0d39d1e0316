package oks.store;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import oks.recovery.LogPosition;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/**
 * The certificates as they stood at one moment, in the order of their fingerprints, while changes go on. For one thread
 * at a time; must be closed before the store.
 */
public final class StoreView implements Closeable {
    private final RocksDB db;
    private final Snapshot snapshot;
    private final ReadOptions moment;
    private final RocksIterator records;
    private final StoreMeta meta;

    StoreView(RocksDB db) throws RocksDBException {
        this.db = db;
        this.snapshot = db.getSnapshot();
        this.moment =
                new ReadOptions().setSnapshot(snapshot).setFillCache(false).setTotalOrderSeek(true);
        byte[] bytes = db.get(moment, StoreKeys.META);
        this.meta = bytes == null ? StoreMeta.EMPTY : StoreMeta.of(bytes);
        this.records = db.newIterator(moment);
        records.seek(new byte[] {StoreKeys.CERTIFICATE});
    }

    /** Where the store stood. */
    public LogPosition position() {
        return meta.position();
    }

    /** How many certificates there were. */
    public long certificates() {
        return meta.certificates();
    }

    /**
     * The next certificates that are wanted; none when there are no more.
     *
     * @param maxBytes no more are added once this many bytes are reached
     * @param maxLooked no more are looked at than this, so that a caller can tell how far it has come
     */
    public Page next(int maxBytes, int maxLooked, Predicate<StoredCertificate> wanted) {
        List<StoredCertificate> page = new ArrayList<>();
        int looked = 0;
        long bytes = 0;
        try {
            while (bytes < maxBytes && looked < maxLooked && StoreKeys.isAt(records, StoreKeys.CERTIFICATE)) {
                StoredCertificate stored = CertificateRecord.of(StoreKeys.withoutKind(records.key()), records.value());
                if (wanted.test(stored)) {
                    page.add(stored);
                    bytes += stored.content().length;
                }
                looked++;
                records.next();
            }
            records.status();
            return new Page(page, looked, !StoreKeys.isAt(records, StoreKeys.CERTIFICATE));
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "read certificates", e);
        }
    }

    /**
     * Some certificates.
     *
     * @param looked how many were looked at
     * @param last whether there are no more after these
     */
    public record Page(List<StoredCertificate> certificates, int looked, boolean last) {
        public Page {
            certificates = List.copyOf(certificates);
        }
    }

    @Override
    public void close() {
        records.close();
        moment.close();
        db.releaseSnapshot(snapshot);
    }
}
