package oks.control;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The sessions of one server: who may come in, how many, and the threads that run commands. */
final class ControlSessions {
    /** How many connections are served at the same time. */
    static final int MAX_CONNECTIONS = 64;

    /** How many commands run at the same time, those whose clients have gone included. */
    static final int MAX_COMMANDS = 64;

    private final ControlHandler handler;
    private final ExecutorService workers;
    private final long ownUid;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
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

    /** A session's connection has ended. */
    void left() {
        open.decrementAndGet();
    }

    /** Carries out a command, unless it could wait for the writer and too many such commands run already. */
    ControlAnswer withinBound(ControlRequest.Kind kind, Supplier<ControlAnswer> command) {
        if (isAnsweredAtOnce(kind)) {
            return command.get();
        }
        try {
            return running.incrementAndGet() > MAX_COMMANDS ? refusal(kind) : command.get();
        } finally {
            running.decrementAndGet();
        }
    }

    private static ControlAnswer refusal(ControlRequest.Kind kind) {
        return new ControlAnswer.Failed(OperatorFault.of(
                        ExitCode.BUSY,
                        "oksd carries out %d commands already, so \"%s\" was refused",
                        MAX_COMMANDS,
                        kind.word())
                .kept("nothing was done")
                .next("look with " + Advice.status() + " whether oksd waits for a disk, then try again"));
    }

    /**
     * Whether a command needs neither the writer nor the disk: an operator can always see and end an oksd that hangs.
     */
    private static boolean isAnsweredAtOnce(ControlRequest.Kind kind) {
        return switch (kind) {
            case STATUS, CONFIG, STOP -> true;
            case PAUSE,
                    RESUME,
                    ROTATE,
                    DUMP,
                    RELOAD,
                    SNAPSHOT,
                    RELEASE,
                    ARCHIVED,
                    ARCHIVE_VERIFIED,
                    CHECK,
                    POINT,
                    DELETE,
                    UNBLOCK,
                    HISTORY,
                    LOAD,
                    EXPORT,
                    EXPORT_NEXT -> false;
        };
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
