package oks.oksd.writer;

import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import oks.control.ControlPeer;
import oks.control.HeldSnapshot;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.oksd.start.OpenDatabase;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryFileName;
import oks.recovery.Seal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hard-link snapshots of the database, for archives that are made while oksd runs. A snapshot lasts until it is
 * released or its connection ends; those that a crash left are removed at the next start.
 */
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final OpenDatabase database;
    private final Committer committer;
    private final WriterLog log;
    private final StoreFlusher flusher;
    private final ServerState state;
    private final AtomicLong made = new AtomicLong();
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    public Snapshots(
            OpenDatabase database, Committer committer, WriterLog log, StoreFlusher flusher, ServerState state) {
        this.database = database;
        this.committer = committer;
        this.log = log;
        this.flusher = flusher;
        this.state = state;
    }

    /**
     * Makes a snapshot. Uploads wait twice, for milliseconds: while its directory is made, and while the last few
     * changes are flushed and the files linked; what can be done beside them is done before.
     */
    public CompletableFuture<HeldSnapshot> make(ControlPeer peer) {
        String id = NAME.format(log.now()) + "-" + made.incrementAndGet();
        DatabaseDirectory directory = database.directory().snapshot(id);
        refuseWhilePaused();
        flusher.flush(); // most of the work, beside the writer
        return committer
                .between(() -> prepare(directory))
                .thenComposeAsync(prepared -> {
                    flusher.flush(); // what came while the first flush was on its way: then few changes are left
                    return committer.between(() -> link(id, directory));
                })
                .whenComplete((snapshot, failure) -> {
                    if (failure != null) {
                        flusher.unlessHeld(() -> delete(directory));
                        return;
                    }
                    held.add(id);
                    LOG.info(
                            "snapshot {} for {}, LSN {}",
                            id,
                            peer.describe(),
                            snapshot.contents().lsn());
                    peer.onClose(() -> release(id));
                });
    }

    private void refuseWhilePaused() {
        if (state.held()) {
            throw BusyFaults.paused(state); // links would change the directory that somebody is archiving
        }
    }

    private HeldSnapshot link(String id, DatabaseDirectory directory) {
        refuseWhilePaused();
        long started = System.nanoTime();
        LogPosition position = database.store().position();
        flusher.checkpoint(directory.store());
        log.rotate(Seal.Reason.SNAPSHOT);
        LOG.info("uploads waited {} ms for snapshot {}", (System.nanoTime() - started) / 1_000_000, id);
        return describe(id, directory, position);
    }

    /** On the writer thread, too: the directory must not change once a pause has begun. */
    private DatabaseDirectory prepare(DatabaseDirectory directory) {
        refuseWhilePaused();
        try {
            directory.disk().makeDirectories(directory.path());
            directory.write(database.identity());
            return directory;
        } catch (IOException e) {
            throw OperatorFault.of(
                            ExitCode.FAILED, "snapshot \"%s\" could not be made: %s", directory, IoReason.withFile(e))
                    .kept("the database goes on as before")
                    .next("look at the disk and the rights of the directory, then try again")
                    .because(e);
        }
    }

    private HeldSnapshot describe(String id, DatabaseDirectory directory, LogPosition position) {
        DatabaseIdentity identity = database.identity();
        RecoveryFileName next = log.file();
        return new HeldSnapshot(
                id,
                directory.path().toAbsolutePath(),
                new HeldSnapshot.Contents(
                        position.last().number(),
                        position.digest().hex(),
                        position.chain().hex(),
                        database.store().certificates()),
                new HeldSnapshot.Origin(
                        identity.name(),
                        identity.database(),
                        identity.timeline().number(),
                        identity.timeline().id()),
                next.ordinal());
    }

    /**
     * Removes a snapshot; harmless when that happened before.
     *
     * @throws OperatorFault FAILED when nothing of that name was ever held by this oksd
     */
    public void releaseOrRefuse(String id) {
        if (!release(id)) {
            throw OperatorFault.of(ExitCode.FAILED, "snapshot \"%s\" is not held", id)
                    .kept("nothing was changed");
        }
    }

    private boolean release(String id) {
        boolean was = held.remove(id);
        if (was) {
            DatabaseDirectory directory = database.directory().snapshot(id);
            flusher.unlessHeld(() -> delete(directory)); // while paused, even links must stay
            LOG.info("snapshot {} released", id);
        }
        return was;
    }

    /** Removes every snapshot: oksd is ending, and who reads one has lost its connection. */
    public void releaseAll() {
        held.forEach(this::release);
    }

    private static void delete(DatabaseDirectory directory) {
        try {
            directory.disk().deleteTree(directory.path());
        } catch (IOException e) {
            LOG.warn("snapshot \"{}\" could not be removed: {}; the next start removes it", directory, e.getMessage());
        }
    }
}
