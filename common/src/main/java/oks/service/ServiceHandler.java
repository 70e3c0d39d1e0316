package oks.service;

/**
 * Handler of requests: oksd behind a {@link ServiceServer}, and a {@link ServiceClient} for a gateway that asks oksd.
 */
@FunctionalInterface
public interface ServiceHandler {
    /**
     * Takes one request and gives its asker exactly one answer, now or later. Does not block. What a thrown exception
     * means is the caller's business; a server answers {@link ServiceAnswer.FailureCode#INTERNAL} for it.
     */
    void handle(ServiceRequest request, Asker asker);
}
