package oks.store;

import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** RocksDB's options with the reason beside each, and the native objects that must live as long as the database. */
final class RocksSetup implements AutoCloseable {
    private static final int BITS_PER_KEY = 10;
    private static final int OPEN_FILES = 512;

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
        Options options = new Options()
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
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setFilterPolicy(filter)
                        // Filters and indexes count against the cache, so that memory has one bound.
                        .setCacheIndexAndFilterBlocks(true)
                        .setPinL0FilterAndIndexBlocksInCache(true));
        wanted.logDirectory().ifPresent(directory -> options.setDbLogDir(directory.toString()));
        return new RocksSetup(options, List.of(options, filter, cache));
    }

    /** Loads the library that the installation holds once; without one, rocksdbjni unpacks its own to a temporary file. */
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
