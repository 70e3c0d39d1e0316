package oks.control;

import java.util.Optional;

/**
 * The process at the other end of a control connection, as the kernel says (SO_PEERCRED, unix(7)). Safe in any thread.
 */
public interface ControlPeer {
    /** The peer's user when it connected. */
    long uid();

    /** The peer's group when it connected. */
    long gid();

    /** The process that connected; 0 when it lives in another pid namespace. */
    int pid();

    /** The name of {@link #uid}, where it is known. */
    Optional<String> user();

    /** Whether the peer has gone, or said that it will send nothing more. */
    boolean closed();

    /**
     * Runs an action once when the peer goes, at once when it has gone already: closed, killed, or its sending half
     * shut down. Runs on a thread of the control server, also while a command of this connection still runs; actions
     * run in the order in which they were given.
     */
    void onClose(Runnable action);

    /** For logs: {@code user alice (uid 1000), pid 4711}. */
    default String describe() {
        return user().map(name -> "user " + name + " (uid " + uid() + ")").orElse("uid " + uid()) + ", pid " + pid();
    }
}
