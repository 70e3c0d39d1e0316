package oks.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Turns groups of the log into one atomic batch: contents, derived indexes and the meta record. */
final class GroupBatch {
    private static final byte[] NO_VALUE = {};
    /** Stands for a record that is to be removed; told from an empty value by its identity. */
    private static final byte[] ABSENT = {};

    private static final int WORTH_ALL_CORES = 256;

    private final CertificateStore store;
    /** Index keys that were made before their turn. */
    private final Map<Lsn, List<byte[]>> derived = new HashMap<>();
    /** Sorted: neighbours go into the memtable one after the other, for half of what random keys cost there. */
    private final NavigableMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);
    /** What this batch has already written: a later change of the same certificate must see it. */
    private final Map<Fingerprint, StoredCertificate> written = new HashMap<>();
    private final Set<Fingerprint> removed = new HashSet<>();
    private long certificates;
    private long tombstones;

    GroupBatch(CertificateStore store, StoreMeta before) {
        this.store = store;
        this.certificates = before.certificates();
        this.tombstones = before.tombstones();
    }

    /** Adds the groups, in order, and returns the meta record that the batch carries. */
    StoreMeta add(List<Group> groups) {
        derive(groups);
        for (Group group : groups) {
            for (Change change : group.changes()) {
                add(change);
            }
        }
        StoreMeta meta = new StoreMeta(groups.get(groups.size() - 1).end(), certificates, tombstones);
        records.put(StoreKeys.META, meta.bytes());
        return meta;
    }

    /** Moves everything that was added into RocksDB's form. */
    void writeTo(WriteBatch batch) throws RocksDBException {
        for (Map.Entry<byte[], byte[]> entry : records.entrySet()) {
            if (entry.getValue() == ABSENT) {
                batch.delete(entry.getKey());
            } else {
                batch.put(entry.getKey(), entry.getValue());
            }
        }
    }

    /** Makes the index keys of a large batch, as a replay has them, on all cores; those of a small one are made one by one. */
    private void derive(List<Group> groups) {
        List<Change.Put> puts = groups.stream()
                .flatMap(group -> group.changes().stream())
                .filter(Change.Put.class::isInstance)
                .map(Change.Put.class::cast)
                .toList();
        if (puts.size() >= WORTH_ALL_CORES) {
            List<List<byte[]>> keys = puts.parallelStream().map(put -> indexKeys(stored(put))).toList();
            for (int i = 0; i < keys.size(); i++) {
                derived.put(puts.get(i).lsn(), keys.get(i));
            }
        }
    }

    private static StoredCertificate stored(Change.Put put) {
        return new StoredCertificate(Fingerprint.of(put.fingerprint()), put.content(), put.lsn(), put.time());
    }

    private void add(Change change) {
        switch (change.kind()) {
            case PUT -> put((Change.Put) change);
            case DELETE -> delete((Change.Delete) change);
            case POINT -> { } // only the log knows restore points
        }
    }

    private void put(Change.Put put) {
        StoredCertificate after = stored(put);
        boolean isNew = put.replaced().element().equals(Hash.ZERO);
        List<byte[]> oldKeys = isNew ? List.of() : indexKeys(before(after.fingerprint()));
        List<byte[]> newKeys = derived.containsKey(put.lsn()) ? derived.remove(put.lsn()) : indexKeys(after);
        oldKeys.forEach(key -> records.put(key, ABSENT));
        newKeys.forEach(key -> records.put(key, NO_VALUE));
        records.put(
                StoreKeys.certificate(put.fingerprint()),
                CertificateRecord.bytes(put.lsn(), put.time(), put.content()));
        certificates += isNew ? 1 : 0;
        written.put(after.fingerprint(), after);
        removed.remove(after.fingerprint());
    }

    private void delete(Change.Delete delete) {
        Fingerprint fingerprint = Fingerprint.of(delete.fingerprint());
        if (!delete.certificateKept() && !delete.replaced().element().equals(Hash.ZERO)) {
            indexKeys(before(fingerprint)).forEach(key -> records.put(key, ABSENT));
            records.put(StoreKeys.certificate(delete.fingerprint()), ABSENT);
            certificates--;
            written.remove(fingerprint);
            removed.add(fingerprint);
        }
        tombstones += delete.replacedTombstone().equals(Hash.ZERO) ? 1 : 0;
        records.put(StoreKeys.tombstone(delete.fingerprint()), delete.tombstone().bytes());
    }

    /** The certificate as it stood before this change; the log says that there was one. */
    private StoredCertificate before(Fingerprint fingerprint) {
        StoredCertificate before = written.get(fingerprint);
        if (before == null && !removed.contains(fingerprint)) {
            before = store.get(fingerprint).orElse(null);
        }
        if (before == null) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "the recovery file replaces certificate %s, but the database lacks it", fingerprint)
                    .kept("every acknowledged change is in the recovery files")
                    .next("restore the database with \"oks-restore from\"");
        }
        return before;
    }

    private static List<byte[]> indexKeys(StoredCertificate stored) {
        return StoreKeys.indexKeys(IndexTerms.of(stored.certificate()), stored.modified());
    }
}
