package oks.restore.show;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.restore.log.Keyring;
import oks.restore.log.LaterDeletions;

/**
 * The choice of the changes that are shown.
 *
 * @param since no earlier ones
 * @param until no later ones
 * @param keyring gets the certificates of those that are shown
 */
record ShownChanges(
        Optional<Fingerprint> fingerprint,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<Keyring> keyring) {

    /** Whether this change is one of them. */
    boolean take(Change change) throws IOException {
        boolean taken =
                (fingerprint.isEmpty() || LaterDeletions.fingerprint(change).equals(fingerprint))
                        && since.filter(change.time()::isBefore).isEmpty()
                        && until.filter(change.time()::isAfter).isEmpty();
        if (taken && keyring.isPresent() && change instanceof Change.Put put) {
            keyring.get().add(put.content());
        }
        return taken;
    }

    /** The user IDs of a certificate as a change stored it; none when this program cannot read it. */
    static List<String> userIds(Change.Put put) {
        try {
            return CertificateDescription.of(Certificate.ofStored(put.content())).userIds().stream()
                    .map(UserIdDescription::text)
                    .toList();
        } catch (RuntimeException unreadable) {
            return List.of(); // a newer version may have written it; its bytes are exported all the same
        }
    }
}
