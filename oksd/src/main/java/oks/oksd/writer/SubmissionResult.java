package oks.oksd.writer;

import oks.openpgp.ParsedUpload;
import oks.recovery.Lsn;

/**
 * The outcome of a submission.
 *
 * @param lsn the change it made; {@link Lsn#NONE} for UNCHANGED and REFUSED
 * @param reason null unless REFUSED
 * @param comment for people; empty when there is nothing to say
 */
public record SubmissionResult(Result result, Lsn lsn, ParsedUpload.Reason reason, String comment) {
    public enum Result {
        NEW,
        MERGED,
        UNCHANGED,
        REFUSED
    }

    static SubmissionResult of(Result result, Lsn lsn) {
        return new SubmissionResult(result, lsn, null, "");
    }

    public static SubmissionResult refused(ParsedUpload.Reason reason, String comment) {
        return new SubmissionResult(Result.REFUSED, Lsn.NONE, reason, comment);
    }
}
