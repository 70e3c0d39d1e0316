package oks.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The options with which a store is opened.
 *
 * @param blockCacheBytes memory for blocks, indexes and filters that were read
 * @param writeBufferBytes memory for changes that are not flushed yet; two such buffers at most
 * @param logDirectory where RocksDB writes its own LOG, so that the database directory can be byte-for-byte still;
 *     inside the store when empty
 * @param bulk whether it is opened to take in many changes at once, by a program that answers no lookups: table files
 *     are then merged more seldom
 */
public record StoreOptions(long blockCacheBytes, long writeBufferBytes, Optional<Path> logDirectory, boolean bulk) {

    /** Options for a store that is read as much as written. */
    public StoreOptions(long blockCacheBytes, long writeBufferBytes, Optional<Path> logDirectory) {
        this(blockCacheBytes, writeBufferBytes, logDirectory, false);
    }

    /** The options of the tools: small, and nothing outside the store. */
    public static StoreOptions standard() {
        return new StoreOptions(32 << 20, 32 << 20, Optional.empty());
    }

    /**
     * For a replay.
     *
     * @param logDirectory as {@link #logDirectory}
     */
    public static StoreOptions forReplay(Optional<Path> logDirectory) {
        return new StoreOptions(32 << 20, 32 << 20, logDirectory, true);
    }
}
