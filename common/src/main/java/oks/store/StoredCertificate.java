package oks.store;

import java.time.Instant;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.recovery.Lsn;

/**
 * A certificate as the store has it.
 *
 * @param content OpenPGP packets; not to be changed
 * @param lsn the change that wrote it
 * @param modified when that was
 */
public record StoredCertificate(Fingerprint fingerprint, byte[] content, Lsn lsn, Instant modified) {

    public Certificate certificate() {
        return Certificate.ofStored(content);
    }
}
