package oks.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import oks.recovery.Digest;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * Reads the records of one range of keys as they stood at one moment, and adds up what they are and what should be
 * there with them. Ranges may be read at once, each by a thread of its own: two certificates whose fingerprints begin
 * alike are always in one.
 */
final class RangeScan implements Supplier<RangeScan.Tally> {
    private static final int STEP = 4; // of the byte that follows the kind
    private static final int LAST = 0x100 - STEP;
    private static final int READ_AHEAD =
            1 << 20; // on a disk that seeks, one range shall not cost the other one its speed
    private static final int LOOKS_UP_EVERY = 1024; // records

    private final RocksDB db;
    private final Snapshot snapshot;
    private final byte[] from;
    private final byte[] end;
    private final BooleanSupplier wanted;

    private final KeySum.Adding derived = new KeySum.Adding();
    private final KeySum.Adding derivedAgain = new KeySum.Adding();
    private final KeySum.Adding found = new KeySum.Adding();
    private Digest digest = Digest.EMPTY;
    private long certificates;
    private long tombstones;
    /** The last certificates that were read, whose fingerprints have the same prefix: one, hardly ever more. */
    private final List<StoredCertificate> alike = new ArrayList<>();

    /**
     * The numbers that a scan found.
     *
     * @param digest of certificates and tombstones
     * @param derived index keys that the certificates have
     * @param derivedAgain those of them that a certificate has which was read before
     * @param found index keys that are there
     */
    record Tally(Digest digest, long certificates, long tombstones, KeySum derived, KeySum derivedAgain, KeySum found) {
        static final Tally NOTHING = new Tally(Digest.EMPTY, 0, 0, KeySum.NONE, KeySum.NONE, KeySum.NONE);

        Tally plus(Tally other) {
            return new Tally(
                    digest.plus(other.digest.sum()),
                    certificates + other.certificates,
                    tombstones + other.tombstones,
                    derived.plus(other.derived),
                    derivedAgain.plus(other.derivedAgain),
                    found.plus(other.found));
        }
    }

    /** @param end the first key behind the range */
    private RangeScan(RocksDB db, Snapshot snapshot, byte[] from, byte[] end, BooleanSupplier wanted) {
        this.db = db;
        this.snapshot = snapshot;
        this.from = from;
        this.end = end;
        this.wanted = wanted;
    }

    /**
     * All records of one kind, in ranges of about equal size where keys begin with hashes.
     *
     * @param wanted asked now and then; when it says no, a scan ends with a CancellationException
     */
    static List<RangeScan> ofKind(byte kind, RocksDB db, Snapshot snapshot, BooleanSupplier wanted) {
        List<RangeScan> ranges = new ArrayList<>();
        for (int first = 0; first <= LAST; first += STEP) {
            byte[] from = first == 0 ? new byte[] {kind} : new byte[] {kind, (byte) first};
            byte[] end = first == LAST ? new byte[] {(byte) (kind + 1)} : new byte[] {kind, (byte) (first + STEP)};
            ranges.add(new RangeScan(db, snapshot, from, end, wanted));
        }
        return ranges;
    }

    /** @throws oks.fault.OperatorFault DAMAGED when RocksDB cannot read on */
    @Override
    public Tally get() {
        try (Slice bound = new Slice(end);
                ReadOptions moment = new ReadOptions()
                        .setSnapshot(snapshot)
                        .setFillCache(false)
                        .setTotalOrderSeek(true)
                        .setReadaheadSize(READ_AHEAD)
                        .setIterateUpperBound(bound);
                RocksIterator records = db.newIterator(moment)) {
            records.seek(from);
            for (long read = 1; records.isValid(); read++) {
                take(records);
                if (read % LOOKS_UP_EVERY == 0 && !wanted.getAsBoolean()) {
                    throw new CancellationException();
                }
                records.next();
            }
            records.status();
        } catch (RocksDBException e) {
            throw StoreFaults.of(db, "check the store", e);
        }
        return new Tally(digest, certificates, tombstones, derived.sum(), derivedAgain.sum(), found.sum());
    }

    private void take(RocksIterator record) {
        byte[] key = record.key();
        switch (from[0]) {
            case StoreKeys.CERTIFICATE -> take(CertificateRecord.of(StoreKeys.withoutKind(key), record.value()));
            case StoreKeys.TOMBSTONE -> {
                digest = digest.plus(Digest.tombstoneElement(StoreKeys.withoutKind(key), record.value()));
                tombstones++;
            }
            default -> found.add(key);
        }
    }

    private void take(StoredCertificate stored) {
        Set<byte[]> keys = DerivedKeys.of(stored);
        derived.addAll(keys);
        compareBeginning(stored, keys);
        digest = digest.plus(Digest.certificateElement(stored.fingerprint().bytes(), stored.content()));
        certificates++;
    }

    /** Notes what this certificate shares with those before it that have the same fingerprint prefix. */
    private void compareBeginning(StoredCertificate stored, Set<byte[]> keys) {
        FingerprintPrefix beginning = FingerprintPrefix.of(stored.fingerprint());
        if (!alike.isEmpty()
                && !FingerprintPrefix.of(alike.get(0).fingerprint()).equals(beginning)) {
            alike.clear();
        }
        if (!alike.isEmpty()) {
            Set<byte[]> before = new TreeSet<>(Arrays::compareUnsigned);
            alike.forEach(other -> before.addAll(DerivedKeys.of(other)));
            keys.stream().filter(before::contains).forEach(derivedAgain::add);
        }
        alike.add(stored);
    }
}
