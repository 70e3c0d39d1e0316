package oks.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Reads a page of the certificates that an index named, newest modification first. For one thread. */
final class MatchReader {
    /**
     * Of more than this many, which are the newest is found out among the first ones only; the others follow in their
     * order.
     */
    static final int MAX_COMPARED = 1_000;

    /** No search reads more bytes of contents than this, however large the certificates that match. */
    private static final long MAX_BYTES = 16L << 20;

    private final Scan records;
    private final boolean sure;
    private final Predicate<IndexTerms> wanted;
    private final Patience patience;

    /**
     * @param sure whether the index is enough of a proof where only one certificate begins so
     * @param wanted whether a certificate is one that was searched for
     */
    private MatchReader(Scan records, boolean sure, Predicate<IndexTerms> wanted, Patience patience) {
        this.records = records;
        this.sure = sure;
        this.wanted = wanted;
        this.patience = patience;
    }

    static Matches read(
            RocksDB db,
            FingerprintPrefixes found,
            boolean sure,
            Predicate<IndexTerms> wanted,
            Page page,
            Patience patience)
            throws RocksDBException {
        try (Scan records = new Scan(db, RocksSetup.FILTERED_PREFIX)) {
            MatchReader reader = new MatchReader(records, sure, wanted, patience);
            return found.size() == 1 ? reader.readOne(found, page) : reader.readMany(found, page);
        }
    }

    /**
     * Reads one certificate in one step, which is what most searches name; of several with the same beginning, those
     * that match.
     */
    private Matches readOne(FingerprintPrefixes found, Page page) throws RocksDBException {
        List<StoredCertificate> newestFirst = wantedAt(found.get(0)).stream()
                .sorted(Comparator.comparingLong(
                                (StoredCertificate stored) -> stored.lsn().number())
                        .reversed())
                .toList();
        return new Matches(
                newestFirst.size(),
                !found.isComplete(),
                newestFirst.stream().skip(page.skip()).limit(page.limit()).toList());
    }

    private Matches readMany(FingerprintPrefixes found, Page page) throws RocksDBException {
        List<Candidate> newestFirst = new ArrayList<>();
        int compared = 0;
        while (compared < Math.min(found.size(), MAX_COMPARED) && !patience.isOver()) {
            newestFirst.addAll(candidates(found.get(compared)));
            compared++;
        }
        newestFirst.sort(Comparator.comparingLong(Candidate::lsn).reversed());
        int notCompared = found.size() - compared;
        Contents contents = new Contents(page.limit());
        for (int at = page.skip(); at < newestFirst.size() && contents.hasRoom(); at++) {
            contents.addAll(wantedAt(FingerprintPrefix.of(newestFirst.get(at).primary), newestFirst.get(at)));
        }
        for (int at = Math.max(0, page.skip() - newestFirst.size()); at < notCompared && contents.hasRoom(); at++) {
            contents.addAll(wantedAt(found.get(compared + at)));
        }
        int total = newestFirst.size() + (sure ? notCompared : 0);
        return new Matches(total, !found.isComplete() || !sure && notCompared > 0, contents.read);
    }

    /** The contents read so far, as far as there is room for more. */
    private static final class Contents {
        private final List<StoredCertificate> read = new ArrayList<>();
        private final int limit;
        private long bytes;

        Contents(int limit) {
            this.limit = limit;
        }

        boolean hasRoom() {
            return read.size() < limit && bytes < MAX_BYTES;
        }

        void addAll(List<StoredCertificate> more) {
            for (StoredCertificate stored : more) {
                if (hasRoom()) {
                    read.add(stored);
                    bytes += stored.content().length;
                }
            }
        }
    }

    /** @param lsn the change that wrote it, which is read without its content */
    private record Candidate(Fingerprint primary, long lsn) {}

    private List<Candidate> candidates(FingerprintPrefix beginning) throws RocksDBException {
        List<Candidate> candidates = new ArrayList<>(1);
        byte[] lsn = new byte[Long.BYTES];
        for (records.begin(StoreKeys.certificates(beginning)); records.isAt(); records.next()) {
            records.value(lsn);
            candidates.add(new Candidate(
                    Fingerprint.of(StoreKeys.withoutKind(records.key())),
                    ByteBuffer.wrap(lsn).getLong()));
        }
        if (sure && candidates.size() <= 1) {
            return candidates;
        }
        List<Fingerprint> proven =
                wantedAt(beginning).stream().map(StoredCertificate::fingerprint).toList();
        return candidates.stream()
                .filter(candidate -> proven.contains(candidate.primary))
                .toList();
    }

    /** The matching certificates with this fingerprint prefix; none when they were deleted meanwhile. */
    private List<StoredCertificate> wantedAt(FingerprintPrefix beginning) throws RocksDBException {
        List<StoredCertificate> alike = CertificateRecord.beginning(records, beginning);
        return sure && alike.size() <= 1
                ? alike
                : alike.stream()
                        .filter(stored -> wanted.test(IndexTerms.of(stored.certificate())))
                        .toList();
    }

    private List<StoredCertificate> wantedAt(FingerprintPrefix beginning, Candidate candidate) throws RocksDBException {
        return CertificateRecord.beginning(records, beginning).stream()
                .filter(stored -> stored.fingerprint().equals(candidate.primary))
                .toList();
    }
}
