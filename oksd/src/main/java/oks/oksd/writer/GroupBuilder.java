package oks.oksd.writer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateMerge;
import oks.openpgp.DesignatedRevocations;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.Limits;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.VerificationBudget;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Lsn;
import oks.recovery.RecoveryLog;
import oks.recovery.Tombstone;
import oks.store.CertificateStore;
import oks.store.StoredCertificate;

/** Merges submissions with what is stored into the changes of one group. Writer thread only; used once. */
final class GroupBuilder {
    /**
     * A group takes no more once it has this many bytes. Counted are the bytes that are written, since a signature of
     * 100 bytes rewrites a certificate of a megabyte, and those of merges that changed nothing. With the largest
     * certificate on top a group stays far below {@link RecoveryLog#MAX_GROUP_BYTES}, and ends soon enough for a pause
     * that waits for it.
     */
    static final long ENOUGH_BYTES = 16L << 20;

    /**
     * The arrival of a revoker revokes at most this many certificates at once; others follow when they are next
     * changed.
     */
    private static final int MOST_SETTLED = 100;

    private final CertificateStore store;
    private final Supplier<Instant> clock;
    private final Limits limits;
    private final boolean revocationsOfDeleted;
    /**
     * The certificates that this group has changed already: a second submission of the same certificate builds on it.
     */
    private final Map<Fingerprint, Version> changed = new HashMap<>();
    /** Certificates of this group at which revocations wait. */
    private final Set<Fingerprint> waiting = new HashSet<>();

    private final boolean anyWaits;
    private final List<Change> changes = new ArrayList<>();
    private Lsn last;
    private Digest digest;
    private long bytes;

    private record Version(byte[] content, Lsn lsn) {}

    GroupBuilder(
            CertificateStore store, Lsn last, Digest digest, Supplier<Instant> clock, OksdSettings.Upload accepted) {
        this.store = store;
        this.last = last;
        this.digest = digest;
        this.clock = clock;
        this.limits = accepted.limits();
        this.revocationsOfDeleted = accepted.revocationsOfDeleted();
        this.anyWaits = store.search().anyAwaitsRevoker();
    }

    /** Adds what this submission changes, and says what becomes of it once the group is durable. */
    SubmissionResult add(Submission submission) {
        Fingerprint fingerprint = submission.certificate().fingerprint();
        Optional<Certificate> taken = isBlocked(fingerprint)
                ? submission.certificate().revocationOnly().filter(revoked -> revocationsOfDeleted)
                : Optional.of(submission.certificate());
        return taken.map(incoming -> add(fingerprint, incoming, submission.origin()))
                .orElseGet(() ->
                        SubmissionResult.refused(Reason.BLOCKED, "this certificate was removed and is refused here"));
    }

    private boolean isBlocked(Fingerprint fingerprint) {
        return store.tombstones() != 0
                && store.tombstone(fingerprint).filter(Tombstone::blocked).isPresent();
    }

    private SubmissionResult add(Fingerprint fingerprint, Certificate incoming, String origin) {
        Version before = before(fingerprint);
        return before == null ? addNew(fingerprint, incoming, origin) : addTo(before, fingerprint, incoming, origin);
    }

    private SubmissionResult addNew(Fingerprint fingerprint, Certificate incoming, String origin) {
        Optional<String> excess = CertificateMerge.excess(incoming, limits);
        if (excess.isPresent()) {
            return SubmissionResult.refused(Reason.TOO_LARGE, excess.get());
        }
        Certificate stored = settled(incoming);
        put(fingerprint, stored, null, origin);
        Lsn lsn = last;
        settleWaitingFor(incoming, origin);
        return SubmissionResult.of(SubmissionResult.Result.NEW, lsn).of(stored);
    }

    /** The certificate with the revocations verified whose revoker came meanwhile. */
    private Certificate settled(Certificate certificate) {
        return DesignatedRevocations.settle(certificate, this::known, new VerificationBudget(limits));
    }

    private Optional<Certificate> known(Fingerprint fingerprint) {
        return Optional.ofNullable(before(fingerprint)).map(version -> Certificate.ofStored(version.content()));
    }

    /** Decides about the revocations that this new certificate may have made, and that came before it. */
    private void settleWaitingFor(Certificate revoker, String origin) {
        if (!anyWaits && waiting.isEmpty() || revoker.fingerprint().version() != 4) {
            return; // only keys of version 4 can be named as revokers
        }
        Set<Fingerprint> revoked = new TreeSet<>(waiting);
        if (anyWaits) {
            store.search()
                    .awaitingRevoker(revoker.fingerprint().keyId(), MOST_SETTLED)
                    .certificates()
                    .forEach(stored -> revoked.add(stored.fingerprint()));
        }
        VerificationBudget budget = new VerificationBudget(limits);
        for (Fingerprint fingerprint : revoked) {
            Version before = before(fingerprint);
            Certificate stored = Certificate.ofStored(before.content());
            Certificate after = DesignatedRevocations.settle(stored, this::known, budget);
            if (!after.equals(stored)) {
                put(fingerprint, after, before, origin);
            }
        }
    }

    private SubmissionResult addTo(Version before, Fingerprint fingerprint, Certificate incoming, String origin) {
        Certificate stored = Certificate.ofStored(before.content());
        Certificate merged = CertificateMerge.merge(stored, incoming, limits);
        Certificate after = settled(merged);
        if (after.equals(stored)) {
            bytes += before.content().length;
            return SubmissionResult.of(SubmissionResult.Result.UNCHANGED, Lsn.NONE)
                    .of(stored);
        }
        Optional<String> excess = CertificateMerge.excess(after, limits);
        Optional<Certificate> taken = excess.isEmpty() ? Optional.of(after) : CertificateMerge.revoke(stored, incoming);
        if (taken.isEmpty()) {
            return SubmissionResult.refused(Reason.TOO_LARGE, "with what is stored " + excess.get());
        }
        store.requireReadable(fingerprint);
        IndexTerms.of(taken.get()); // throws for what the store could not index: no replay could get past it in the log
        put(fingerprint, taken.get(), before, origin);
        return SubmissionResult.of(SubmissionResult.Result.MERGED, last).of(taken.get());
    }

    private Version before(Fingerprint fingerprint) {
        Version inGroup = changed.get(fingerprint);
        if (inGroup != null) {
            return inGroup;
        }
        return store.get(fingerprint)
                .map((StoredCertificate stored) -> new Version(stored.content(), stored.lsn()))
                .orElse(null);
    }

    private void put(Fingerprint fingerprint, Certificate after, Version before, String origin) {
        byte[] key = fingerprint.bytes();
        Change.Replaced replaced = before == null
                ? Change.Replaced.NOTHING
                : new Change.Replaced(before.lsn(), Digest.certificateElement(key, before.content()));
        Change change = new Change.Put(last.next(), clock.get(), key, after.bytes(), origin, replaced);
        digest = change.appliedTo(digest);
        last = change.lsn();
        changes.add(change);
        bytes += RecoveryLog.bytesOf(change);
        changed.put(fingerprint, new Version(after.bytes(), last));
        if (DesignatedRevocations.waitAt(after)) {
            waiting.add(fingerprint);
        } else {
            waiting.remove(fingerprint);
        }
    }

    /** Whether the group is long enough to be written. */
    boolean full() {
        return bytes >= ENOUGH_BYTES;
    }

    List<Change> changes() {
        return changes;
    }

    /** The state digest after the group. */
    Digest digest() {
        return digest;
    }
}
