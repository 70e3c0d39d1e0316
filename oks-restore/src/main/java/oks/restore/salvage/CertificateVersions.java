package oks.restore.salvage;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.ReadableFrames;
import oks.recovery.ReadableFrames.Unreadable;
import oks.recovery.Tombstone;
import oks.store.StoredCertificate;
import oks.store.TableFile;

/**
 * The versions of every certificate that table files and recovery files tell of, gathered in any order, without the
 * contents: about 300 bytes of memory for each.
 */
final class CertificateVersions implements TableFile.Visitor, ReadableFrames.Visitor {
    private final Lsn upTo;
    private final Map<Fingerprint, Versions> known = new HashMap<>();
    /** LSNs of which the log tells what they changed, as first to last of what follows on each other. */
    private final TreeMap<Long, Long> told = new TreeMap<>();

    private final TreeMap<Lsn, Unreadable> unreadable = new TreeMap<>();
    private final Set<Long> attributed = new HashSet<>();
    private Optional<Recorded> recorded = Optional.empty();
    private Optional<StoreRecord> storeRecord = Optional.empty();
    private Lsn last = Lsn.NONE;
    private Optional<Instant> lastTime = Optional.empty();

    /** The position and counts that a store records of itself. */
    record StoreRecord(LogPosition position, long certificates) {}

    private record Recorded(Lsn after, Digest digest) {}

    /** @param upTo later changes of the log are not looked at */
    CertificateVersions(Lsn upTo) {
        this.upTo = upTo;
    }

    /** The versions of one certificate. */
    static final class Versions {
        private Lsn version = Lsn.NONE;
        private Instant modified = Instant.MIN;
        private Hash element = Hash.ZERO;
        private Lsn deleted = Lsn.NONE;
        private Tombstone tombstone;
        private Lsn tombstoneLsn = Lsn.NONE;
        private Lsn newer = Lsn.NONE;

        /** The newest version that can be read; {@link Lsn#NONE} when there is none. */
        Lsn version() {
            return version;
        }

        Instant modified() {
            return modified;
        }

        /** The last change of it whose content cannot be read; {@link Lsn#NONE} when there is none. */
        Lsn newer() {
            return newer;
        }

        boolean isBlocked() {
            return tombstone != null && tombstone.blocked();
        }

        /** Where the log does not tell, time does: a deletion's tombstone keeps its time, also when it is unblocked. */
        boolean isDeleted() {
            if (newer.isAfter(deleted)) {
                return false;
            }
            return deleted.equals(Lsn.NONE)
                    ? tombstone != null && !modified.isAfter(tombstone.time())
                    : deleted.isAfter(version)
                            || tombstone != null && tombstone.time().isAfter(modified);
        }

        private void changed(Unreadable change) {
            if (change.kind() == Change.Kind.DELETE) {
                deleted = later(deleted, change.lsn());
            } else if (change.lsn().isAfter(version)) {
                newer = later(newer, change.lsn());
            }
        }

        private void version(Lsn lsn, Instant time, Hash newElement) {
            if (lsn.isAfter(version)) {
                version = lsn;
                modified = time;
                element = newElement;
            }
        }

        /** Of two with one time, the log tells which is the later; otherwise one that blocks is safer. */
        private void tombstone(Tombstone other, Lsn lsn) {
            boolean later = tombstone == null
                    || other.time().isAfter(tombstone.time())
                    || other.time().equals(tombstone.time())
                            && (lsn.isAfter(tombstoneLsn) || lsn.equals(tombstoneLsn) && other.blocked());
            if (later) {
                tombstone = other;
                tombstoneLsn = lsn;
            }
        }
    }

    @Override
    public void certificate(StoredCertificate stored) {
        byte[] fingerprint = stored.fingerprint().bytes();
        of(stored.fingerprint())
                .version(stored.lsn(), stored.modified(), Digest.certificateElement(fingerprint, stored.content()));
        reached(stored.lsn(), stored.modified());
    }

    @Override
    public void tombstone(Fingerprint fingerprint, Tombstone tombstone) {
        of(fingerprint).tombstone(tombstone, Lsn.NONE);
    }

    @Override
    public void meta(LogPosition position, long certificates, long tombstones) {
        if (storeRecord.isEmpty() || !storeRecord.get().position().last().isAfter(position.last())) {
            storeRecord = Optional.of(new StoreRecord(position, certificates));
        }
        endRecord(position.last(), position.digest());
    }

    @Override
    public void indexed(Fingerprint primary) {
        of(primary);
    }

    /** Changes at the end that nothing calls durable were never acknowledged. */
    @Override
    public void change(Change change, boolean committed) {
        if (isLeftOut(change.lsn(), committed)) {
            return;
        }
        told(change.lsn());
        reached(change.lsn(), change.time());
        Runnable learning = switch (change.kind()) {
            case PUT -> () -> put((Change.Put) change);
            case DELETE -> () -> delete((Change.Delete) change);
            case POINT -> () -> {};
        };
        learning.run();
    }

