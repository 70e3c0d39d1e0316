package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import picocli.CommandLine.Command;

/** {@code oksctl reload}. */
@Command(
        name = "reload",
        description = {
            "Commit everything to disk and read the configuration again.",
            "Says which settings hold now, and which ones wait for a restart."
        })
final class ReloadCommand extends ControlCommand {
    @Override
    ControlRequest request() {
        return new ControlRequest.Reload();
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.reloaded(result);
    }
}
