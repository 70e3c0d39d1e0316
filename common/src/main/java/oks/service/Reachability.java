package oks.service;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether a gateway's clients reach oksd. Logs each change once, however many clients there are; and when one
 * client finds oksd, tells the others, so that none answers "not reachable" while its neighbour works. Thread-safe.
 */
public final class Reachability {
    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

    private enum State {
        UNKNOWN,
        FOUND,
        LOST
    }

    private final List<Runnable> clients = new CopyOnWriteArrayList<>();
    private State state = State.UNKNOWN;

    /** Nothing is known yet. */
    public Reachability() {}

    /** Calls {@code whenFound}, from any thread, each time that a client finds oksd. */
    void join(Runnable whenFound) {
        clients.add(whenFound);
    }

    void leave(Runnable whenFound) {
        clients.remove(whenFound);
    }

    void found(Hello hello) {
        noteFound(hello);
        clients.forEach(Runnable::run);
    }

    private synchronized void noteFound(Hello hello) {
        if (state != State.FOUND) {
            state = State.FOUND;
            LOG.info("connected to {}, database \"{}\"", hello.program(), hello.database());
        }
    }

    synchronized void lost(Path socket, String reason) {
        if (state != State.LOST) {
            state = State.LOST;
            LOG.warn("oksd is not reachable at socket \"{}\", requests are refused until it is: {}", socket, reason);
        }
    }
}
