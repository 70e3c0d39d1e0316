package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.fault.OperatorFault;

/**
 * The answer to one command: any number of progress lines, then exactly one of done and fail. Safe in any thread; quiet
 * once the peer has gone.
 */
public interface ControlReply {
    /** Tells how far the command has come; left out while the peer reads too slowly. */
    void progress(Progress progress);

    /**
     * Ends the command well.
     *
     * @throws IllegalStateException if the command was answered before
     */
    void done(ObjectNode result);

    /**
     * Ends the command badly.
     *
     * @throws IllegalStateException if the command was answered before
     */
    void fail(OperatorFault fault);
}
