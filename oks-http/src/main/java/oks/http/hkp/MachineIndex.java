package oks.http.hkp;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;

/**
 * The machine readable index, as dirmngr and gpg parse it (GnuPG, doc/KEYSERVER).
 *
 * <pre>
 * info:1:NUMBER OF CERTIFICATES
 * pub:FINGERPRINT:ALGORITHM:BITS:CREATED:EXPIRES:FLAGS
 * uid:USER ID, PERCENT-ESCAPED:CREATED:EXPIRES:FLAGS
 * </pre>
 *
 * Times are seconds since 1970; flags are r (revoked) and e (expired); what is unknown is empty.
 */
final class MachineIndex {
    private final StringBuilder out = new StringBuilder();
    private final Instant now;

    private MachineIndex(Instant now) {
        this.now = now;
    }

    /** The index of these certificates; ASCII, each line ends in a newline. */
    static String of(List<CertificateDescription> certificates, Instant now) {
        MachineIndex index = new MachineIndex(now);
        index.out.append("info:1:").append(certificates.size()).append('\n');
        certificates.forEach(index::append);
        return index.out.toString();
    }

    private void append(CertificateDescription certificate) {
        out.append("pub:")
                .append(certificate.fingerprint())
                .append(':')
                .append(certificate.algorithm())
                .append(':');
        if (certificate.bits() > 0) {
            out.append(certificate.bits());
        }
        end(Optional.of(certificate.created()), certificate.expires(), certificate.revoked());
        for (UserIdDescription userId : certificate.userIds()) {
            out.append("uid:");
            escape(userId.id().bytes());
            end(userId.created(), userId.expires(), userId.revoked());
        }
    }

    private void end(Optional<Instant> created, Optional<Instant> expires, boolean revoked) {
        out.append(':');
        created.ifPresent(time -> out.append(time.getEpochSecond()));
        out.append(':');
        expires.ifPresent(time -> out.append(time.getEpochSecond()));
        out.append(':');
        if (revoked) {
            out.append('r');
        }
        if (expires.filter(time -> !time.isAfter(now)).isPresent()) {
            out.append('e');
        }
        out.append('\n');
    }

    /** @param userId as the certificate has it, whatever its encoding */
    private void escape(byte[] userId) {
        for (byte octet : userId) {
            if (octet < ' ' || octet == 0x7f || octet == ':' || octet == '%') { // bytes above 0x7f are below zero
                out.append('%')
                        .append(Character.forDigit(octet >> 4 & 15, 16))
                        .append(Character.forDigit(octet & 15, 16));
            } else {
                out.append((char) octet);
            }
        }
    }
}
