package oks.http;

/** What answers the requests for one path; on the event loop, so it does not block. */
@FunctionalInterface
interface Endpoint {
    /** Answers, now or later; may throw an {@link HttpFault}. */
    void handle(Exchange exchange);
}
