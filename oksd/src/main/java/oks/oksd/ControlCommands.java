package oks.oksd;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import oks.control.ControlHandler;
import oks.control.ControlPeer;
import oks.control.ControlReply;
import oks.control.ControlRequest;
import oks.control.ControlStatus.Holder;
import oks.control.Progress;
import oks.control.Rotation;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Seal;
import oks.store.CertificateStore;
import oks.store.StoreCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what comes over the control socket; the control server has logged who sent it. */
final class ControlCommands implements ControlHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ControlCommands.class);

    private final Committer committer;
    private final CertificateStore store;
    private final StatusReport status;
    private final Snapshots snapshots;
    private final InstantSource clock;
    private final Runnable reload;
    private final Runnable stop;
    private final AtomicLong pauses = new AtomicLong();

    ControlCommands(
            Committer committer,
            CertificateStore store,
            StatusReport status,
            Snapshots snapshots,
            InstantSource clock,
            Runnable reload,
            Runnable stop) {
        this.committer = committer;
        this.store = store;
        this.status = status;
        this.snapshots = snapshots;
        this.clock = clock;
        this.reload = reload;
        this.stop = stop;
    }

    @Override
    public void handle(ControlRequest request, ControlPeer peer, ControlReply reply) {
        try {
            reply.done(carryOut(request, peer, reply));
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.FAILED, "command \"%s\" failed: %s", request.kind().word(), e.getMessage())
                    .because(e);
        }
        if (request.kind() == ControlRequest.Kind.STOP) {
            stop.run(); // after the answer: the socket goes away with oksd
        }
    }

    private ObjectNode carryOut(ControlRequest request, ControlPeer peer, ControlReply reply) throws IOException {
        return switch (request.kind()) {
            case STATUS -> status.now().toJson();
            case PAUSE -> pause((ControlRequest.Pause) request, peer).toJson();
            case RESUME -> object().put("resumed", await(committer.resume()));
            case ROTATE -> await(committer.rotate(Seal.Reason.ROTATED)).toJson();
            case DUMP -> await(committer.dump()).toJson();
            case STOP -> object().put("stopping", true);
            case RELOAD -> {
                reload.run();
                yield object().put("reloaded", true);
            }
            case SNAPSHOT -> await(snapshots.make(peer)).toJson();
            case RELEASE -> {
                snapshots.releaseOrRefuse(((ControlRequest.Release) request).id());
                yield object().put("released", true);
            }
            case ARCHIVED -> {
                status.archivedUpTo(((ControlRequest.Archived) request).ordinal());
                yield object().put("noted", true);
            }
            case CHECK -> check(reply);
        };
    }

    private Rotation pause(ControlRequest.Pause request, ControlPeer peer) {
        String key = "command " + pauses.incrementAndGet();
        Holder holder = new Holder(
                "oksctl", peer.uid(), peer.pid(), clock.instant(), Optional.of(clock.instant().plus(request.max())));
        Rotation rotation = await(committer.pause(key, holder));
        if (request.hold() == ControlRequest.Pause.Hold.CONNECTION) {
            peer.onClose(() -> committer.unpause(key));
        }
        return rotation;
    }

    private ObjectNode check(ControlReply reply) {
        long expected = store.certificates();
        StoreCheck check =
                store.check(read -> reply.progress(new Progress("checking", read, Math.max(expected, read), "certificates")));
        if (!check.sound()) {
            LOG.error("check: {}", String.join("; ", check.differences()));
            throw OperatorFault.of(ExitCode.DAMAGED, "the store is damaged: %s", String.join("; ", check.differences()))
                    .kept("lookups and uploads go on; every acknowledged change is in the recovery files")
                    .next("restore the database with \"oks-restore from\"");
        }
        return object()
                .put("certificates", check.certificates())
                .put("tombstones", check.tombstones())
                .put("index_entries", check.indexEntries())
                .put("lsn", check.position().last().number())
                .put("digest", check.digest().hex());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Waits for the writer; a command's thread has nothing else to do. */
    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OperatorFault fault) {
                throw fault;
            }
            if (e.getCause() instanceof UnavailableException unavailable) {
                throw OperatorFault.of(ExitCode.BUSY, unavailable.getMessage()).because(unavailable);
            }
            throw e;
        }
    }
}
