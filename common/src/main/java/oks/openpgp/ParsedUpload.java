package oks.openpgp;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
     * @param text one sentence for the uploader, lower case, without uploaded bytes except escaped user IDs
     */
    public record Refused(String subject, Reason reason, String text) {
        public Refused {
            Objects.requireNonNull(subject);
            Objects.requireNonNull(reason);
            Objects.requireNonNull(text);
        }
    }

    /**
     * A part of an accepted certificate that was left out, or signatures on a part.
     *
     * @param component what was left out, or what the left-out signatures were on: {@code primary key}, {@code user ID
     *     "…"} (escaped), {@code user attribute}, {@code subkey FINGERPRINT}, {@code packet of type N}
     * @param reason why, for people, with the number of signatures before it
     * @param signatures whether signatures were left out, not the component itself
     * @param count how many, at least 1
     */
    public record Dropped(String component, String reason, DropRule rule, boolean signatures, int count) {
        public Dropped {
            Objects.requireNonNull(component);
            Objects.requireNonNull(reason);
            Objects.requireNonNull(rule);
        }

        /** One line: the component and the reason. */
        public String line() {
            return component + ": " + reason;
        }
    }

    /** Why a part of an upload is refused. The codes are part of oks-control(5): a code is never used again. */
    public enum Reason {
        /** Neither binary OpenPGP nor armor. */
        NOT_OPENPGP(1),
        /** OpenPGP, but something else than a certificate. */
        NO_CERTIFICATE(2),
        /** A private key, of which nothing is kept. */
        PRIVATE_KEY(3),
        /** Above one of the sizes in {@link Limits}. */
        TOO_LARGE(4),
        /** A key version that is unknown or not accepted. */
        UNSUPPORTED_VERSION(5),
        /** A primary key whose signatures cannot be verified here. */
        UNSUPPORTED_ALGORITHM(6),
        /** The owner of the key signed nothing of it. */
        NO_VALID_SELF_SIGNATURE(7),
        /** Cut short or broken. */
        MALFORMED(8),
        /** A revocation of a certificate that is not stored. */
        REVOCATION_WITHOUT_CERTIFICATE(9),
        /** The operator does not take this certificate. */
        BLOCKED(10),
        /** Above one of the numbers in {@link Limits}. */
        TOO_MANY(11),
        /** Verifying its signatures would take too long: see {@link VerificationBudget}. */
        TOO_COSTLY(12),
        /** A weak primary key, or nothing but weak subkeys, where the operator takes none: see {@link WeakKeys}. */
        WEAK_KEY(13);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        /** The octet in frames between oksd and its clients, 1 to 255; 0 there means no reason. */
        public int code() {
            return code;
        }

        /** The reason with this code; empty for 0, and if a newer oksd has one that is not known here. */
        public static Optional<Reason> ofCode(int code) {
            return Arrays.stream(values()).filter(reason -> reason.code == code).findFirst();
        }
    }
}
