package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import picocli.CommandLine.Command;

/** {@code oksctl resume}. */
@Command(
        name = "resume",
        description = {"End every pause, also one by signal."})
final class ResumeCommand extends ControlCommand {
    @Override
    ControlRequest request() {
        return new ControlRequest.Resume();
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.resumed(result);
    }
}
