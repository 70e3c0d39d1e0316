package oks.oksd.start;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import oks.cli.Version;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.durable.Modes;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.MissingPermission;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryFileName;
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
    public static final String STORE = "store";
    public static final String SNAPSHOTS = "snapshots";

    /** An archive of a stopped database holds its lock until the files are linked. */
    private static final Duration BACKUP_LETS_GO = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(OpenDatabase.class);

    private final Path directory;
    private final Path recoveryDirectory;
    private final DatabaseIdentity identity;
    private final DirectoryLock lock;
    private final CertificateStore store;
    private final RecoveryLog log;
    private boolean closed;

    private OpenDatabase(
            Path directory,
            Path recoveryDirectory,
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
    public static DirectoryLock lock(OksdSettings settings) throws IOException {
        makeDirectory(settings.database().directory());
        makeDirectory(settings.recovery().directory());
        return DirectoryLock.takeAfter(settings.database().directory(), "oksd", "oks-backup", BACKUP_LETS_GO);
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
            return new Opening(settings, disk, clock, listener).open(lock);
        } catch (IOException | RuntimeException e) {
            try (lock) { // still ours: no open database exists yet
                throw e;
            }
        }
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) { // or a link to one
            return;
        }
        Files.createDirectories(directory, Modes.DIRECTORY);
    }

    /** The steps of a start. */
    private record Opening(OksdSettings settings, Disk disk, InstantSource clock, StartListener listener) {

        private OpenDatabase open(DirectoryLock lock) throws IOException {
            Path directory = settings.database().directory();
            DatabaseIdentity identity = identity(directory);
            listener.identified(identity);
            DirectoryLock.removeUnheld(directory.resolve(SNAPSHOTS)); // left by a crash while a backup ran
            CertificateStore store = CertificateStore.open(directory.resolve(STORE), storeOptions());
            try {
                takeHeadOfTimeline(identity);
                LogPosition end = replay(identity, store);
                if (store.indexedByOlderRules()) {
                    LOG.warn(
                            "the indexes are those of an older version: searches may miss user IDs in Latin-1 and further "
                                    + "e-mail addresses; \"oksctl check --repair\" makes them anew, and uploads wait meanwhile");
                }
                RecoveryLog log = RecoveryLog.begin(
                        disk,
                        settings.recovery().directory(),
                        identity,
                        end,
                        clock,
                        new SecureRandom(),
                        "oksd " + Version.number());
                store.moveTo(log.position());
                store.flush(); // now the database knows which file it needs: without it the next start is refused
                return new OpenDatabase(directory, settings.recovery().directory(), identity, lock, store, log);
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
            Path directory = settings.database().directory();
            Path recovery = settings.recovery().directory();
            if (directory.toRealPath().equals(recovery.toRealPath())) {
                return;
            }
            for (Path file : RecoveryChain.list(disk, directory)) {
                boolean ours =
                        RecoveryFileName.of(file).orElseThrow().database().equals(identity.name());
                if (ours
                        && !disk.exists(recovery.resolve(file.getFileName()))
                        && RecoveryChain.header(disk, file)
                                .timeline()
                                .id()
                                .equals(identity.timeline().id())) {
                    RecoveryChain.copy(disk, file, recovery);
                    LOG.info(
                            "copied recovery file \"{}\", which a restore wrote, to \"{}\"",
                            file.getFileName(),
                            recovery);
                }
            }
        }

        private StoreOptions storeOptions() {
            OksdSettings.Store store = settings.store();
            return new StoreOptions(
                    store.blockCache(), store.writeBuffer(), java.util.Optional.of(store.rocksdbDirectory()));
        }

        private DatabaseIdentity identity(Path directory) throws IOException {
            String name = settings.database().name();
            if (DatabaseIdentity.isIn(disk, directory)) {
                DatabaseIdentity identity = DatabaseIdentity.read(disk, directory);
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
            refuseRemains(directory);
            DatabaseIdentity identity =
                    new DatabaseIdentity(name, UUID.randomUUID(), Timeline.first(UUID.randomUUID()));
            identity.write(disk, directory);
            LOG.info("made database \"{}\" in \"{}\", {}", name, directory, identity.database());
            return identity;
        }

        /** A store or recovery files without an identity are what is left of a database, not an empty directory. */
        private void refuseRemains(Path directory) throws IOException {
            boolean hasFiles = !recoveryFiles(settings.database().name()).isEmpty();
            if (hasFiles || disk.exists(directory.resolve(STORE))) {
                throw OperatorFault.of(
                                ExitCode.DAMAGED,
                                "database \"%s\" lacks its file \"%s\", but %s there",
                                directory,
                                DatabaseIdentity.FILE,
                                hasFiles ? "recovery files are" : "a store is")
                        .kept("nothing was changed")
                        .next(
                                "restore it: \"oks-restore from ARCHIVE --db %s --recovery %s --move-aside\"; or move the files away",
                                directory, settings.recovery().directory());
            }
        }

        private List<Path> recoveryFiles(String database) throws IOException {
            return RecoveryChain.list(disk, settings.recovery().directory()).stream()
                    .filter(file ->
                            RecoveryFileName.of(file).orElseThrow().database().equals(database))
                    .toList();
        }

        /**
         * The files of this timeline that may hold changes after a position: an older one is not even opened, so that
         * damage in a file which nobody needs does not stop a start. Those of a branch that a restore left behind hold
         * changes that are void.
         */
        private List<Path> filesOfTimeline(DatabaseIdentity identity, LogPosition from) throws IOException {
            List<Path> files = new ArrayList<>();
            for (Path file : recoveryFiles(identity.name())) {
                boolean mayBeNeeded = RecoveryFileName.of(file).orElseThrow().ordinal() >= from.ordinal();
                if (mayBeNeeded
                        && RecoveryChain.header(disk, file)
                                .timeline()
                                .id()
                                .equals(identity.timeline().id())) {
                    files.add(file);
                }
            }
            return files;
        }

        /** Brings the store to the end of the log, seals a file that was not closed, and returns that end. */
        private LogPosition replay(DatabaseIdentity identity, CertificateStore store) throws IOException {
            LogPosition from = store.position();
            List<Path> files = filesOfTimeline(identity, from);
            if (files.isEmpty()) {
                refuseLostLog(identity, from);
                return from;
            }
            RecoveryChain chain = RecoveryChain.of(disk, files, identity.database(), from.last());
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
                RecoveryLog.refuseLostSuccessor(disk, settings.recovery().directory(), identity.name(), end);
            } catch (OperatorFault lost) {
                throw lost.next(
                        "put it back into \"%s\"; if there is no copy of it, its changes are lost: then restore what there is with "
                                + "\"oks-restore from ARCHIVE --db %s --recovery %s --move-aside\"",
                        settings.recovery().directory(),
                        settings.database().directory(),
                        settings.recovery().directory());
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
            Path file = end.file().orElseThrow().getFileName();
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
                return RecoveryChain.sealUnclean(disk, end, clock.instant());
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
                                "see that its disk works and has %d bytes free in directory \"%s\", then start oksd again",
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
                                "mount the directory or put the file back; if there is no copy of it, what the store holds is all "
                                        + "there is, and after a clean stop that is everything: make an archive of it: "
                                        + "\"oks-backup full --out DIR\", then restore that: \"oks-restore from DIR --db %s --move-aside\"",
                                settings.database().directory());
            }
        }
    }

    public Path directory() {
        return directory;
    }

    public Path recoveryDirectory() {
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
