package oks.control;

/** What oksd does with a command. */
@FunctionalInterface
public interface ControlHandler {
    /**
     * Carries out a command and answers once, now or later, from any thread.
     *
     * <p>Called on a thread of the control server, which may block; the commands of one connection come one after the
     * other, those of several connections at the same time. A fault thrown here is answered as {@link ControlReply#fail};
     * any other exception is logged and answered as an internal error.
     */
    void handle(ControlRequest request, ControlPeer peer, ControlReply reply);
}
