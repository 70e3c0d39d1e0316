package oks.store;

import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** RocksDB's options with the reason beside each, and the native objects that must live as long as the database. */
final class RocksSetup implements AutoCloseable {
    private static final int BITS_PER_KEY = 10;

    /**
     * Filters hold the first bytes of keys: as many as tell of what kind a record is and how a fingerprint begins, or a
     * key ID.
     */
    static final int FILTERED_PREFIX = 1 + FingerprintPrefix.BYTES;

    private static final int OPEN_FILES = 512;

    /**
     * Flushed files after which a replay merges them: fewer than the 20 at which RocksDB slows writers down, as oksd
     * takes them over.
     */
    private static final int BULK_FILES = 16;

    private final Options options;
    private final List<AutoCloseable> natives;

    private RocksSetup(Options options, List<AutoCloseable> natives) {
        this.options = options;
        this.natives = natives;
    }

    Options options() {
        return options;
    }

    static RocksSetup with(StoreOptions wanted) {
        loadLibrary();
        Cache cache = new LRUCache(wanted.blockCacheBytes());
        BloomFilter filter = new BloomFilter(BITS_PER_KEY); // most searches by fingerprint miss all files but one
        DBOptions database = new DBOptions();
        ColumnFamilyOptions family = withInsertHints();
        Options options = new Options(database, family)
                .setCreateIfMissing(true)
                .setWriteBufferSize(wanted.writeBufferBytes())
                .setMaxWriteBufferNumber(2) // bounds memory: one filling, one being flushed
                .setMaxBackgroundJobs(2)
                .setCompressionType(CompressionType.LZ4_COMPRESSION) // keys compress, certificates hardly do
                .setMaxOpenFiles(OPEN_FILES) // bounds the memory of table readers
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(3)
                // Timers that write by themselves would break "byte-for-byte still" during a pause.
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setAvoidFlushDuringShutdown(true) // who closes decides; a flush that nobody sees fail is no flush
                .useFixedLengthPrefixExtractor(FILTERED_PREFIX)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setFilterPolicy(filter)
                        .setWholeKeyFiltering(false) // the first bytes of a certificate's key are as good as the whole
                        // Filters and indexes count against the cache, so that memory has one bound; in small parts,
                        // for the
                        // filter of a whole file is larger than a shard of the cache and would be read for every
                        // search.
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setPartitionFilters(true)
                        .setPinTopLevelIndexAndFilter(true)
                        .setPinL0FilterAndIndexBlocksInCache(true));
        if (wanted.bulk()) {
            mergeSeldom(options);
        }
        wanted.logDirectory().ifPresent(directory -> options.setDbLogDir(directory.toString()));
        return new RocksSetup(options, List.of(options, family, database, filter, cache));
    }

    /** Every merge writes all that was merged before once more; nobody searches meanwhile, so many files do no harm. */
    private static void mergeSeldom(Options options) {
        options.setLevel0FileNumCompactionTrigger(BULK_FILES)
                .setLevel0SlowdownWritesTrigger(3 * BULK_FILES)
                .setLevel0StopWritesTrigger(4 * BULK_FILES);
    }

    /**
     * A batch comes sorted: within one kind of record, a key is looked for from where the one before it went, which
     * takes a sixth off an apply. RocksDB's Java options have no setter for this.
     */
    private static ColumnFamilyOptions withInsertHints() {
        Properties properties = new Properties();
        properties.setProperty("memtable_insert_with_hint_prefix_extractor", "fixed:1");
        ColumnFamilyOptions options = ColumnFamilyOptions.getColumnFamilyOptionsFromProps(properties);
        if (options == null) {
            throw new IllegalStateException("RocksDB does not know " + properties);
        }
        return options;
    }

    /**
     * Loads the library that the installation holds once; without one, rocksdbjni unpacks its own to a temporary file.
     */
    static void loadLibrary() {
        String directory = System.getProperty("oks.native");
        if (directory == null) {
            RocksDB.loadLibrary();
        } else {
            RocksDB.loadLibrary(List.of(directory));
        }
    }

    @Override
    public void close() {
        for (AutoCloseable part : natives) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("could not free RocksDB's options", e);
            }
        }
    }
}
