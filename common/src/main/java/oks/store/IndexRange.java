package oks.store;

import java.util.Arrays;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * The entries of an index whose keys have a prefix in common, in their order, and the certificates that they name; of
 * an index that names them by the beginnings of their fingerprints. For one thread.
 */
final class IndexRange implements AutoCloseable {
    private static final int LONGEST_KEY = 1 + 256 + 1 + FingerprintPrefix.BYTES;
    /** A step forward costs a fraction of a search, so a few steps are tried first. */
    private static final int STEPS_BEFORE_SEEK = 8;

    private final byte[] prefix;
    private final Slice end;
    private final ReadOptions options;
    private final RocksIterator entries;
    private final byte[] key = new byte[LONGEST_KEY];

    /** Stands at the first entry. */
    IndexRange(RocksDB db, byte[] prefix) {
        boolean filtered = prefix.length >= RocksSetup.FILTERED_PREFIX; // then filters tell which files have none
        this.prefix = prefix;
        this.end = new Slice(behind(prefix));
        this.options = new ReadOptions()
                .setTotalOrderSeek(!filtered)
                .setPrefixSameAsStart(filtered)
                .setIterateUpperBound(end);
        this.entries = db.newIterator(options);
        entries.seek(prefix);
    }

    /** The lowest key above all with this prefix; a kind of record is never the highest byte. */
    private static byte[] behind(byte[] prefix) {
        int last = prefix.length - 1;
        while (prefix[last] == (byte) 0xff) {
            last--;
        }
        byte[] behind = Arrays.copyOf(prefix, last + 1);
        behind[last]++;
        return behind;
    }

    boolean isAt() throws RocksDBException {
        if (entries.isValid()) {
            return true;
        }
        entries.status();
        return false;
    }

    /** The certificate of the entry here ({@link FingerprintPrefix#order}). */
    long order() {
        int length = entries.key(key);
        return FingerprintPrefix.at(key, length - FingerprintPrefix.BYTES).order();
    }

    void next() {
        entries.next();
    }

    /**
     * Goes on to the first certificate that is not below; where all entries have one prefix, so that they are sorted by
     * certificate.
     */
    void seek(long order) throws RocksDBException {
        for (int step = 0; step < STEPS_BEFORE_SEEK; step++) {
            if (!isAt() || order() >= order) {
                return;
            }
            next();
        }
        entries.seek(StoreKeys.join(prefix, FingerprintPrefix.ofOrder(order).bytes()));
    }

    @Override
    public void close() {
        entries.close();
        options.close();
        end.close();
    }
}
