package oks.oksd.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.control.ControlHandler;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.control.ControlStatus.Holder;
import oks.control.Progress;
import oks.control.ProgressListener;
import oks.control.Rotation;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.json.Words;
import oks.oksd.serve.LoadTickets;
import oks.oksd.start.LiveSettings;
import oks.oksd.writer.Committer;
import oks.oksd.writer.OperatorChanges;
import oks.oksd.writer.Snapshots;
import oks.oksd.writer.UnreadableStore;
import oks.oksd.writer.WriterAnswer;
import oks.openpgp.Limit;
import oks.openpgp.Limits;
import oks.recovery.Seal;
import oks.store.CertificateStore;
import oks.store.IndexesRepaired;
import oks.store.StoreCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what comes over the control socket; the control server has logged who sent it. */
public final class ControlCommands implements ControlHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlCommands.class);

    private final Committer committer;
    private final CertificateStore store;
    private final OperatorChanges changes;
    private final Exports exports;
    private final RecordedChanges recorded;
    private final LoadTickets tickets;
    private final LiveSettings settings;
    private final StatusReport status;
    private final Snapshots snapshots;
    private final UnreadableStore unreadable;
    private final InstantSource clock;
    private final Supplier<ControlResults.Reloaded> reload;
    private final Runnable stop;
    private final AtomicLong pauses = new AtomicLong();
    /** Read: the store is being checked. Write: it may be closed. */
    private final ReadWriteLock reading = new ReentrantReadWriteLock();

    private volatile boolean closing;

    public ControlCommands(
            Committer committer,
            CertificateStore store,
            RecordedChanges recorded,
            LoadTickets tickets,
            LiveSettings settings,
            StatusReport status,
            Snapshots snapshots,
            UnreadableStore unreadable,
            InstantSource clock,
            Supplier<ControlResults.Reloaded> reload,
            Runnable stop) {
        this.committer = committer;
        this.store = store;
        this.recorded = recorded;
        this.tickets = tickets;
        this.settings = settings;
        this.exports = new Exports(store, () -> settings.get().certificates().hardRevoked());
        this.changes = new OperatorChanges(committer, store);
        this.status = status;
        this.snapshots = snapshots;
        this.unreadable = unreadable;
        this.clock = clock;
        this.reload = reload;
        this.stop = stop;
    }

    @Override
    public ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress) {
        try {
            return Json.STANDARD.tree(carryOut(request, peer, progress));
        } catch (OperatorFault fault) {
            unreadable.met(fault);
            throw fault;
        }
    }

    @Override
    public void answered(ControlRequest request) {
        if (request.kind() == ControlRequest.Kind.STOP) {
            stop.run(); // after the answer: the socket goes away with oksd
        }
    }

    private Record carryOut(ControlRequest request, ControlPeer peer, ProgressListener progress) {
        return switch (request.kind()) {
            case STATUS -> status.now();
            case PAUSE -> pause((ControlRequest.Pause) request, peer);
            case RESUME -> resume();
            case ROTATE -> WriterAnswer.of(committer.rotate(Seal.Reason.ROTATED));
            case DUMP -> WriterAnswer.of(committer.dump());
            case STOP -> new ControlResults.Stopping(true);
            case RELOAD -> reload.get();
            case CONFIG -> settings.inForce();
            case SNAPSHOT -> WriterAnswer.of(snapshots.make(peer));
            case RELEASE -> {
                snapshots.releaseOrRefuse(((ControlRequest.Release) request).id());
                yield new ControlResults.Released(true);
            }
            case ARCHIVED ->
                new ControlResults.Archived(
                        WriterAnswer.of(committer.archived(((ControlRequest.Archived) request).ordinal())));
            case ARCHIVE_VERIFIED ->
                new ControlResults.ArchiveVerified(WriterAnswer.of(committer.archiveVerified(
                        ((ControlRequest.ArchiveVerified) request).begun(), clock.instant())));
            case CHECK -> ((ControlRequest.Check) request).repair() ? repair(progress) : check(progress);
            case POINT -> changes.point((ControlRequest.Point) request);
            case DELETE -> changes.delete((ControlRequest.Delete) request, peer);
            case LOAD -> load((ControlRequest.Load) request, peer);
            case EXPORT -> exports.begin((ControlRequest.Export) request, peer);
            case EXPORT_NEXT -> exports.next(((ControlRequest.ExportNext) request).id());
            case HISTORY -> history((ControlRequest.History) request, progress);
            case UNBLOCK -> changes.unblock((ControlRequest.Unblock) request, peer);
        };
    }

    private ControlResults.Paused pause(ControlRequest.Pause request, ControlPeer peer) {
        String key = "command " + pauses.incrementAndGet();
        Instant since = clock.instant();
        Instant until = since.plus(request.max()).truncatedTo(ChronoUnit.SECONDS);
        Rotation rotation = WriterAnswer.of(committer.pause(key, Holder.command(peer, since, Optional.of(until))));
        if (request.hold() == ControlRequest.Pause.Hold.CONNECTION) {
            peer.onClose(() -> {
                Future<?> unused = committer.unpause(key);
            });
        }
        return new ControlResults.Paused(rotation, until);
    }

    private ControlResults.Resumed resume() {
        boolean resumed = WriterAnswer.of(committer.resume());
        return new ControlResults.Resumed(resumed, resumed ? "" : "oksd was not paused");
    }

    private ControlResults.Load load(ControlRequest.Load request, ControlPeer peer) {
        OksdSettings now = settings.get();
        Optional<String> ticket = Optional.empty();
        if (request.trusted()) {
            LOG.warn("certificates may come without verification while {} is connected", peer.describe());
            ticket = Optional.of(tickets.issue(peer));
        }
        return new ControlResults.Load(
                now.service().socket(),
                now.upload().limits().of(Limit.MAX_BYTES),
                uploadSettings(now.upload()),
                ticket);
    }

    /** The settings by which parts of certificates are left out, by name, as the configuration file has them. */
    private static ControlResults.UploadSettings uploadSettings(OksdSettings.Upload upload) {
        Limits limits = upload.limits();
        return new ControlResults.UploadSettings(
                Words.of(upload.thirdParty()),
                Words.of(upload.weakHashes()),
                limits.of(Limit.MAX_USER_ID),
                limits.of(Limit.MAX_USER_ATTRIBUTE),
                limits.of(Limit.MAX_PACKET),
                limits.of(Limit.MAX_SIGNATURE),
                limits.of(Limit.MAX_CERTIFICATE),
                limits.of(Limit.MAX_CERTIFICATE_COST));
    }

    private Record history(ControlRequest.History request, ProgressListener progress) {
        CertificateHistory history = new CertificateHistory(request.fingerprint());
        reading.readLock().lock();
        try {
            refuseWhenClosing();
            history.add(store.get(request.fingerprint()));
            recorded.read(
                    store.position().last(),
                    history::add,
                    read -> {
                        refuseWhenClosing();
                        progress.progress(new Progress("reading recovery files", read, 0, "files"));
                    },
                    history::note);
        } finally {
            reading.readLock().unlock();
        }
        return request.export() == 0 ? history.list() : history.export(request.export());
    }

    private ControlResults.Checked check(ProgressListener progress) {
        reading.readLock().lock();
        try {
            StoreCheck check = store.check(progressOf(progress));
            if (check.sound() && store.indexedByOlderRules()) {
                WriterAnswer.of(committer.sound());
            }
            return report(check);
        } finally {
            reading.readLock().unlock();
        }
    }

    private ControlResults.Repaired repair(ProgressListener progress) {
        long expected = store.certificates();
        IndexesRepaired repaired = WriterAnswer.of(committer.repairIndexes(read -> {
            refuseWhenClosing(); // what is repaired by then stays so
            progress.progress(new Progress("repairing indexes", read, Math.max(expected, read), "certificates"));
        }));
        LOG.warn("indexes repaired: entries added: {}, removed: {}", repaired.added(), repaired.removed());
        return new ControlResults.Repaired(check(progress), repaired.added(), repaired.removed(), repaired.recounted());
    }

    /** Tells how far a check has come; ends it when oksd ends. */
    private LongConsumer progressOf(ProgressListener progress) {
        refuseWhenClosing();
        long expected = store.certificates();
        return read -> {
            refuseWhenClosing();
            progress.progress(new Progress("checking", read, Math.max(expected, read), "certificates"));
        };
    }

    private void refuseWhenClosing() {
        if (closing) {
            throw OperatorFault.of(ExitCode.BUSY, "oksd is stopping, so the command was not completed")
                    .kept("nothing was changed")
                    .next("try again when oksd runs");
        }
    }

    private ControlResults.Checked report(StoreCheck check) {
        if (!check.sound()) {
            LOG.error("check: {}", String.join("; ", check.differences()));
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            check.damage().isEmpty()
                                    ? "the indexes are not what the certificates say: %s"
                                    : "the store is damaged: %s",
                            String.join("; ", check.differences()))
                    .kept("lookups and uploads go on; every acknowledged change is in the recovery files")
                    .next(
                            check.damage().isEmpty()
                                    ? "rebuild the indexes with " + Advice.repair()
                                    : "stop oksd, then restore the database: "
                                            + Advice.restore(
                                                    settings.get().database().directory(),
                                                    settings.get().recovery().directory()));
        }
        return new ControlResults.Checked(
                check.certificates(),
                check.tombstones(),
                check.indexEntries(),
                check.position().last().number(),
                check.digest().hex());
    }

    /** Ends a check that runs; afterwards no command reads the store. */
    @SuppressWarnings("LockNotBeforeTry") // it waits, and does nothing more
    @Override
    public void close() {
        closing = true;
        exports.close();
        reading.writeLock().lock();
        reading.writeLock().unlock();
    }
}
