package oks.restore.replay;

import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import oks.cli.OutputOptions;
import oks.durable.DirectoryLock;
import oks.durable.OpenFilesDisk;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.ArchivedPoint;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.Timeline;
import oks.restore.log.Branch;
import oks.restore.log.CheckedLog;
import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;
import oks.restore.log.ReplayedLog;
import oks.restore.log.Target;
import oks.restore.log.TargetPosition;
import oks.store.CertificateStore;
import oks.store.StoreOptions;

/**
 * A stopped database that is brought forward with recovery files. It is locked and open until it is closed. One thread.
 *
 * <p>Afterwards it stands on a timeline of its own, as after a restore: nobody can know whether the old history goes on
 * elsewhere. A database whose own timeline has not begun yet (a restored one that oksd has not opened) keeps it; only
 * the place where it forks moves on.
 */
public final class StandbyDatabase implements Closeable {
    private final DatabaseDirectory directory;
    private final Supplier<UUID> ids;
    private final DirectoryLock lock;
    private final CertificateStore store;
    private DatabaseIdentity identity;

    private StandbyDatabase(
            DatabaseDirectory directory,
            Supplier<UUID> ids,
            DirectoryLock lock,
            CertificateStore store,
            DatabaseIdentity identity) {
        this.directory = directory;
        this.ids = ids;
        this.lock = lock;
        this.store = store;
        this.identity = identity;
    }

    /**
     * Opens a database.
     *
     * @throws OperatorFault USAGE when there is none, BUSY when another program has it open, DAMAGED
     */
    public static StandbyDatabase open(DatabaseDirectory directory, Supplier<UUID> ids) throws IOException {
        if (!directory.hasIdentity() || !directory.disk().isDirectory(directory.store())) {
            throw OperatorFault.of(ExitCode.USAGE, "directory \"%s\" holds no database", directory)
                    .kept("nothing was changed")
                    .next(
                            "name the directory that has IDENTITY and store, or make one: %s",
                            Advice.restoreNew(directory));
        }
        DirectoryLock lock = directory.lock("oks-restore");
        try {
            DatabaseIdentity identity = directory.identity();
            CertificateStore store = CertificateStore.open(directory.store(), StoreOptions.forReplay(Optional.empty()));
            return new StandbyDatabase(directory, ids, lock, store, identity);
        } catch (IOException | RuntimeException e) {
            try (lock) { // still ours: no open database exists yet
                throw e;
            }
        }
    }

    /**
     * Verifies all files, then applies what the database does not have yet and brings it to disk.
     *
     * @throws OperatorFault DAMAGED or GAP_OR_FORK: then nothing was applied
     */
    ReplayReport replay(RecoverySources sources, OutputOptions options, InstantSource clock) throws IOException {
        try (OpenFilesDisk opened = new OpenFilesDisk(directory.disk())) {
            List<RecoveryFile> own = new RecoveryDirectory(opened, directory.path()).files();
            return replay(sources.on(opened).with(own, identity.name()), options, clock);
        }
    }

    private ReplayReport replay(List<RecoveryFile> files, OutputOptions options, InstantSource clock)
            throws IOException {
        LogPosition from = store.position();
        Branch branch = Branch.after(
                files,
                identity.database(),
                new ArchivedPoint("database \"" + directory + "\"", identity.timeline(), from.last()));
        RecoveryTarget everything = new RecoveryTarget(new Target.Latest(), Optional.empty(), false);
        CheckedLog log = CheckedLog.of(branch, identity.database(), from, everything, Optional.empty(), options);
        TargetPosition goal = log.goal();
        ReplayedLog replayed = log.replay(store);
        if (!store.position().equals(from)) {
            store.flush();
            forkHere(branch);
        }
        return new ReplayReport(
                directory.path(),
                identity,
                from.last(),
                store.position(),
                store.certificates(),
                log,
                replayed.groups(),
                goal.time(),
                goal.reach().lastTime().or(() -> branch.lastBegun()),
                clock.instant());
    }

    /**
     * Notes where the timeline leaves its parent now. A crash before this leaves a database that oksd refuses to open
     * as one that lacks its recovery files; the next replay completes it.
     */
    private void forkHere(Branch branch) throws IOException {
        LogPosition end = store.position();
        Optional<Timeline> read = Optional.ofNullable(end.file()).flatMap(branch::timelineOf);
        if (read.isEmpty()) {
            return; // nothing but what it had
        }
        Timeline own = identity.timeline();
        boolean begun = read.get().id().equals(own.id());
        if (begun && directory.recoveryFiles().has(end.file())) {
            return; // its own files, in their place: oksd goes on with them
        }
        Timeline next = new Timeline(
                begun
                        ? 1 + Math.max(own.number(), branch.highestTimeline())
                        : Math.max(own.number(), 1 + read.get().number()),
                begun || own.fork().isEmpty() ? ids.get() : own.id(),
                Optional.of(new Timeline.Fork(read.get().id(), end.last(), end.digest())));
        identity = new DatabaseIdentity(
                identity.name(), identity.database(), next, branch.highestName().or(identity::lastFile));
        directory.write(identity);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            store.close();
        }
    }
}
