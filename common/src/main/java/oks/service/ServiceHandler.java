package oks.service;

import java.util.function.Consumer;

/**
 * Who answers requests: oksd behind a {@link ServiceServer}, and a {@link ServiceClient} for a gateway that asks oksd.
 */
@FunctionalInterface
public interface ServiceHandler {
    /**
     * Takes one request and answers it with exactly one call of {@code reply}, now or later. Does not block. What a thrown
     * exception means is the caller's business; a server answers {@link ServiceAnswer.FailureCode#INTERNAL} for it.
     */
    void handle(ServiceRequest request, Consumer<ServiceAnswer> reply);
}
