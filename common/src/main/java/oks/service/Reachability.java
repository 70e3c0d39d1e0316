package oks.service;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a gateway's clients reach oksd; logs each change once, however many clients there are. Thread-safe. */
public final class Reachability {
    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

    private enum State { UNKNOWN, FOUND, LOST }

    private State state = State.UNKNOWN;

    /** Nothing is known yet. */
    public Reachability() { }

    synchronized void found(Hello hello) {
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
