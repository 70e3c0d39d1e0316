package oks.store;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Digest;
import oks.recovery.Lsn;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.SstFileReader;

/**
 * Proof of the files of a store that nobody writes to: every block of every table, and what the certificates in them
 * add up to. Indexes are left out: they can be made again from the certificates. Changes nothing; any thread.
 */
public final class StoreProof {
    private static final int RANGES = 16; // of the first four bits of a fingerprint, read at once on all cores
    private static final Content NOTHING = new Content(Lsn.NONE, Lsn.NONE, Digest.EMPTY, 0);
    private static final int READ_AHEAD = 1 << 20;
    private static final Pattern FILE_NAME =
            Pattern.compile("(?:\\d+\\.sst|MANIFEST-\\d+|CURRENT|OPTIONS-\\d+|\\d+\\.log)");

    private StoreProof() {}

    /**
     * The content of a store, added up from its records.
     *
     * @param last the last change, as the record says that every change writes
     * @param newest the last change of a certificate that is there; not after {@code last}
     * @param digest the state digest of certificates and tombstones
     */
    public record Content(Lsn last, Lsn newest, Digest digest, long certificates) {}

    /**
     * Reads every block of one table file and compares it with its checksum: data, indexes, filters, properties and the
     * footer.
     *
     * @param name what the operator calls the file, such as {@code store/000012.sst}
     * @throws OperatorFault DAMAGED
     */
    public static void checkTable(Path file, String name) {
        // With the store's own options: without a filter policy, RocksDB would step over the parts of the filter.
        try (RocksSetup setup = RocksSetup.with(StoreOptions.standard());
                SstFileReader table = new SstFileReader(setup.options())) {
            table.open(file.toString());
            table.verifyChecksum();
        } catch (RocksDBException e) {
            throw damaged(name, e.getMessage().replace(file.toString(), name), e);
        }
    }

    /**
     * Reads every certificate and tombstone.
     *
     * @param store the directory of a store, or links to its files
     * @throws OperatorFault DAMAGED when a table, or the list of tables, cannot be read
     */
    public static Content scan(Path store) {
        try (RocksSetup setup = RocksSetup.with(StoreOptions.standard());
                TableFile.Silence silence = new TableFile.Silence()) {
            setup.options().setCreateIfMissing(false).setMaxOpenFiles(-1).setLogger(silence);
            try (RocksDB db = RocksDB.openReadOnly(setup.options(), store.toString())) {
                return scan(db);
            }
        } catch (RocksDBException | ScanFailure | IllegalArgumentException e) {
            String said = String.valueOf(e.getMessage()).replace(store + "/", DatabaseDirectory.STORE + "/");
            Matcher name = FILE_NAME.matcher(said);
            throw damaged(
                    name.find() ? DatabaseDirectory.STORE + "/" + name.group() : DatabaseDirectory.STORE, said, e);
        }
    }

    /**
     * Nothing reads any more when this is done, or has failed: a parallel stream that throws does not wait for its
     * threads.
     */
    private static Content scan(RocksDB db) throws RocksDBException {
        byte[] bytes = db.get(StoreKeys.META);
        StoreMeta meta = bytes == null ? StoreMeta.EMPTY : StoreMeta.of(bytes);
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Content content = IntStream.range(0, RANGES * 2)
                .parallel()
                .mapToObj(range -> range(db, range, failure))
                .reduce(new Content(meta.position().last(), Lsn.NONE, Digest.EMPTY, 0), StoreProof::plus);
        if (failure.get() != null) {
            throw failure.get();
        }
        return content;
    }

    private static Content range(RocksDB db, int range, AtomicReference<RuntimeException> failure) {
        if (failure.get() == null) {
            try {
                return range(db, range < RANGES ? StoreKeys.CERTIFICATE : StoreKeys.TOMBSTONE, range % RANGES);
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        }
        return NOTHING;
    }

    private static Content plus(Content one, Content other) {
        return new Content(
                later(one.last(), other.last()),
                later(one.newest(), other.newest()),
                one.digest().plus(other.digest().sum()),
                one.certificates() + other.certificates());
    }

    private static Lsn later(Lsn one, Lsn other) {
        return one.isAfter(other) ? one : other;
    }

    private static Content range(RocksDB db, byte kind, int range) {
        byte[] from = range == 0 ? new byte[] {kind} : new byte[] {kind, (byte) (range << 4)};
        byte[] end = range == RANGES - 1 ? new byte[] {(byte) (kind + 1)} : new byte[] {kind, (byte) (range + 1 << 4)};
        Lsn newest = Lsn.NONE;
        Digest digest = Digest.EMPTY;
        long certificates = 0;
        try (Slice bound = new Slice(end);
                ReadOptions reading = new ReadOptions()
                        .setFillCache(false)
                        .setTotalOrderSeek(true)
                        .setReadaheadSize(READ_AHEAD)
                        .setIterateUpperBound(bound);
                RocksIterator records = db.newIterator(reading)) {
            for (records.seek(from); records.isValid(); records.next()) {
                byte[] fingerprint = StoreKeys.withoutKind(records.key());
                if (kind == StoreKeys.TOMBSTONE) {
                    digest = digest.plus(Digest.tombstoneElement(fingerprint, records.value()));
                } else {
                    StoredCertificate stored = CertificateRecord.of(fingerprint, records.value());
                    newest = later(newest, stored.lsn());
                    digest = digest.plus(Digest.certificateElement(fingerprint, stored.content()));
                    certificates++;
                }
            }
            records.status();
        } catch (RocksDBException e) {
            throw new ScanFailure(e);
        }
        return new Content(Lsn.NONE, newest, digest, certificates);
    }

    /** Carries RocksDB's fault out of a stream. */
    private static final class ScanFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        ScanFailure(RocksDBException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static OperatorFault damaged(String name, String said, Exception cause) {
        return OperatorFault.of(
                        ExitCode.DAMAGED,
                        "%s \"%s\" is damaged: %s",
                        name.endsWith(TableFile.SUFFIX) ? "table" : "file",
                        name,
                        said)
                .because(cause);
    }
}
