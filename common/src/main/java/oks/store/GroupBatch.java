package oks.store;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import org.rocksdb.WriteBatch;

/** Turns groups of the log into one atomic batch: contents, derived indexes and the meta record. */
final class GroupBatch {
    private final CertificateSearch stored;
    private final DerivedKeys derived;
    private final SortedBatch records = new SortedBatch();
    /** The certificates that this batch has already written: a later change of the same certificate must see them. */
    private final NavigableMap<Fingerprint, StoredCertificate> written = new TreeMap<>();

    private final Set<Fingerprint> removed = new HashSet<>();
    /** Values of keys that nothing proves, as this batch has written them. */
    private final Map<ByteBuffer, byte[]> claims = new HashMap<>();

    private long certificates;
    private long tombstones;

    /** @param derived index keys that were made already */
    GroupBatch(CertificateSearch stored, StoreMeta before, DerivedKeys derived) {
        this.stored = stored;
        this.derived = derived;
        this.certificates = before.certificates();
        this.tombstones = before.tombstones();
    }

    /** Adds the groups, in order, and returns the meta record that the batch carries. */
    StoreMeta add(List<Group> groups) {
        for (Group group : groups) {
            for (Change change : group.changes()) {
                add(change);
            }
        }
        StoreMeta meta = new StoreMeta(groups.get(groups.size() - 1).end(), certificates, tombstones);
        records.put(StoreKeys.META, meta.bytes());
        return meta;
    }

    /** Everything that was added, in RocksDB's form; the caller closes it. */
    WriteBatch toRocks() {
        return records.toRocks();
    }

    private void add(Change change) {
        certificates += switch (change.kind()) {
            case PUT -> put((Change.Put) change);
            case DELETE -> delete((Change.Delete) change);
            case POINT -> 0; // only the log knows restore points
        };
    }

    /** Gives how many certificates there are more. */
    private int put(Change.Put put) {
        StoredCertificate after = DerivedKeys.stored(put);
        boolean isNew = put.replaced().element().equals(Hash.ZERO);
        SortedMap<byte[], byte[]> entries = derived.take(put);
        entries.replaceAll((key, value) -> value == StoreKeys.CLAIM ? claim(key, put.lsn(), isNew) : value);
        if (!isNew) {
            deleteKeys(after.fingerprint());
        }
        entries.forEach(records::put);
        records.put(
                StoreKeys.certificate(put.fingerprint()),
                CertificateRecord.bytes(put.lsn(), put.time(), put.content()));
        written.put(after.fingerprint(), after);
        removed.remove(after.fingerprint());
        return isNew ? 1 : 0;
    }

    /** The value of a key that nothing proves: it stays what it was when a change before this one brought the key. */
    private byte[] claim(byte[] key, Lsn lsn, boolean isNew) {
        Optional<byte[]> before = isNew
                ? Optional.empty()
                : Optional.ofNullable(claims.get(ByteBuffer.wrap(key))).or(() -> stored.indexEntry(key));
        byte[] claim = before.filter(value -> !StoreKeys.isProven(value)).orElseGet(() -> StoreKeys.claim(lsn));
        claims.put(ByteBuffer.wrap(key), claim);
        return claim;
    }

    /** Gives how many certificates there are more: none, or one less. */
    private int delete(Change.Delete delete) {
        Fingerprint fingerprint = Fingerprint.of(delete.fingerprint());
        boolean isThere =
                !delete.certificateKept() && !delete.replaced().element().equals(Hash.ZERO);
        if (isThere) {
            deleteKeys(fingerprint);
            records.delete(StoreKeys.certificate(delete.fingerprint()));
            written.remove(fingerprint);
            removed.add(fingerprint);
        }
        tombstones += delete.replacedTombstone().equals(Hash.ZERO) ? 1 : 0;
        records.put(
                StoreKeys.tombstone(delete.fingerprint()), delete.tombstone().bytes());
        return isThere ? -1 : 0;
    }

    /**
     * Deletes the index keys of a certificate as it stood before this change, save those that another one has, too,
     * whose fingerprint begins alike. The log says that there was one.
     */
    private void deleteKeys(Fingerprint fingerprint) {
        Map<Fingerprint, StoredCertificate> alike = beginningLike(fingerprint);
        StoredCertificate before = alike.remove(fingerprint);
        if (before == null) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "the recovery file replaces certificate %s, but the database lacks it",
                            fingerprint)
                    .kept("every acknowledged change is in the recovery files")
                    .next("stop oksd, then restore the database: %s", Advice.restore("DIR"));
        }
        Set<byte[]> own = DerivedKeys.of(before);
        alike.values().forEach(other -> own.removeAll(DerivedKeys.of(other)));
        own.forEach(records::delete);
    }

    /** The certificates, this one among them, whose fingerprints begin as this one does, as they stand now. */
    private Map<Fingerprint, StoredCertificate> beginningLike(Fingerprint fingerprint) {
        FingerprintPrefix beginning = FingerprintPrefix.of(fingerprint);
        Map<Fingerprint, StoredCertificate> alike = new HashMap<>();
        stored.beginning(beginning).forEach(one -> alike.put(one.fingerprint(), one));
        alike.keySet().removeAll(removed);
        for (StoredCertificate one : written.tailMap(beginning.lowest()).values()) {
            if (!FingerprintPrefix.of(one.fingerprint()).equals(beginning)) {
                break;
            }
            alike.put(one.fingerprint(), one);
        }
        return alike;
    }
}
