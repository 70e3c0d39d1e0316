package oks.store;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import oks.openpgp.Fingerprint;
import oks.recovery.Lsn;
import org.rocksdb.RocksDBException;

/** The value of a certificate's record: LSN, time of modification, content. */
final class CertificateRecord {
    private static final int FIXED = 16;

    private CertificateRecord() {}

    static byte[] bytes(Lsn lsn, Instant modified, byte[] content) {
        return ByteBuffer.allocate(FIXED + content.length)
                .putLong(lsn.number())
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, modified))
                .put(content)
                .array();
    }

    static StoredCertificate of(byte[] primary, byte[] value) {
        ByteBuffer from = ByteBuffer.wrap(value);
        Lsn lsn = new Lsn(from.getLong());
        Instant modified = Instant.EPOCH.plus(from.getLong(), ChronoUnit.MICROS);
        byte[] content = new byte[from.remaining()];
        from.get(content);
        return new StoredCertificate(Fingerprint.of(primary), content, lsn, modified);
    }

    /** The certificates whose fingerprints begin so; hardly ever more than one. */
    static List<StoredCertificate> beginning(Scan records, FingerprintPrefix beginning) throws RocksDBException {
        List<StoredCertificate> alike = new ArrayList<>(1);
        for (records.begin(StoreKeys.certificates(beginning)); records.isAt(); records.next()) {
            alike.add(of(StoreKeys.withoutKind(records.key()), records.value()));
        }
        return alike;
    }
}
