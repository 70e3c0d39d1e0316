package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import picocli.CommandLine.Command;

/** {@code oksctl rotate}. */
@Command(
        name = "rotate",
        description = {
            "Seal the recovery file and begin the next one.",
            "The sealed file does not change any more and can be copied away."
        })
final class RotateCommand extends ControlCommand {
    @Override
    ControlRequest request() {
        return new ControlRequest.Rotate();
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.rotated(result);
    }
}
