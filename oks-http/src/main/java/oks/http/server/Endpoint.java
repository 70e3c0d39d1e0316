package oks.http.server;

import oks.http.answer.HttpFault;

/** Handler of the requests for one path; on the event loop, so it does not block. */
@FunctionalInterface
public interface Endpoint {
    /** Answers, now or later; may throw an {@link HttpFault}. */
    void handle(Exchange exchange);
}