    private void put(Change.Put put) {
        of(Fingerprint.of(put.fingerprint()))
                .version(put.lsn(), put.time(), Digest.certificateElement(put.fingerprint(), put.content()));
    }

    private void delete(Change.Delete delete) {
        Versions about = of(Fingerprint.of(delete.fingerprint()));
        about.tombstone(delete.tombstone(), delete.lsn());
        about.deleted = delete.certificateKept() ? about.deleted : later(about.deleted, delete.lsn());
    }

    @Override
    public void unreadable(Unreadable change, boolean committed) {
        if (!isLeftOut(change.lsn(), committed)) {
            unreadable.put(change.lsn(), change);
            reached(change.lsn(), change.time());
        }
    }

    private boolean isLeftOut(Lsn lsn, boolean committed) {
        return lsn.isAfter(upTo) || !committed && lsn.isAfter(last);
    }

    /** Also what a recovery file's header says of the one before it. */
    @Override
    public void endRecord(Lsn lsn, Digest digest) {
        if (!lsn.isAfter(upTo) && !last.isAfter(lsn)) {
            last = lsn;
            recorded = Optional.of(new Recorded(lsn, digest));
        }
    }

    private void told(Lsn lsn) {
        long number = lsn.number();
        var before = told.floorEntry(number);
        if (before != null && before.getValue() >= number - 1) {
            told.put(before.getKey(), Math.max(before.getValue(), number));
        } else {
            told.put(number, number);
        }
    }

    private void reached(Lsn lsn, Instant time) {
        if (!last.isAfter(lsn)) {
            lastTime = Optional.of(time);
            last = lsn;
        }
    }

    private static Lsn later(Lsn one, Lsn other) {
        return one.isAfter(other) ? one : other;
    }

    private Versions of(Fingerprint fingerprint) {
        return known.computeIfAbsent(fingerprint, unknown -> new Versions());
    }

    /**
     * To be called when everything is gathered: attributes changes that cannot be read to certificates that are known
     * from elsewhere. A fingerprint in damaged bytes which equals a known one is right.
     */
    void settle() {
        unreadable.values().stream()
                .filter(change -> !isTold(change.lsn().number()))
                .forEach(change -> {
                    Optional<Versions> about = certificate(change.fingerprint());
                    if (about.isPresent() || change.kind() == Change.Kind.POINT) {
                        attributed.add(change.lsn().number());
                    }
                    about.ifPresent(certificate -> certificate.changed(change));
                });
    }

    private Optional<Versions> certificate(byte[] fingerprint) {
        boolean possible = fingerprint.length == 16 || fingerprint.length == 20 || fingerprint.length == 32;
        return possible ? Optional.ofNullable(known.get(Fingerprint.of(fingerprint))) : Optional.empty();
    }

    private boolean isTold(long lsn) {
        var interval = told.floorEntry(lsn);
        return interval != null && interval.getValue() >= lsn;
    }

    /**
     * The last change of which nothing is known, so that every version before it may be an old one.
     *
     * @param proven everything up to this change is proven to be known
     * @return {@link Lsn#NONE} when there is none after {@code proven}
     */
    Lsn lastUnknown(Lsn proven) {
        long[] versions = known.values().stream()
                .mapToLong(about -> about.version.number())
                .sorted()
                .toArray();
        long lsn = last.number();
        while (lsn > proven.number()) {
            var interval = told.floorEntry(lsn);
            if (interval != null && interval.getValue() >= lsn) {
                lsn = interval.getKey() - 1;
            } else if (attributed.contains(lsn) || Arrays.binarySearch(versions, lsn) >= 0) {
                lsn--;
            } else {
                return new Lsn(lsn);
            }
        }
        return Lsn.NONE;
    }

    /** The state digest of the newest versions and of all tombstones. */
    Digest digest() {
        Digest sum = Digest.EMPTY;
        for (Map.Entry<Fingerprint, Versions> entry : known.entrySet()) {
            Versions about = entry.getValue();
            if (!about.version.equals(Lsn.NONE) && !about.isDeleted()) {
                sum = sum.plus(about.element);
            }
            if (about.tombstone != null) {
                sum = sum.plus(Digest.tombstoneElement(entry.getKey().bytes(), about.tombstone.bytes()));
            }
        }
        return sum;
    }

    /** The state digest that store or log recorded after the last change that is known; empty when there is none. */
    Optional<Digest> recordedDigest() {
        return recorded.filter(record -> record.after().equals(last)).map(Recorded::digest);
    }

    /** Whether the state digest of what was found is the one that was recorded last. */
    boolean isAsRecorded() {
        return recordedDigest().filter(digest()::equals).isPresent();
    }

    /** The position and counts of the store, as the newest of the table files records them. */
    Optional<StoreRecord> storeRecord() {
        return storeRecord;
    }

    /** The last change that anything tells of. */
    Lsn last() {
        return last;
    }

    /** When that, or the last change whose time is known, was made. */
    Optional<Instant> lastTime() {
        return lastTime;
    }

    Map<Fingerprint, Versions> all() {
        return Collections.unmodifiableMap(known);
    }
}
