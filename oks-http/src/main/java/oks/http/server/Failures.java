package oks.http.server;

import oks.http.answer.HttpFault;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** oksd's failures as statuses. */
public final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** The fault for an answer that is not the one expected. */
    public static HttpFault of(ServiceAnswer answer) {
        if (!(answer instanceof Failure failure)) {
            LOG.error("oksd answered {} to another kind of request", answer.kind());
            return HttpFault.of(500, "internal error");
        }
        return switch (failure.code()) {
            case TEMPORARILY_UNAVAILABLE, OVERLOADED -> HttpFault.later(failure.retryAfter(), failure.text());
            case BAD_REQUEST -> HttpFault.of(400, failure.text());
            case TOO_LARGE -> HttpFault.of(413, failure.text());
            case INTERNAL -> HttpFault.of(500, "internal error");
        };
    }
}
