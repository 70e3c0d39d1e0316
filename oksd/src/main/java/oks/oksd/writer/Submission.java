package oks.oksd.writer;

import java.util.concurrent.CompletableFuture;
import oks.openpgp.Certificate;

/**
 * A verified certificate on its way to the writer.
 *
 * @param origin how it came, for the recovery file
 * @param deadlineNanos until when it may wait while oksd is paused, as {@link System#nanoTime}
 * @param outcome completed when the change is durable and applied, or with {@link UnavailableException}
 */
public record Submission(
        Certificate certificate, String origin, long deadlineNanos, CompletableFuture<SubmissionResult> outcome) {

    int bytes() {
        return certificate.bytes().length;
    }
}
