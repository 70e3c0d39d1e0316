package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.fault.OperatorFault;

/**
 * Carries out the commands of the control socket. A command is answered exactly once: by what this returns or throws.
 */
@FunctionalInterface
public interface ControlHandler {
    /**
     * Carries out a command.
     *
     * <p>Called on a thread of the control server, which may block; the commands of one connection come one after the
     * other, those of several connections at the same time. Any exception but an OperatorFault is logged and answered
     * as an internal error.
     *
     * @param progress hears how far the command has come; a line is left out while the peer reads too slowly. It throws
     *     an OperatorFault once the peer has gone, which ends the command
     * @return the result that the peer gets
     * @throws OperatorFault the answer is this fault
     */
    ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress);

    /** Called once after each command, when its answer is on its way. */
    default void answered(ControlRequest request) {}
}
