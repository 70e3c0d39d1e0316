package oks.oksd.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
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
import oks.control.ControlStatus.Holder;
import oks.control.Progress;
import oks.control.ProgressListener;
import oks.control.Rotation;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.fault.UtcTime;
import oks.oksd.serve.LoadTickets;
import oks.oksd.start.LiveSettings;
import oks.oksd.writer.Committer;
import oks.oksd.writer.OperatorChanges;
import oks.oksd.writer.Snapshots;
import oks.oksd.writer.UnreadableStore;
import oks.oksd.writer.WriterAnswer;
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
    private final Supplier<LiveSettings.Reloaded> reload;
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
            Supplier<LiveSettings.Reloaded> reload,
            Runnable stop) {
        this.committer = committer;
        this.store = store;
        this.recorded = recorded;
        this.tickets = tickets;
        this.settings = settings;
        this.exports = new Exports(store);
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
            return carryOut(request, peer, progress);
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

    private ObjectNode carryOut(ControlRequest request, ControlPeer peer, ProgressListener progress) {
        return switch (request.kind()) {
            case STATUS -> status.now().toJson();
            case PAUSE -> pause((ControlRequest.Pause) request, peer);
            case RESUME -> resume();
            case ROTATE ->
                WriterAnswer.of(committer.rotate(Seal.Reason.ROTATED)).toJson();
            case DUMP -> WriterAnswer.of(committer.dump()).toJson();
            case STOP -> stopping();
            case RELOAD -> reload();
            case CONFIG -> settings.inForce().toJson();
            case SNAPSHOT -> WriterAnswer.of(snapshots.make(peer)).toJson();
            case RELEASE -> {
                snapshots.releaseOrRefuse(((ControlRequest.Release) request).id());
                yield object().put("released", true);
            }
            case ARCHIVED ->
                object().put(
                                "ordinal",
                                WriterAnswer.of(committer.archived(((ControlRequest.Archived) request).ordinal())));
            case ARCHIVE_VERIFIED ->
                object().put(
                                "archive_verified",
                                UtcTime.of(WriterAnswer.of(committer.archiveVerified(
                                        ((ControlRequest.ArchiveVerified) request).begun(), clock.instant()))));
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

    /** The answer to who commands a stop. */
    public static ObjectNode stopping() {
        return object().put("stopping", true);
    }

    private ObjectNode pause(ControlRequest.Pause request, ControlPeer peer) {
        String key = "command " + pauses.incrementAndGet();
        Instant since = clock.instant();
        Instant until = since.plus(request.max()).truncatedTo(ChronoUnit.SECONDS);
        Rotation rotation = WriterAnswer.of(
                committer.pause(key, new Holder("oksctl", peer.uid(), peer.pid(), since, Optional.of(until))));
        if (request.hold() == ControlRequest.Pause.Hold.CONNECTION) {
            peer.onClose(() -> {
                Future<?> unused = committer.unpause(key);
            });
        }
        return rotation.toJson().put("until", UtcTime.of(until));
    }

    private ObjectNode resume() {
        boolean resumed = WriterAnswer.of(committer.resume());
        return object().put("resumed", resumed).put("reason", resumed ? null : "oksd was not paused");
    }

    private ObjectNode reload() {
        LiveSettings.Reloaded reloaded = reload.get();
        ObjectNode result = object();
        names(reloaded.changed(), result.putArray("changed"));
        names(reloaded.restart(), result.putArray("restart"));
        return result;
    }

    private static void names(List<String> settings, ArrayNode into) {
        settings.forEach(into::add);
    }

    private ObjectNode load(ControlRequest.Load request, ControlPeer peer) {
        OksdSettings now = settings.get();
        ObjectNode result = object().put("socket", now.service().socket().toString())
                .put("max_bytes", now.upload().maxBytes());
        result.set("upload", uploadSettings(now.upload()));
        if (request.trusted()) {
            LOG.warn("certificates may come without verification while {} is connected", peer.describe());
            result.put("ticket", tickets.issue(peer));
        }
        return result;
    }

    /** The settings by which parts of certificates are left out, by name, as the configuration file has them. */
    private static ObjectNode uploadSettings(OksdSettings.Upload upload) {
        return object().put("third_party", upload.thirdParty().name().toLowerCase(Locale.ROOT))
                .put("weak_hashes", upload.weakHashes().name().toLowerCase(Locale.ROOT))
                .put("max_user_id", upload.maxUserId())
                .put("max_user_attribute", upload.maxUserAttribute())
                .put("max_packet", upload.maxPacket())
                .put("max_signature", upload.maxSignature())
                .put("max_certificate", upload.maxCertificate())
                .put("max_certificate_cost", upload.maxCertificateCost());
    }

    private ObjectNode history(ControlRequest.History request, ProgressListener progress) {
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

    private ObjectNode check(ProgressListener progress) {
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

    private ObjectNode repair(ProgressListener progress) {
        long expected = store.certificates();
        IndexesRepaired repaired = WriterAnswer.of(committer.repairIndexes(read -> {
            refuseWhenClosing(); // what is repaired by then stays so
            progress.progress(new Progress("repairing indexes", read, Math.max(expected, read), "certificates"));
        }));
        LOG.warn("indexes repaired: entries added: {}, removed: {}", repaired.added(), repaired.removed());
        ObjectNode result = check(progress);
        return result.put("added", repaired.added())
                .put("removed", repaired.removed())
                .put("recounted", repaired.recounted());
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

    private ObjectNode report(StoreCheck check) {
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
                                    ? "rebuild the indexes with \"oksctl check --repair\""
                                    : String.format(
                                            Locale.ROOT,
                                            "stop oksd, then restore the database: \"oks-restore from ARCHIVE --db %s --recovery %s --move-aside\"",
                                            settings.get().database().directory(),
                                            settings.get().recovery().directory()));
        }
        return object().put("certificates", check.certificates())
                .put("tombstones", check.tombstones())
                .put("index_entries", check.indexEntries())
                .put("lsn", check.position().last().number())
                .put("digest", check.digest().hex());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
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
