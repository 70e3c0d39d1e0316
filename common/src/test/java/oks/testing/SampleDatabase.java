package oks.testing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryLog;
import oks.recovery.Seal;
import oks.recovery.Timeline;
import oks.recovery.Tombstone;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import org.apache.commons.io.file.PathUtils;

/**
 * A database directory as oksd leaves it, made without an oksd: IDENTITY, a store, recovery files beside them. Every
 * put is one group, in the recovery file and in the store. Used by one thread.
 */
public final class SampleDatabase implements Closeable {
    /** The database's name. */
    public static final String NAME = "sample";

    private static final Disk DISK = new RealDisk();
    private static final Instant BEGUN = Instant.parse("2026-11-22T10:49:02Z");

    private final Path directory;
    private final DatabaseIdentity identity;
    private final CertificateStore store;
    private final RecoveryLog log;

    private SampleDatabase(Path directory, DatabaseIdentity identity, CertificateStore store, RecoveryLog log) {
        this.directory = directory;
        this.identity = identity;
        this.store = store;
        this.log = log;
    }

    /** Makes an empty database in a directory that does not exist yet; the seed tells databases apart. */
    public static SampleDatabase create(Path directory, long seed) throws IOException {
        return create(directory, seed, BEGUN.plusSeconds(seed));
    }

    /** The same, at another time: with the same seed, another history of the same database. */
    public static SampleDatabase create(Path directory, long seed, Instant begun) throws IOException {
        Files.createDirectories(directory);
        Random random = new Random(seed);
        DatabaseIdentity identity = new DatabaseIdentity(
                NAME, new UUID(random.nextLong(), random.nextLong()), Timeline.first(new UUID(random.nextLong(), 1)));
        new DatabaseDirectory(DISK, directory).write(identity);
        return open(directory, seed, begun);
    }

    /** Opens a database whose store is up to date, as after a restore or a clean end; begins a new recovery file. */
    public static SampleDatabase open(Path directory, long seed) throws IOException {
        return open(directory, seed, BEGUN.plusSeconds(seed));
    }

    private static SampleDatabase open(Path directory, long seed, Instant begun) throws IOException {
        DatabaseIdentity identity = new DatabaseDirectory(DISK, directory).identity();
        CertificateStore store =
                CertificateStore.open(new DatabaseDirectory(DISK, directory).store(), StoreOptions.standard());
        InstantSource clock = new InstantSource() {
            private Instant now = begun;

            @Override
            public Instant instant() {
                now = now.plusMillis(100);
                return now;
            }
        };
        RecoveryLog log = RecoveryLog.begin(
                new RecoveryDirectory(DISK, directory),
                identity,
                store.position(),
                clock,
                new Random(seed),
                "oksd of a test");
        store.moveTo(log.position());
        return new SampleDatabase(directory, identity, store, log);
    }

    /** Stores the certificates of these seeds ({@link SampleCertificates}), each as a change and a group of its own. */
    public SampleDatabase put(long... seeds) throws IOException {
        for (long seed : seeds) {
            put(seed, SampleCertificates.certificate(seed));
        }
        return this;
    }

    /** Replaces a certificate by one with another user ID. */
    public SampleDatabase update(long seed, int update) throws IOException {
        return put(seed, SampleCertificates.updated(seed, update));
    }

    /** Stores the certificates of these different seeds in one group. */
    public SampleDatabase putTogether(long... seeds) throws IOException {
        List<Change> changes = new ArrayList<>();
        Lsn last = log.position().last();
        for (long seed : seeds) {
            last = last.next();
            changes.add(change(last, seed, SampleCertificates.certificate(seed)));
        }
        return append(changes);
    }

    private SampleDatabase put(long seed, byte[] content) throws IOException {
        return append(List.of(change(log.position().last().next(), seed, content)));
    }

    private Change change(Lsn lsn, long seed, byte[] content) {
        Fingerprint fingerprint = Fingerprint.parse(SampleCertificates.fingerprint(seed));
        return new Change.Put(lsn, log.now(), fingerprint.bytes(), content, "hkp", replaced(fingerprint));
    }

