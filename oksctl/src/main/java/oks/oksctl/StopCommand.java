package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ProgressListener;
import picocli.CommandLine.Command;

/** {@code oksctl stop}. */
@Command(name = "stop", description = {
    "Commit everything to disk, seal the recovery file and exit.",
    "Returns when oksd has let go of the database."})
final class StopCommand extends ControlCommand {
    @Override
    ControlRequest request() {
        return new ControlRequest.Stop();
    }

    @Override
    ObjectNode carryOut(ControlClient client, ControlRequest request, ProgressListener listener) {
        ObjectNode result = super.carryOut(client, request, listener);
        client.awaitEnd(ControlClient.FOR_EVER);
        return result;
    }

    @Override
    String told(ObjectNode result) {
        return "stopped: everything is on disk, and oksd has let go of the database";
    }
}
