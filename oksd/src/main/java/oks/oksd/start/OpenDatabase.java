package oks.oksd.start;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.cli.Version;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.MissingPermission;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.HistoryFile;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryLog;
import oks.recovery.Timeline;
import oks.store.CertificateStore;
import oks.store.Replay;
import oks.store.StoreOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database directory that is open: locked, its store brought forward by the recovery files, a new recovery file
 * begun. One thread opens and closes it; who reads the store must have ended before {@link #close}.
 */
public final class OpenDatabase implements Closeable {
    /** An archive of a stopped database holds its lock until the files are linked. */
    private static final Duration BACKUP_LETS_GO = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(OpenDatabase.class);

    private final DatabaseDirectory directory;
    private final RecoveryDirectory recoveryDirectory;
    private final DatabaseIdentity identity;
    private final DirectoryLock lock;
    private final CertificateStore store;
    private final RecoveryLog log;
    private boolean closed;

    private OpenDatabase(
            DatabaseDirectory directory,
            RecoveryDirectory recoveryDirectory,
            DatabaseIdentity identity,
            DirectoryLock lock,
            CertificateStore store,
            RecoveryLog log) {
        this.directory = directory;
        this.recoveryDirectory = recoveryDirectory;
        this.identity = identity;
        this.lock = lock;
        this.store = store;
        this.log = log;
    }

    /** Told how a start goes on, on the thread that starts. */
    public interface StartListener {
        /** The database is there, or was made. */
        void identified(DatabaseIdentity identity);

        /** Recovery files are being replayed. */
        void replaying(ControlStatus.Replay progress);
    }

    /**
     * Makes the directories that the settings name and locks the database: what comes first at a start.
     *
     * @throws OperatorFault BUSY when somebody has it open
     */
    public static DirectoryLock lock(OksdSettings settings, Disk disk) throws IOException {
        DatabaseDirectory directory =
                new DatabaseDirectory(disk, settings.database().directory());
        makeDirectory(disk, directory.path());
        makeDirectory(disk, settings.recovery().directory());
        return directory.lockAfter("oksd", "oks-backup", BACKUP_LETS_GO);
    }

    /**
     * Opens the database that the settings name; makes it at the first start.
     *
     * @param lock the database's; from now on the open database's own, and let go when it cannot be opened
     * @throws OperatorFault DAMAGED or GAP_OR_FORK; then nothing is open and no change is lost
     */
    public static OpenDatabase open(
            DirectoryLock lock, OksdSettings settings, Disk disk, InstantSource clock, StartListener listener)
            throws IOException {
        try {
            return new Opening(
                            settings,
                            new DatabaseDirectory(disk, settings.database().directory()),
                            new RecoveryDirectory(disk, settings.recovery().directory()),
                            clock,
                            listener)
                    .open(lock);
        } catch (IOException | RuntimeException e) {
            try (lock) { // still ours: no open database exists yet
                throw e;
            }
        }
    }

    private static void makeDirectory(Disk disk, Path directory) throws IOException {
        if (!disk.isDirectory(directory)) { // or a link to one
            disk.makeDirectories(directory);
        }
    }

    /** The steps of a start. */
    private record Opening(
            OksdSettings settings,
            DatabaseDirectory directory,
            RecoveryDirectory recovery,
            InstantSource clock,
            StartListener listener) {

        private OpenDatabase open(DirectoryLock lock) throws IOException {
            DatabaseIdentity identity = identity();
            listener.identified(identity);
            directory.removeUnheldSnapshots(); // left by a crash while a backup ran
            CertificateStore store = CertificateStore.open(directory.store(), storeOptions());
            try {
                takeHeadOfTimeline(identity);
                LogPosition end = replay(identity, store);
                if (store.indexedByOlderRules()) {
                    LOG.warn("the indexes are those of an older version: searches may miss user IDs in Latin-1 and "
                            + "further e-mail addresses, and the numbers that they tell may be too high; "
                            + "\"oksctl check --repair\" makes them anew, and uploads wait "
                            + "meanwhile");
                }
                RecoveryLog log = RecoveryLog.begin(
                        recovery, identity, end, clock, new SecureRandom(), "oksd " + Version.number());
                store.moveTo(log.position());
                store.flush(); // now the database knows which file it needs: without it the next start is refused
                return new OpenDatabase(directory, recovery, identity, lock, store, log);
            } catch (IOException | RuntimeException e) {
                try (store) { // still ours: no open database exists yet
                    throw e;
                }
            }
        }

        /**
         * A restore leaves the first file of a timeline, if there is one, in the database directory: it does not know
         * where recovery files are to be. Left there too: only oks-backup knows when it is safe elsewhere.
         */
        private void takeHeadOfTimeline(DatabaseIdentity identity) throws IOException {
            if (directory.path().toRealPath().equals(recovery.path().toRealPath())) {
                return;
            }
            for (RecoveryFile file : directory.recoveryFiles().files(identity.name())) {
                if (!recovery.has(file.name()) && isOfTimeline(file.header(), identity)) {
                    recovery.copy(file);
                    LOG.info("copied recovery file \"{}\", which a restore wrote, to \"{}\"", file.name(), recovery);
                }
            }
        }

        private static boolean isOfTimeline(RecoveryHeader header, DatabaseIdentity identity) {
            return header.timeline().id().equals(identity.timeline().id());
        }

        private StoreOptions storeOptions() {
            OksdSettings.Store store = settings.store();
            return new StoreOptions(store.blockCache(), store.writeBuffer(), Optional.of(store.rocksdbDirectory()));
        }

        private DatabaseIdentity identity() throws IOException {
            String name = settings.database().name();
            if (directory.hasIdentity()) {
                DatabaseIdentity identity = directory.identity();
                if (!identity.name().equals(name)) {
                    throw OperatorFault.of(
                                    ExitCode.USAGE,
                                    "database \"%s\" is named \"%s\", but database.name is \"%s\"",
                                    directory,
                                    identity.name(),
                                    name)
                            .kept("nothing was changed")
                            .next("set database.name = \"%s\", or another database.directory", identity.name());
                }
                return identity;
            }
            refuseRemains();
            DatabaseIdentity identity =
                    new DatabaseIdentity(name, UUID.randomUUID(), Timeline.first(UUID.randomUUID()));
            directory.write(identity);
            LOG.info("made database \"{}\" in \"{}\", {}", name, directory, identity.database());
            return identity;
        }

        /** A store or recovery files without an identity are what is left of a database, not an empty directory. */
        private void refuseRemains() throws IOException {
            boolean hasFiles = !recovery.files(settings.database().name()).isEmpty();
            if (hasFiles || directory.hasStore()) {
                throw OperatorFault.of(
                                ExitCode.DAMAGED,
                                "database \"%s\" lacks its file \"%s\", but %s there",
                                directory,
                                DatabaseDirectory.IDENTITY,
                                hasFiles ? "recovery files are" : "a store is")
                        .kept("nothing was changed")
                        .next(
                                "restore it: %s; or move the files away",
                                Advice.restore(directory, settings.recovery().directory()));
            }
        }

        /**
         * The files of this timeline that may hold changes after a position: an older one is not even opened, so that
         * damage in a file which nobody needs does not stop a start. Those of a branch that a restore left behind hold
         * changes that are void.
         */
        private List<HistoryFile> filesOfTimeline(DatabaseIdentity identity, LogPosition from) throws IOException {
            List<RecoveryFile> mayBeNeeded = recovery.files(identity.name()).stream()
                    .filter(file -> file.ordinal() >= from.ordinal())
                    .toList();
            return HistoryFile.of(mayBeNeeded).stream()
                    .filter(file -> isOfTimeline(file.header(), identity))
                    .toList();
        }

        /** Brings the store to the end of the log, seals a file that was not closed, and returns that end. */
        private LogPosition replay(DatabaseIdentity identity, CertificateStore store) throws IOException {
            LogPosition from = store.position();
            List<HistoryFile> files = filesOfTimeline(identity, from);
            if (files.isEmpty()) {
                refuseLostLog(identity, from);
                return from;
            }
            RecoveryChain chain = RecoveryChain.of(files, identity.database(), from.last());
            RecoveryChain.ChainEnd end = bringForward(store, from, chain);
            if (from.last().isAfter(end.position().last())) {
                throw OperatorFault.of(
                                ExitCode.DAMAGED,
                                "recovery file \"%s\" ends with LSN %s, but the database holds changes up to LSN %s",
                                end.file().orElseThrow(),
                                end.position().last(),
                                from.last())
                        .kept("nothing was changed")
                        .next(
                                "put the complete recovery files back into \"%s\"",
                                settings.recovery().directory());
            }
            refuseLostSuccessor(identity, end);
            return end.unsealed() ? seal(end) : end.position();
        }

        private void refuseLostSuccessor(DatabaseIdentity identity, RecoveryChain.ChainEnd end) throws IOException {
            try {
                RecoveryLog.refuseLostSuccessor(recovery, identity.name(), end);
            } catch (OperatorFault lost) {
                throw lost.next(
                        "put it back into \"%s\"; if there is no copy of it, its changes are lost: then restore what "
                                + "there is with %s",
                        settings.recovery().directory(),
                        Advice.restore(
                                settings.database().directory(),
                                settings.recovery().directory()));
            }
        }

        /** Applies what the store lacks, and brings that to disk. */
        private RecoveryChain.ChainEnd bringForward(CertificateStore store, LogPosition from, RecoveryChain chain)
                throws IOException {
            try (Replay replay = new Replay(store)) {
                RecoveryChain.ChainEnd end = chain.read(
                        from, new ReplayProgress(replay, chain.bytes(), listener::replaying, System::nanoTime));
                replay.finish();
                if (replay.changes() > 0) {
                    // The replayed changes must not depend on pages of the old file that only the kernel's cache has.
                    store.flush();
                    LOG.info(
                            "replayed changes: {}, LSN {} to {}",
                            replay.changes(),
                            from.last().next(),
                            end.position().last());
                }
                return end;
            }
        }

        private LogPosition seal(RecoveryChain.ChainEnd end) throws IOException {
            RecoveryFileName file = end.file().orElseThrow().name();
            LogPosition sealed = sealedCopy(end);
            if (end.torn()) {
                LOG.warn(
                        "oksd had not stopped cleanly: recovery file \"{}\" had a torn tail after LSN {}, never "
                                + "acknowledged; it is kept as \"{}.torn\"",
                        file,
                        sealed.last(),
                        file);
            } else {
                LOG.warn(
                        "oksd had not stopped cleanly: recovery file \"{}\" is sealed now, after LSN {}",
                        file,
                        sealed.last());
            }
            return sealed;
        }

        /** A copy: the pages of the old file may be nowhere but in the kernel's cache. So it takes space once more. */
        private LogPosition sealedCopy(RecoveryChain.ChainEnd end) throws IOException {
            try {
                return RecoveryChain.sealUnclean(end, clock.instant());
            } catch (IOException e) {
                OperatorFault fault = OperatorFault.of(
                                ExitCode.FAILED,
                                "recovery file \"%s\", left by an unclean stop, could not be sealed: %s",
                                end.file().orElseThrow(),
                                IoReason.withFile(e))
                        .kept(
                                "everything acknowledged is in the recovery files; the store has it, too, up to LSN %s",
                                end.position().last())
                        .next(
                                "see that its disk works and has %d bytes free in directory \"%s\", then start oksd "
                                        + "again",
                                end.position().length(), settings.recovery().directory())
                        .because(e);
                throw MissingPermission.explain(fault, e);
            }
        }

        /** Also where the store has everything: a disk that is not mounted looks the same. */
        private void refuseLostLog(DatabaseIdentity identity, LogPosition from) {
            boolean restored = identity.timeline()
                    .fork()
                    .map(fork -> fork.last().equals(from.last()))
                    .orElse(false);
            if (from.file() != null && !restored) {
                throw OperatorFault.of(
                                ExitCode.GAP_OR_FORK,
                                "recovery file \"%s\" of database \"%s\" is missing: it should be in \"%s\"",
                                from.file(),
                                identity.name(),
                                settings.recovery().directory())
                        .kept("nothing was changed; the store holds changes up to LSN %s", from.last())
                        .next(
                                "mount the directory or put the file back; if there is no copy of it, what the store "
                                        + "holds is all "
                                        + "there is, and after a clean stop that is everything: make an archive of it: "
                                        + "%s, then restore that: %s",
                                Advice.archive(),
                                Advice.restoreArchive("DIR", settings.database().directory()));
            }
        }
    }

    public DatabaseDirectory directory() {
        return directory;
    }

    public RecoveryDirectory recoveryDirectory() {
        return recoveryDirectory;
    }

    public DatabaseIdentity identity() {
        return identity;
    }

    /** Stands at the end of the log. */
    public CertificateStore store() {
        return store;
    }

    /** Writes the recovery file that this start began. */
    public RecoveryLog log() {
        return log;
    }

    /** Commits everything, seals the recovery file, closes; does nothing the second time. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (lock;
                store) {
            store.release();
            log.close();
            store.moveTo(log.position());
            store.flush();
        }
    }

    /**
     * Leaves everything as it is, as a crash would: the store failed, and the next start replays the recovery files.
     */
    public void abandon() {
        closed = true;
    }
}
