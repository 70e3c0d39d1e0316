package oks.control;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The sessions of one server: who may come in, how many, and the threads that run commands. */
final class ControlSessions {
    /** How many connections are served at the same time. */
    static final int MAX_CONNECTIONS = 64;

    private final ControlHandler handler;
    private final ExecutorService workers;
    private final long ownUid;
    private final AtomicInteger open = new AtomicInteger();
    private volatile ControlAccess access;

    ControlSessions(ControlAccess access, ControlHandler handler, ExecutorService workers, long ownUid) {
        this.access = access;
        this.handler = handler;
        this.workers = workers;
        this.ownUid = ownUid;
    }

    void allow(ControlAccess now) {
        access = now;
    }

    /** Counts a session in; empty when it may go on, otherwise why not. Each call is paired with {@link #left}. */
    Optional<OperatorFault> admit(ControlPeer peer) {
        if (open.incrementAndGet() > MAX_CONNECTIONS) {
            return Optional.of(
                    OperatorFault.of(ExitCode.BUSY, "oksd has %d control connections already", MAX_CONNECTIONS)
                            .kept("nothing was done")
                            .next("end programs that wait for oksd, then try again"));
        }
        if (!access.allows(peer, ownUid)) {
            return Optional.of(OperatorFault.of(
                            ExitCode.FAILED,
                            "%s may not control this oksd",
                            peer.user().map(name -> "user \"" + name + "\"").orElse("the user with uid " + peer.uid()))
                    .kept("nothing was done")
                    .next("become root or the user that runs oksd, or add the user to control.allow in oksd.conf"));
        }
        return Optional.empty();
    }

    /** A session has ended, and so has its last command. */
    void left() {
        open.decrementAndGet();
    }

    ControlHandler handler() {
        return handler;
    }

    /** Runs on a thread of its own; on the caller's when the server has closed meanwhile. */
    void run(Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException closed) {
            work.run();
        }
    }
}
