package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ProgressListener;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import picocli.CommandLine.Command;

/** {@code oksctl stop}. */
@Command(
        name = "stop",
        description = {
            "Commit everything to disk, seal the recovery file and exit.",
            "Returns when oksd has released the database."
        })
final class StopCommand extends ControlCommand {
    @Override
    ControlRequest request() {
        return new ControlRequest.Stop();
    }

    @Override
    ObjectNode carryOut(ControlClient client, ControlRequest request, ProgressListener listener) {
        ObjectNode result = super.carryOut(client, request, listener);
        if (!client.awaitEnd(ControlClient.FOR_EVER)) {
            throw OperatorFault.of(ExitCode.FAILED, "interrupted before oksd had released the database")
                    .next("look with %s whether it still runs", Advice.status());
        }
        return result;
    }

    @Override
    String told(ObjectNode result) {
        return "stopped: everything is on disk, and oksd has released the database";
    }
}