    private Change.Replaced replaced(Fingerprint fingerprint) {
        return store.get(fingerprint)
                .map(old ->
                        new Change.Replaced(old.lsn(), Digest.certificateElement(fingerprint.bytes(), old.content())))
                .orElse(Change.Replaced.NOTHING);
    }

    /** Removes a certificate, stored or not, as an operator does. */
    public SampleDatabase delete(long seed, boolean blocked) throws IOException {
        Fingerprint fingerprint = Fingerprint.parse(SampleCertificates.fingerprint(seed));
        return append(List.of(new Change.Delete(
                log.position().last().next(),
                log.now(),
                fingerprint.bytes(),
                new Tombstone(log.now(), blocked, "uid 0", "asked by the owner"),
                false,
                replaced(fingerprint),
                store.tombstone(fingerprint)
                        .map(old -> Digest.tombstoneElement(fingerprint.bytes(), old.bytes()))
                        .orElse(Hash.ZERO))));
    }

    /** Sets a restore point. */
    public SampleDatabase point(String name) throws IOException {
        return append(List.of(new Change.Point(log.position().last().next(), log.now(), name)));
    }

    private SampleDatabase append(List<Change> changes) throws IOException {
        Digest digest = store.position().digest();
        for (Change change : changes) {
            digest = change.appliedTo(digest);
        }
        store.apply(List.of(log.append(changes, digest)));
        return this;
    }

    /** Seals the recovery file and begins the next one. */
    public SampleDatabase rotate() throws IOException {
        log.rotate(Seal.Reason.ROTATED);
        return this;
    }

    /** Brings the store to disk; only that survives {@link #kill}. */
    public SampleDatabase flush() {
        store.flush();
        return this;
    }

    /** What oksd does for a backup: IDENTITY and a hard-link copy of the store, then a new recovery file. */
    public SampleDatabase snapshot(Path newDirectory) throws IOException {
        Files.createDirectories(newDirectory);
        DatabaseDirectory snapshot = new DatabaseDirectory(DISK, newDirectory);
        snapshot.write(identity);
        store.checkpoint(snapshot.store());
        return rotate();
    }

    public DatabaseIdentity identity() {
        return identity;
    }

    public Path directory() {
        return directory;
    }

    public Digest digest() {
        return store.position().digest();
    }

    public Lsn lsn() {
        return store.position().last();
    }

    public LogPosition position() {
        return store.position();
    }

    /** The database's clock, which goes on by a tenth of a second whenever it is asked. */
    public Instant now() {
        return log.now();
    }

    /** What the database holds, read by the test itself. */
    public CertificateStore store() {
        return store;
    }

    public long certificates() {
        return store.certificates();
    }

    /** The database's recovery files, in order. */
    public List<Path> recoveryFiles() throws IOException {
        return new RecoveryDirectory(DISK, directory).paths();
    }

    /** Copies all recovery files with their names, as {@code cp} does. */
    public void copyRecoveryFiles(Path to) throws IOException {
        for (Path file : recoveryFiles()) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    /**
     * Ends as {@code kill -9} does: the last recovery file is not sealed, the store stands where it was flushed last.
     */
    public void kill() throws IOException {
        Path aside = directory.resolveSibling(directory.getFileName() + ".killed");
        DirectoryState.copy(directory, aside); // closing would flush the store and seal the file
        log.close();
        store.close();
        PathUtils.deleteDirectory(directory);
        Files.move(aside, directory);
    }

    /** Ends as a stop does: store flushed, recovery file sealed. */
    @Override
    public void close() throws IOException {
        try (store;
                log) {
            store.flush();
        }
    }

    /** The names of the recovery files, in order. */
    public List<RecoveryFileName> recoveryFileNames() throws IOException {
        List<RecoveryFileName> names = new ArrayList<>();
        for (Path file : recoveryFiles()) {
            names.add(RecoveryFileName.of(file).orElseThrow());
        }
        return names;
    }
}
