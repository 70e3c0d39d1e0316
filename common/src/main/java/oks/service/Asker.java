package oks.service;

import java.util.function.Consumer;

/** The asker of a request: takes the one answer, from any thread. */
@FunctionalInterface
public interface Asker extends Consumer<ServiceAnswer> {
    /** The number of those who do not say who they are. */
    long NOBODY = 0;

    /** A number that is the same for all requests of one client and says nothing else about it. */
    default long client() {
        return NOBODY;
    }

    /** Whether an answer is still of use; from any thread. Work for somebody who has gone may end. */
    default boolean waits() {
        return true;
    }
}
