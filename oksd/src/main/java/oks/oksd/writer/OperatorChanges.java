package oks.oksd.writer;

import java.time.Instant;
import java.util.Optional;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.recovery.Tombstone;
import oks.store.CertificateStore;
import oks.store.StoredCertificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes by operators: restore points, deletions, blocks. Each is a group of its own in the recovery file, decided on
 * the writer thread, so that no upload comes between the look and the change. Called by threads that may wait.
 */
public final class OperatorChanges {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorChanges.class);

    private final Committer committer;
    private final CertificateStore store;

    public OperatorChanges(Committer committer, CertificateStore store) {
        this.committer = committer;
        this.store = store;
    }

    /** Writes a restore point. */
    public ControlResults.Point point(ControlRequest.Point request) {
        Change change = WriterAnswer.of(committer.change((lsn, time) -> new Change.Point(lsn, time, request.name())));
        LOG.info("restore point \"{}\" at LSN {}", request.name(), change.lsn());
        return new ControlResults.Point(change.lsn().number(), request.name(), change.time());
    }

    /** Removes a certificate; also blocks one that was removed before. */
    public ControlResults.Deleted delete(ControlRequest.Delete request, ControlPeer peer) {
        Change.Delete change = (Change.Delete)
                WriterAnswer.of(committer.change((lsn, time) -> deletion(request, by(peer), lsn, time)));
        boolean deleted = !change.replaced().equals(Change.Replaced.NOTHING);
        LOG.warn(
                "certificate {} {}{} by {}, LSN {}: {}",
                request.fingerprint(),
                deleted ? "deleted" : "was deleted before",
                change.tombstone().blocked() ? " and blocked" : "",
                change.tombstone().by(),
                change.lsn(),
                request.reason());
        return new ControlResults.Deleted(
                change.lsn().number(),
                request.fingerprint().toString(),
                deleted,
                change.tombstone().blocked());
    }

    private Change deletion(ControlRequest.Delete request, String by, Lsn lsn, Instant time) {
        Fingerprint fingerprint = request.fingerprint();
        store.requireReadable(fingerprint);
        Optional<StoredCertificate> stored = store.get(fingerprint);
        Optional<Tombstone> earlier = store.tombstone(fingerprint);
        boolean blockedBefore = earlier.filter(Tombstone::blocked).isPresent();
        boolean onlyBlocks = stored.isEmpty() && earlier.isPresent() && request.block() && !blockedBefore;
        if (stored.isEmpty() && !onlyBlocks) {
            throw nothingToDelete(fingerprint, earlier);
        }
        Tombstone tombstone = new Tombstone(time, request.block() || blockedBefore, by, request.reason());
        return new Change.Delete(
                lsn, time, fingerprint.bytes(), tombstone, false, replaced(stored), element(fingerprint, earlier));
    }

    /** Takes uploads of a certificate again; who had removed it, when and why stays on record. */
    public ControlResults.Unblocked unblock(ControlRequest.Unblock request, ControlPeer peer) {
        Fingerprint fingerprint = request.fingerprint();
        Change change = WriterAnswer.of(committer.change((lsn, time) -> unblocking(fingerprint, lsn, time)));
        LOG.warn("certificate {} unblocked by {}, LSN {}", fingerprint, by(peer), change.lsn());
        return new ControlResults.Unblocked(change.lsn().number(), fingerprint.toString(), true);
    }

    private Change unblocking(Fingerprint fingerprint, Lsn lsn, Instant time) {
        Tombstone blocked = store.tombstone(fingerprint)
                .filter(Tombstone::blocked)
                .orElseThrow(() -> OperatorFault.of(ExitCode.FAILED, "certificate %s is not blocked", fingerprint)
                        .kept("nothing was changed")
                        .next("compare the fingerprint with %s", Advice.history(fingerprint)));
        return new Change.Delete(
                lsn,
                time,
                fingerprint.bytes(),
                new Tombstone(blocked.time(), false, blocked.by(), blocked.reason()),
                true,
                Change.Replaced.NOTHING,
                element(fingerprint, Optional.of(blocked)));
    }

    private OperatorFault nothingToDelete(Fingerprint fingerprint, Optional<Tombstone> earlier) {
        if (earlier.isPresent()) {
            return OperatorFault.of(
                            ExitCode.FAILED,
                            "certificate %s was deleted already, %s by %s",
                            fingerprint,
                            earlier.get().time(),
                            earlier.get().by())
                    .kept("nothing was changed")
                    .next(
                            earlier.get().blocked()
                                    ? "nothing: it is blocked, too"
                                    : "block it, too: " + Advice.block(fingerprint));
        }
        return store.search().byFingerprint(fingerprint, 1).certificates().stream()
                .findFirst()
                .map(found -> OperatorFault.of(
                                ExitCode.FAILED, "%s is a subkey of certificate %s", fingerprint, found.fingerprint())
                        .kept("nothing was changed")
                        .next("delete the certificate: %s", Advice.delete(found.fingerprint())))
                .orElseGet(() -> OperatorFault.of(ExitCode.FAILED, "no certificate %s is stored", fingerprint)
                        .kept("nothing was changed")
                        .next("look for its fingerprint in the index of oks-http"));
    }

    private static Change.Replaced replaced(Optional<StoredCertificate> stored) {
        return stored.map(certificate -> new Change.Replaced(
                        certificate.lsn(),
                        Digest.certificateElement(certificate.fingerprint().bytes(), certificate.content())))
                .orElse(Change.Replaced.NOTHING);
    }

    private static Hash element(Fingerprint fingerprint, Optional<Tombstone> tombstone) {
        return tombstone
                .map(set -> Digest.tombstoneElement(fingerprint.bytes(), set.bytes()))
                .orElse(Hash.ZERO);
    }

    private static String by(ControlPeer peer) {
        return peer.user().map(name -> name + " (uid " + peer.uid() + ")").orElse("uid " + peer.uid());
    }
}
