package oks.oksd.writer;

import oks.openpgp.BareCertificate;
import oks.openpgp.Certificate;
import oks.openpgp.ParsedUpload;
import oks.recovery.Lsn;

/**
 * The outcome of a submission.
 *
 * @param lsn the change it made; {@link Lsn#NONE} for UNCHANGED and REFUSED
 * @param reason null unless REFUSED
 * @param comment for people; empty when there is nothing to say
 * @param hardRevoked whether the certificate, with what is stored of it, is one that its owner revoked for good
 */
public record SubmissionResult(
        Result result, Lsn lsn, ParsedUpload.Reason reason, String comment, boolean hardRevoked) {
    public enum Result {
        NEW,
        MERGED,
        UNCHANGED,
        REFUSED
    }

    static SubmissionResult of(Result result, Lsn lsn) {
        return new SubmissionResult(result, lsn, null, "", false);
    }

    /** The same about a certificate that is stored so now. */
    SubmissionResult of(Certificate stored) {
        return new SubmissionResult(result, lsn, reason, comment, BareCertificate.isFormOf(stored));
    }

    /** The same with something to say to people. */
    public SubmissionResult saying(String text) {
        return new SubmissionResult(result, lsn, reason, text, hardRevoked);
    }

    public static SubmissionResult refused(ParsedUpload.Reason reason, String comment) {
        return new SubmissionResult(Result.REFUSED, Lsn.NONE, reason, comment, false);
    }
}
