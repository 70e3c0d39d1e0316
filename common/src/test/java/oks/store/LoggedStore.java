package oks.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import oks.openpgp.Certificate;
import oks.recovery.Change;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryLog;
import oks.recovery.Timeline;
import oks.recovery.Tombstone;
import oks.testing.FaultyDisk;

/** A store fed from a real recovery log, whose files stay in memory. */
final class LoggedStore implements Closeable {
    static final Path LOG_DIRECTORY = Path.of("/log");
    static final DatabaseIdentity IDENTITY =
            new DatabaseIdentity("sample", new UUID(1, 2), Timeline.first(new UUID(3, 4)));
    private static final Instant BEGUN = Instant.parse("2026-11-22T10:49:02Z");

    final FaultyDisk disk = new FaultyDisk(1);
    final CertificateStore store;
    final List<Group> groups = new ArrayList<>();
    private final RecoveryLog log;
    private Instant now = BEGUN;

    LoggedStore(Path directory) throws IOException {
        store = CertificateStore.open(directory, StoreOptions.standard());
        log = RecoveryLog.begin(
                new RecoveryDirectory(disk, LOG_DIRECTORY),
                IDENTITY,
                LogPosition.START,
                () -> now,
                new Random(1),
                "test");
    }

    /** Time goes on before the next change. */
    void daysPass(int days) {
        now = now.plusSeconds(86_400L * days);
    }

    /** Stores these certificates, in one group. */
    Group put(byte[]... contents) throws IOException {
        List<Change> changes = new ArrayList<>();
        Lsn last = log.position().last();
        for (byte[] content : contents) {
            last = last.next();
            byte[] fingerprint = Certificate.ofStored(content).fingerprint().bytes();
            changes.add(new Change.Put(last, log.now(), fingerprint, content, "test", replaced(content)));
        }
        return apply(changes);
    }

    private Change.Replaced replaced(byte[] content) {
        return store.get(Certificate.ofStored(content).fingerprint())
                .map(old -> new Change.Replaced(
                        old.lsn(), Digest.certificateElement(old.fingerprint().bytes(), old.content())))
                .orElse(Change.Replaced.NOTHING);
    }

    /** Removes the certificate with this content's fingerprint, stored or not. */
    Group delete(byte[] content, boolean blocked) throws IOException {
        Certificate certificate = Certificate.ofStored(content);
        Hash oldTombstone = store.tombstone(certificate.fingerprint())
                .map(old -> Digest.tombstoneElement(certificate.fingerprint().bytes(), old.bytes()))
                .orElse(Hash.ZERO);
        return apply(List.of(new Change.Delete(
                log.position().last().next(),
                log.now(),
                certificate.fingerprint().bytes(),
                new Tombstone(log.now(), blocked, "uid 0", "asked by the owner"),
                false,
                replaced(content),
                oldTombstone)));
    }

    private Group apply(List<Change> changes) throws IOException {
        Digest digest = log.position().digest();
        for (Change change : changes) {
            digest = change.appliedTo(digest);
        }
        Group group = log.append(changes, digest);
        store.apply(List.of(group));
        groups.add(group);
        return group;
    }

    /**
     * A certificate with a subkey, which is another certificate's primary key; without a binding, which stores trust.
     */
    static byte[] withSubkey(byte[] certificate, byte[] keyOfSubkey) {
        int length = 2 + Byte.toUnsignedInt(keyOfSubkey[1]);
        HexFormat hex = HexFormat.of();
        String subkey = "b8" + hex.formatHex(keyOfSubkey, 1, length); // packet type 14 instead of 6
        return hex.parseHex(hex.formatHex(certificate) + subkey);
    }

    @Override
    public void close() throws IOException {
        try (log) {
            store.close();
        }
    }
}
