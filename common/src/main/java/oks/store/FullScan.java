package oks.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/**
 * Reads every record of a store as it stood at one moment, on all cores, and proves digest, counts and indexes. Index
 * and certificates fit in both directions when the entries that are derived and those that are there are equal sets:
 * sums of their hashes tell, without a search for each. Only where they differ, every entry is searched for. Entries
 * that certificates share, because their fingerprints begin alike, are derived once for each of them and there once.
 */
final class FullScan {
    private static final int MAX_MISSING = 97;
    private static final int MOST_THREADS = 16;

    private final RocksDB db;
    private final Snapshot snapshot;
    private final List<String> damage = new ArrayList<>(1);
    private final List<String> derived = new ArrayList<>();
    private volatile boolean ended;

    FullScan(RocksDB db, Snapshot snapshot) {
        this.db = db;
        this.snapshot = snapshot;
    }

    StoreCheck run(LongConsumer certificatesRead) throws RocksDBException {
        try (ReadOptions moment =
                new ReadOptions().setSnapshot(snapshot).setFillCache(false).setTotalOrderSeek(true)) {
            byte[] metaBytes = db.get(moment, StoreKeys.META);
            StoreMeta meta = metaBytes == null ? StoreMeta.EMPTY : StoreMeta.of(metaBytes);
            RangeScan.Tally all = readAll(certificatesRead);
            compare(meta, all, moment);
            return new StoreCheck(
                    meta.position(),
                    all.certificates(),
                    all.tombstones(),
                    all.found().keys(),
                    all.digest(),
                    damage,
                    derived);
        }
    }

    private void compare(StoreMeta meta, RangeScan.Tally all, ReadOptions moment) throws RocksDBException {
        boolean indexed = all.derived().equals(all.found().plus(all.derivedAgain()));
        if (!indexed) {
            nameMissingEntries(moment);
        }
        compare(damage, "state digest", meta.position().digest(), all.digest());
        if (!indexed && !Arrays.equals(db.get(moment, StoreKeys.INDEXED_BY), StoreKeys.RULES)) {
            derived.add(0, "the indexes were made by an older version, so that searches may miss some user IDs");
        }
        compare(derived, "number of certificates", meta.certificates(), all.certificates());
        compare(derived, "number of tombstones", meta.tombstones(), all.tombstones());
        compare(
                derived,
                "number of index entries",
                all.derived().keys() - all.derivedAgain().keys(),
                all.found().keys());
        if (damage.isEmpty() && derived.isEmpty() && !indexed) {
            derived.add("the index entries differ from those that the certificates have");
        }
    }

    /** Nothing reads any more when this is done, or has failed: the snapshot and the database may be closed then. */
    private RangeScan.Tally readAll(LongConsumer certificatesRead) {
        ExecutorService pool = Executors.newFixedThreadPool(
                Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()), task -> {
                    Thread thread = new Thread(task, "scan");
                    thread.setDaemon(true);
                    return thread;
                });
        List<CompletableFuture<RangeScan.Tally>> scans = ranges().stream()
                .map(range -> CompletableFuture.supplyAsync(range, pool))
                .toList();
        try {
            RangeScan.Tally all = RangeScan.Tally.NOTHING;
            for (CompletableFuture<RangeScan.Tally> scan : scans) {
                all = all.plus(scan.join());
                certificatesRead.accept(all.certificates());
            }
            return all;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        } finally {
            ended = true;
            CompletableFuture.allOf(scans.toArray(CompletableFuture[]::new))
                    .handle((done, failure) -> done)
                    .join();
            pool.shutdown();
        }
    }

    /** The longest first: a day's entries cannot be told apart by how they begin. */
    private List<RangeScan> ranges() {
        List<RangeScan> ranges = new ArrayList<>();
        for (int i = StoreKeys.INDEXES.length - 1; i >= 0; i--) {
            ranges.addAll(RangeScan.ofKind(StoreKeys.INDEXES[i], db, snapshot, () -> !ended));
        }
        ranges.addAll(RangeScan.ofKind(StoreKeys.TOMBSTONE, db, snapshot, () -> !ended));
        ranges.addAll(1, RangeScan.ofKind(StoreKeys.CERTIFICATE, db, snapshot, () -> !ended));
        return ranges;
    }

    private void nameMissingEntries(ReadOptions moment) throws RocksDBException {
        try (RocksIterator records = db.newIterator(moment)) {
            for (records.seek(new byte[] {StoreKeys.CERTIFICATE});
                    StoreKeys.isAt(records, StoreKeys.CERTIFICATE);
                    records.next()) {
                StoredCertificate stored = CertificateRecord.of(StoreKeys.withoutKind(records.key()), records.value());
                for (byte[] key : DerivedKeys.of(stored)) {
                    if (db.get(moment, key) == null) {
                        lacks("certificate " + stored.fingerprint() + " lacks an entry in index '" + (char) key[0]
                                + "'");
                    }
                }
            }
            records.status();
        }
    }

    private static void compare(List<String> differences, String what, Object recorded, Object found) {
        if (!recorded.equals(found)) {
            differences.add("the " + what + " is " + found + ", but " + recorded + " is expected");
        }
    }

    private void lacks(String difference) {
        if (derived.size() < MAX_MISSING) {
            derived.add(difference);
        }
    }
}
