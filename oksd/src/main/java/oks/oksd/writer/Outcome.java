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
public record Outcome(Result result, Lsn lsn, ParsedUpload.Reason reason, String comment) {
    public enum Result {
        NEW,
        MERGED,
        UNCHANGED,
        REFUSED
    }

    static Outcome of(Result result, Lsn lsn) {
        return new Outcome(result, lsn, null, "");
    }

    public static Outcome refused(ParsedUpload.Reason reason, String comment) {
        return new Outcome(Result.REFUSED, Lsn.NONE, reason, comment);
    }
}
