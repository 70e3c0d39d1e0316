package oks.openpgp;

import java.util.List;
import java.util.Objects;

/**
 * An upload, every part of it accounted for, in the order of the upload within each list.
 *
 * @param accepted the certificates that can be stored
 * @param revocations key revocations that came without a certificate
 * @param refused everything else
 */
public record ParsedUpload(List<Accepted> accepted, List<BareRevocation> revocations, List<Refused> refused) {
    public ParsedUpload {
        accepted = List.copyOf(accepted);
        revocations = List.copyOf(revocations);
        refused = List.copyOf(refused);
    }

    /**
     * A certificate that can be stored.
     *
     * @param certificate cleaned, in canonical order
     * @param dropped what was left out of it
     */
    public record Accepted(Certificate certificate, List<Dropped> dropped) {
        public Accepted {
            Objects.requireNonNull(certificate);
            dropped = List.copyOf(dropped);
        }
    }

    /**
     * A part of an upload that cannot be stored.
     *
     * @param subject the fingerprint in hexadecimal digits, or "" where none is known
     * @param text one sentence for the uploader, lower case, without uploaded bytes
     */
    public record Refused(String subject, Reason reason, String text) {
        public Refused {
            Objects.requireNonNull(subject);
            Objects.requireNonNull(reason);
            Objects.requireNonNull(text);
        }
    }

    /**
     * A part of an accepted certificate that was left out.
     *
     * @param component what was left out, or what the left-out signatures were on: {@code primary key}, {@code user ID
     *     "…"} (escaped), {@code user attribute}, {@code subkey FINGERPRINT}, {@code packet of type N}
     * @param reason why
     */
    public record Dropped(String component, String reason) {
        public Dropped {
            Objects.requireNonNull(component);
            Objects.requireNonNull(reason);
        }
    }

    /** Why a part of an upload is refused. The order is part of oks-control(5): new reasons go to the end. */
    public enum Reason {
        /** Neither binary OpenPGP nor armor. */
        NOT_OPENPGP,
        /** OpenPGP, but something else than a certificate. */
        NO_CERTIFICATE,
        /** A private key, of which nothing is kept. */
        PRIVATE_KEY,
        /** Above one of the sizes in {@link Limits}. */
        TOO_LARGE,
        /** A key version that is unknown or not accepted. */
        UNSUPPORTED_VERSION,
        /** A primary key whose signatures cannot be verified here. */
        UNSUPPORTED_ALGORITHM,
        /** The owner of the key signed nothing of it. */
        NO_VALID_SELF_SIGNATURE,
        /** Cut short or broken. */
        MALFORMED,
        /** A revocation of a certificate that is not stored. */
        REVOCATION_WITHOUT_CERTIFICATE,
        /** The operator does not take this certificate. */
        BLOCKED,
        /** Above one of the numbers in {@link Limits}. */
        TOO_MANY,
        /** Verifying its signatures would take too long: see {@link VerificationBudget}. */
        TOO_COSTLY
    }
}
