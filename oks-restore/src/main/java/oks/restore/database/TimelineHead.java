package oks.restore.database;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.cli.Version;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryLog;
import oks.recovery.Tombstone;
import oks.restore.log.TargetPosition;
import oks.store.CertificateStore;
import oks.store.StoredCertificate;

/**
 * The first recovery file of a new timeline, with what no file of its parent can give it: the part of a group up to the
 * target, and deletions that were recorded after the target and still hold.
 */
final class TimelineHead {
    private static final int CHANGES_PER_GROUP = 1000;

    private final RecoveryLog log;
    private final CertificateStore store;

    private TimelineHead(RecoveryLog log, CertificateStore store) {
        this.log = log;
        this.store = store;
    }

    /**
     * Writes the file, unless there is nothing to write, and applies what is in it. Everything in it is forced.
     *
     * @param directory gets the file
     * @param identity of the new timeline, which begins where the store stands
     * @param part changes that follow on what the store holds, with their old numbers
     */
    static void write(
            RecoveryDirectory directory,
            DatabaseIdentity identity,
            CertificateStore store,
            List<Change> part,
            TargetPosition goal,
            InstantSource clock)
            throws IOException {
        if (part.isEmpty() && goal.deletions().isEmpty()) {
            return;
        }
        // Times never go back, and the target's may be later than this machine's clock.
        InstantSource notBefore = () -> later(clock.instant(), goal.time());
        RecoveryLog log = RecoveryLog.begin(
                directory,
                identity,
                store.position(),
                notBefore,
                new SecureRandom(),
                "oks-restore " + Version.number());
        try (log) {
            TimelineHead head = new TimelineHead(log, store);
            head.append(part);
            head.delete(goal.deletions());
        }
        store.moveTo(log.position()); // after the SEAL
    }

    private static Instant later(Instant now, Optional<Instant> reached) {
        return reached.filter(now::isBefore).orElse(now);
    }

    private void append(List<Change> changes) throws IOException {
        if (changes.isEmpty()) {
            return;
        }
        Digest digest = store.position().digest();
        for (Change change : changes) {
            digest = change.appliedTo(digest);
        }
        store.apply(List.of(log.append(changes, digest)));
    }

    private void delete(List<Change.Delete> recorded) throws IOException {
        List<Change> group = new ArrayList<>();
        Lsn last = store.position().last();
        for (Change.Delete delete : recorded) {
            last = last.next();
            group.add(again(delete, last));
            if (group.size() == CHANGES_PER_GROUP) {
                append(group);
                group.clear();
            }
        }
        append(group);
    }

    private Change.Delete again(Change.Delete recorded, Lsn lsn) {
        Fingerprint fingerprint = Fingerprint.of(recorded.fingerprint());
        Optional<StoredCertificate> removed = recorded.certificateKept() ? Optional.empty() : store.get(fingerprint);
        Optional<Tombstone> before = store.tombstone(fingerprint);
        return new Change.Delete(
                lsn,
                log.now(),
                recorded.fingerprint(),
                recorded.tombstone(),
                recorded.certificateKept(),
                removed.map(old -> new Change.Replaced(
                                old.lsn(), Digest.certificateElement(recorded.fingerprint(), old.content())))
                        .orElse(Change.Replaced.NOTHING),
                before.map(old -> Digest.tombstoneElement(recorded.fingerprint(), old.bytes()))
                        .orElse(Hash.ZERO));
    }
}
