package oks.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import oks.durable.Modes;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.Tombstone;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The certificates of a keyserver and the indexes derived from them.
 *
 * <p>{@link #apply}, {@link #moveTo}, {@link #noteArchived}, {@link #noteVerified}, {@link #noteSound},
 * {@link #repairIndexes}, {@link #hold} and {@link #release} belong to one thread; everything else may be called by any
 * thread until {@link #close}. What was applied is in memory until {@link #flush}: after a crash the store stands at an
 * earlier {@link #position}, and the recovery files bring it forward again.
 */
public final class CertificateStore implements Closeable {
    private static final String CURRENT = "CURRENT"; // names the list of tables that is in force

    private final RocksSetup setup;
    private final RocksDB db;
    private final WriteOptions withoutLog;
    private final CertificateSearch search;
    private volatile StoreMeta meta;
    private volatile long archivedOrdinal;
    private volatile Optional<Instant> verifiedArchive;
    private volatile boolean indexedByOlderRules;
    private boolean held;

    private CertificateStore(RocksSetup setup, RocksDB db) throws RocksDBException {
        this.setup = setup;
        this.db = db;
        // The recovery file is the only log (doc/architecture.md, "Two files").
        this.withoutLog = new WriteOptions().setDisableWAL(true);
        this.search = new CertificateSearch(db);
        byte[] bytes = db.get(StoreKeys.META);
        this.meta = bytes == null ? StoreMeta.EMPTY : StoreMeta.of(bytes);
        this.indexedByOlderRules = !Arrays.equals(db.get(StoreKeys.INDEXED_BY), StoreKeys.RULES);
        if (indexedByOlderRules && meta.certificates() == 0) {
            noteIndexed();
        }
        byte[] archived = db.get(StoreKeys.ARCHIVED);
        this.archivedOrdinal = archived == null ? 0 : ByteBuffer.wrap(archived).getLong();
        this.verifiedArchive = Optional.ofNullable(db.get(StoreKeys.VERIFIED))
                .map(micros -> Instant.EPOCH.plus(ByteBuffer.wrap(micros).getLong(), ChronoUnit.MICROS));
    }

    /**
     * Opens the store in a directory, which is made when it is missing.
     *
     * @throws OperatorFault DAMAGED when RocksDB cannot read it, FAILED when the disk refuses something else
     */
    public static CertificateStore open(Path directory, StoreOptions options) throws IOException {
        StoreFaults.requireName(directory);
        options.logDirectory().ifPresent(StoreFaults::requireName);
        if (!Files.isDirectory(directory)) { // which may be a link to one
            Files.createDirectories(directory, Modes.DIRECTORY);
        }
        refuseWithoutCurrent(directory);
        RocksSetup setup = RocksSetup.with(options);
        try {
            RocksDB db = RocksDB.open(setup.options(), directory.toString());
            try {
                return new CertificateStore(setup, db);
            } catch (RocksDBException | RuntimeException e) {
                try (db) { // still ours: no store exists yet
                    throw e;
                }
            }
        } catch (OperatorFault tooNew) {
            try (setup) {
                throw tooNew;
            }
        } catch (RocksDBException | IllegalArgumentException e) {
            try (setup) {
                throw StoreFaults.notOpened(directory, e);
            }
        }
    }

    /** RocksDB would take a store that lost its file CURRENT for a new one, and delete its tables. */
    private static void refuseWithoutCurrent(Path directory) throws IOException {
        if (Files.exists(directory.resolve(CURRENT))) {
            return;
        }
        try (DirectoryStream<Path> remains = Files.newDirectoryStream(directory, "{*.sst,MANIFEST-*}")) {
            if (remains.iterator().hasNext()) {
                throw StoreFaults.damaged(directory, new StoreDamage(Optional.of(CURRENT), "it is missing"), null);
            }
        }
    }

    /** Where the store stands: the end of the last group that was applied. */
    public LogPosition position() {
        return meta.position();
    }

    /** Number of certificates. */
    public long certificates() {
        return meta.certificates();
    }

    /** Number of tombstones. */
    public long tombstones() {
        return meta.tombstones();
    }

    /** The certificate with this primary fingerprint. */
    public Optional<StoredCertificate> get(Fingerprint primary) {
        return search.get(primary);
    }

    /**
     * Reads what {@link #apply} will read again for a change of this certificate: before the change is in the log,
     * damage of the store costs this change alone.
     *
     * @throws OperatorFault DAMAGED
     */
    public void requireReadable(Fingerprint primary) {
        search.beginning(FingerprintPrefix.of(primary));
    }

    /** Finds certificates by key, address or words. */
    public CertificateSearch search() {
        return search;
    }

    /** The tombstone of the certificate with this fingerprint, if it was deleted once. */
    public Optional<Tombstone> tombstone(Fingerprint fingerprint) {
        try {
            return Optional.ofNullable(db.get(StoreKeys.tombstone(fingerprint.bytes())))
                    .map(Tombstone::of);
        } catch (RocksDBException e) {
            throw failed("read a tombstone", e);
        }
    }

    /**
     * Applies groups that follow on {@link #position}, in one atomic step.
     *
     * @throws OperatorFault FAILED when RocksDB refuses, DAMAGED when what they replace cannot be read; nothing of them
     *     is applied then
     */
    public void apply(List<Group> groups) {
        apply(groups, DerivedKeys.ofMany(groups));
    }

    /** As {@link #apply(List)}, with index keys that were made already. */
    void apply(List<Group> groups, DerivedKeys derived) {
        if (groups.isEmpty()) {
            return;
        }
        GroupBatch changes = new GroupBatch(search, meta, derived);
        StoreMeta after = changes.add(groups);
        try (WriteBatch batch = changes.toRocks()) {
            db.write(withoutLog, batch);
            meta = after;
        } catch (RocksDBException e) {
            throw failed("apply changes", e);
        }
    }

    /** Notes that the log goes on elsewhere: same last change and digest, another file. */
    public void moveTo(LogPosition position) {
        if (!position.last().equals(meta.position().last())
                || !position.digest().equals(meta.position().digest())) {
            throw new IllegalArgumentException("not the same state: " + position + ", but " + meta.position());
        }
        StoreMeta moved = new StoreMeta(position, meta.certificates(), meta.tombstones());
        try {
            db.put(withoutLog, StoreKeys.META, moved.bytes());
            meta = moved;
        } catch (RocksDBException e) {
            throw failed("note the log's position", e);
        }
    }

    /** The ordinal of the last recovery file that is known to be copied elsewhere, and all before it; 0 for none. */
    public long archivedOrdinal() {
        return archivedOrdinal;
    }

    /**
     * Notes that every recovery file up to this ordinal is copied elsewhere. Belongs to the thread that applies
     * changes. No change of the database: after a crash an earlier note may be back, and whoever copies files says it
     * again.
     *
     * @return the highest ordinal noted so far
     */
    public long noteArchived(long ordinal) {
        if (ordinal > archivedOrdinal) {
            try {
                db.put(
                        withoutLog,
                        StoreKeys.ARCHIVED,
                        ByteBuffer.allocate(Long.BYTES).putLong(ordinal).array());
                archivedOrdinal = ordinal;
            } catch (RocksDBException e) {
                throw failed("note what is archived", e);
            }
        }
        return archivedOrdinal;
    }

    /** When the newest archive was begun that is known to be verified: it holds every change from before. */
    public Optional<Instant> verifiedArchive() {
        return verifiedArchive;
    }

    /**
     * Notes that an archive was verified. The newest one stays noted, unless it is later than the clock: then the clock
     * was wrong. Belongs to the thread that applies changes, and is no change of the database, as
     * {@link #noteArchived}: whoever wants it to outlive a crash flushes.
     *
     * @param begun when the archive was begun, not before 1970; taken as now where it is later
     * @return the time that is noted
     */
    public Instant noteVerified(Instant begun, Instant now) {
        Instant time = (begun.isAfter(now) ? now : begun).truncatedTo(ChronoUnit.MICROS);
        Optional<Instant> newer = verifiedArchive.filter(noted -> !noted.isBefore(time) && !noted.isAfter(now));
        if (newer.isPresent()) {
            return newer.get();
        }
        try {
            long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
            db.put(
                    withoutLog,
                    StoreKeys.VERIFIED,
                    ByteBuffer.allocate(Long.BYTES).putLong(micros).array());
            verifiedArchive = Optional.of(time);
            return time;
        } catch (RocksDBException e) {
            throw failed("note which archive is verified", e);
        }
    }

    /** Brings everything applied so far to disk. */
    public void flush() {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            db.flush(options);
        } catch (RocksDBException e) {
            throw failed("flush", e);
        }
    }

    /**
     * The fault of a flush or compaction that has failed since the store was opened. Then nothing that was applied is
     * sure to reach the disk, and the store must be given up; reads still work. Asked for, because RocksDB's Java
     * listener throws at the reason of every failed flush without a write-ahead log, and nobody hears of it.
     */
    public Optional<OperatorFault> failure() {
        try (WriteBatch nothing = new WriteBatch()) {
            if (db.getLongProperty("rocksdb.background-errors") == 0) {
                return Optional.empty();
            }
            db.write(withoutLog, nothing); // is refused with the reason, unless RocksDB has gone on by itself
            return Optional.of(OperatorFault.of(ExitCode.FAILED, "RocksDB could not write its files"));
        } catch (RocksDBException e) {
            return Optional.of(failed("write its files", e));
        }
    }

    /**
     * Makes a copy of the store by hard links, within milliseconds; flushes first.
     *
     * @param newDirectory on the same file system; must not exist
     */
    public void checkpoint(Path newDirectory) {
        StoreFaults.requireName(newDirectory);
        flush();
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(newDirectory.toString());
        } catch (RocksDBException e) {
            throw failed("make a snapshot", e);
        }
    }

    /**
     * Flushes and then keeps the directory byte-for-byte still until {@link #release}; nothing may be applied
     * meanwhile.
     */
    public void hold() {
        if (held) {
            return;
        }
        flush();
        try {
            db.pauseBackgroundWork();
            disableFileDeletions();
            held = true;
        } catch (RocksDBException e) {
            throw failed("keep the store still", e);
        }
    }

    private void disableFileDeletions() throws RocksDBException {
        try {
            db.disableFileDeletions();
        } catch (RocksDBException e) {
            db.continueBackgroundWork(); // else the next flush would wait for ever
            throw e;
        }
    }

    /** Ends {@link #hold}. */
    public void release() {
        if (!held) {
            return;
        }
        // RocksDB counts both: each is undone exactly once, whatever becomes of the other.
        held = false;
        try {
            db.continueBackgroundWork();
        } catch (RocksDBException e) {
            throw failed("go on with the store", e);
        } finally {
            enableFileDeletions();
        }
    }

    private void enableFileDeletions() {
        try {
            db.enableFileDeletions();
        } catch (RocksDBException e) {
            throw failed("delete its obsolete files again", e);
        }
    }

    /**
     * Reads everything as it stands now, while changes go on, and proves digest, counts and indexes.
     *
     * @param certificatesRead told now and then how many certificates were read
     */
    public StoreCheck check(LongConsumer certificatesRead) {
        Snapshot snapshot = db.getSnapshot();
        try {
            return new FullScan(db, snapshot).run(certificatesRead);
        } catch (RocksDBException e) {
            throw failed("check the store", e);
        } finally {
            db.releaseSnapshot(snapshot);
        }
    }

    /**
     * Makes everything again that is derived from the contents, indexes and counts, and brings it to disk. Belongs to
     * the thread that applies changes.
     *
     * @param certificatesRead told now and then how many certificates were read
     */
    public IndexesRepaired repairIndexes(LongConsumer certificatesRead) {
        try {
            IndexesRepaired repaired = new IndexRepair(db, withoutLog, certificatesRead).run();
            if (repaired.recounted()) {
                meta = StoreMeta.of(db.get(StoreKeys.META));
            }
            noteIndexed();
            flush(); // no recovery file has it
            return repaired;
        } catch (RocksDBException e) {
            throw failed("repair its indexes", e);
        }
    }

    /**
     * Whether the indexes were made by the rules of an older version, so that searches may miss what newer ones find,
     * until {@link #repairIndexes}, or {@link #noteSound} after a check that found no difference.
     */
    public boolean indexedByOlderRules() {
        return indexedByOlderRules;
    }

    /**
     * Notes that a check found the indexes to be what today's rules make of the certificates. No change of the
     * database; it comes to disk with the next flush.
     */
    public void noteSound() {
        try {
            noteIndexed();
        } catch (RocksDBException e) {
            throw failed("note that its indexes are sound", e);
        }
    }

    private void noteIndexed() throws RocksDBException {
        db.put(withoutLog, StoreKeys.INDEXED_BY, StoreKeys.RULES);
        indexedByOlderRules = false;
    }

    /** The certificates as they stand now, to be read bit by bit; the caller closes it before the store. */
    public StoreView view() {
        try {
            return new StoreView(db);
        } catch (RocksDBException e) {
            throw failed("be examined", e);
        }
    }

    /** Hands over every certificate as it stands now, in the order of fingerprints. */
    public void forEach(Consumer<StoredCertificate> visitor) {
        try (ReadOptions options = new ReadOptions().setFillCache(false).setTotalOrderSeek(true);
                RocksIterator records = db.newIterator(options)) {
            records.seek(new byte[] {StoreKeys.CERTIFICATE});
            for (; StoreKeys.isAt(records, StoreKeys.CERTIFICATE); records.next()) {
                visitor.accept(CertificateRecord.of(StoreKeys.withoutKind(records.key()), records.value()));
            }
            records.status();
        } catch (RocksDBException e) {
            throw failed("read the store", e);
        }
    }

    /** Closes without flushing on purpose: whoever wants that calls {@link #flush} first and sees whether it failed. */
    @Override
    public void close() {
        release();
        try (setup;
                db) {
            withoutLog.close();
        }
    }

    private OperatorFault failed(String doing, RocksDBException e) {
        return StoreFaults.of(db, doing, e);
    }
}
