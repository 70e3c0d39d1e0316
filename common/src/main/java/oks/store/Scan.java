package oks.store;

import java.util.Arrays;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads keys that have a beginning in common, in their order; one such set of keys after the other. For one thread. */
final class Scan implements AutoCloseable {
    private final ReadOptions options;
    private final RocksIterator records;
    private byte[] prefix;

    /**
     * @param shortest the shortest beginning that will be looked for: from a length on, filters tell which files have
     *     none
     */
    Scan(RocksDB db, int shortest) {
        boolean filtered = shortest >= RocksSetup.FILTERED_PREFIX;
        options = new ReadOptions().setTotalOrderSeek(!filtered).setPrefixSameAsStart(filtered);
        records = db.newIterator(options);
    }

    /** Goes to the first key that begins so. */
    void begin(byte[] with) {
        prefix = with;
        records.seek(with);
    }

    /** Whether there is such a key where the scan stands, with more bytes behind the beginning. */
    boolean isAt() throws RocksDBException {
        if (records.isValid()) {
            byte[] key = records.key();
            return key.length > prefix.length && Arrays.mismatch(prefix, key) == prefix.length;
        }
        records.status();
        return false;
    }

    byte[] key() {
        return records.key();
    }

    byte[] value() {
        return records.value();
    }

    /** Copies the beginning of the value, as much as there is room for. */
    void value(byte[] beginning) {
        records.value(beginning);
    }

    void next() {
        records.next();
    }

    @Override
    public void close() {
        records.close();
        options.close();
    }
}
