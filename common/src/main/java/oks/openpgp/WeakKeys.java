package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Dropped;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;

/** The rule for certificates with {@linkplain WeakKey weak keys}. */
public enum WeakKeys {
    /** They are taken, and marked as weak on pages and in JSON. */
    MARK,
    /**
     * Weak subkeys are left out, and a certificate whose primary key is weak, or that has nothing else, is refused;
     * when it is revoked, its primary key and revocation are taken all the same.
     */
    REFUSE;

    private static final int SUBKEYS_TOLD = 3;

    /** A cleaned certificate as this rule takes it, into one of the two lists. */
    void take(Accepted cleaned, List<Accepted> accepted, List<Refused> refused) {
        if (this == MARK) {
            accepted.add(cleaned);
        } else {
            refuse(cleaned, accepted, refused);
        }
    }

    private static void refuse(Accepted cleaned, List<Accepted> accepted, List<Refused> refused) {
        CertificateParts parts = cleaned.certificate().parts();
        List<WeakKey> primary = WeakKey.of(KeyPacket.ofStored(parts.primary()));
        if (primary.isEmpty()) {
            takeWithoutWeakSubkeys(cleaned, parts, accepted, refused);
            return;
        }
        Optional<Certificate> revoked = cleaned.certificate().revocationOnly();
        revoked.ifPresentOrElse(
                certificate -> accepted.add(new Accepted(certificate, cleaned.dropped())),
                () -> refused.add(new Refused(
                        cleaned.certificate().fingerprint().toString(),
                        Reason.WEAK_KEY,
                        "its primary key is weak: " + words(primary) + " (certificates.weak)")));
    }

    private static void takeWithoutWeakSubkeys(
            Accepted cleaned, CertificateParts parts, List<Accepted> accepted, List<Refused> refused) {
        List<Dropped> dropped = new ArrayList<>(cleaned.dropped());
        int before = dropped.size();
        for (Map.Entry<Packet, List<Packet>> subkey :
                List.copyOf(parts.subkeys().entrySet())) {
            KeyPacket key = KeyPacket.ofStored(subkey.getKey());
            List<WeakKey> weaknesses = WeakKey.of(key);
            if (!weaknesses.isEmpty()) {
                parts.subkeys().remove(subkey.getKey());
                dropped.add(
                        new Dropped("subkey " + key.fingerprint(), words(weaknesses), DropRule.WEAK_SUBKEY, false, 1));
            }
        }
        if (parts.isBare()) {
            String left = dropped.subList(before, dropped.size()).stream()
                    .map(Dropped::line)
                    .limit(SUBKEYS_TOLD)
                    .collect(Collectors.joining("; "));
            refused.add(new Refused(
                    cleaned.certificate().fingerprint().toString(),
                    Reason.WEAK_KEY,
                    "nothing is left to keep: " + left + " (certificates.weak)"));
        } else {
            accepted.add(
                    dropped.size() == before
                            ? cleaned
                            : new Accepted(cleaned.certificate().with(parts), dropped));
        }
    }

    private static String words(List<WeakKey> weaknesses) {
        return weaknesses.stream().map(WeakKey::words).collect(Collectors.joining(", "));
    }
}
