package oks.backup.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import oks.archive.ArchiveSource;
import oks.archive.ArchivedState;
import oks.backup.output.AtExit;
import oks.backup.output.BackupContext;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.HeldSnapshot;
import oks.control.ProgressListener;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that do not change while they are archived, and the state that they hold. Closing it releases them.
 *
 * @param database the directory of the database
 * @param proof throws a fault when the files may have changed after all
 * @param there whether the files are still what they were, as far as can be seen; false when their oksd ended
 * @param release lets go of the files; may be called twice
 */
public record Snapshot(
        ArchiveSource source,
        ArchivedState state,
        Path database,
        Runnable proof,
        BooleanSupplier there,
        Closeable release)
        implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    /** @param paused the directory of a running oksd that is to be paused meanwhile; empty for a hot snapshot */
    public static Snapshot of(Source source, Disk disk, Optional<Path> paused) throws IOException {
        return switch (source.kind()) {
            case RUNNING -> of((Source.Running) source, disk, paused);
            case STOPPED -> own((Source.Stopped) source);
        };
    }

    private static Snapshot of(Source.Running running, Disk disk, Optional<Path> paused) throws IOException {
        return paused.isPresent()
                ? paused(
                        PausedDatabase.pause(running.oksd(), running.progress()),
                        new DatabaseDirectory(disk, paused.get()))
                : held(running.oksd(), running.progress(), disk);
    }

    private static Snapshot paused(PausedDatabase database, DatabaseDirectory directory) throws IOException {
        ArchivedState state = database.state(directory);
        return new Snapshot(
                source(directory), state, directory.path(), database::requireStill, database::isThere, database);
    }

    /** A snapshot that oksd makes and holds until it is released or the connection ends. */
    private static Snapshot held(ControlClient oksd, ProgressListener progress, Disk disk) throws IOException {
        HeldSnapshot held = HeldSnapshot.fromJson(oksd.call(new ControlRequest.Snapshot(), progress));
        DatabaseDirectory snapshot = new DatabaseDirectory(disk, held.directory());
        ArchivedState state = new ArchivedState(
                snapshot.identity(),
                new Lsn(held.contents().lsn()),
                Digest.parse(held.contents().digest()),
                Hash.parse(held.contents().chain()),
                held.contents().certificates(),
                held.firstRecoveryOrdinal());
        ArchiveSource source = source(snapshot);
        return new Snapshot(
                source,
                state,
                snapshot.ofSnapshot().path(),
                () -> {},
                () -> source.files().stream().allMatch(file -> disk.exists(file.file())),
                once(() -> release(oksd, held.id())));
    }

    private static ArchiveSource source(DatabaseDirectory snapshot) throws IOException {
        return ArchiveSource.of(snapshot.identityFile(), snapshot.store());
    }

    /** The end of the connection releases it as well, so that a failure here is worth a word, not a status. */
    private static void release(ControlClient oksd, String id) {
        try {
            oksd.call(new ControlRequest.Release(id), progress -> {});
        } catch (OperatorFault e) {
            LOG.debug("snapshot {} was not released by command: {}", id, e.what());
        }
    }

    /**
     * A snapshot of a stopped database, made here: of what the store has on disk, whatever the recovery files hold
     * more. The database is let go as soon as its files are linked; the lock of the snapshot's own directory tells an
     * oksd that starts meanwhile to leave it.
     */
    public static Snapshot own(Source.Stopped stopped) throws IOException {
        stopped.directory().removeUnheldSnapshots(); // of runs that were killed
        DatabaseDirectory directory = stopped.directory().newSnapshot(BackupContext.NAME + "-");
        Closeable removal = removal(stopped, directory.lock(BackupContext.NAME), directory);
        try {
            ArchivedState state = link(stopped, directory);
            stopped.letGo();
            return new Snapshot(source(directory), state, stopped.directory().path(), () -> {}, () -> true, removal);
        } catch (IOException | RuntimeException e) {
            try (removal) {
                throw e;
            }
        }
    }

    private static ArchivedState link(Source.Stopped stopped, DatabaseDirectory directory) throws IOException {
        directory.write(stopped.identity());
        try (CertificateStore store = open(stopped, directory)) {
            store.checkpoint(directory.store());
            LogPosition position = store.position();
            return new ArchivedState(
                    stopped.identity(),
                    position.last(),
                    position.digest(),
                    position.chain(),
                    store.certificates(),
                    Math.max(1, position.ordinal()));
        }
    }

    /** Done at the end, or when a signal ends the process; what a kill leaves, the next start or archive removes. */
    private static Closeable removal(Source.Stopped stopped, DirectoryLock lock, DatabaseDirectory directory) {
        Closeable removal = () -> {
            directory.disk().deleteTree(directory.path());
            lock.close();
            stopped.letGo();
            try {
                DirectoryLock again = stopped.directory().lock(BackupContext.NAME);
                try (again) {
                    stopped.directory().removeUnheldSnapshots();
                }
            } catch (OperatorFault inUse) {
                LOG.debug("\"{}\" stays: {}", stopped.directory().snapshots(), inUse.what());
            }
        };
        AtExit atExit = AtExit.register(removal);
        return once(() -> {
            atExit.close();
            removal.close();
        });
    }

    private static Closeable once(Closeable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (!done.getAndSet(true)) {
                action.close();
            }
        };
    }

    private static CertificateStore open(Source.Stopped stopped, DatabaseDirectory snapshot) throws IOException {
        Path logs = snapshot.path().resolve("logs");
        snapshot.disk().makeDirectories(logs);
        StoreOptions standard = StoreOptions.standard();
        return CertificateStore.open(
                stopped.directory().store(),
                new StoreOptions(standard.blockCacheBytes(), standard.writeBufferBytes(), Optional.of(logs)));
    }

    @Override
    public void close() throws IOException {
        release.close();
    }
}
