package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import oks.control.ControlRequest.Point;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code oksctl point}. */
@Command(
        name = "point",
        description = {
            "Write a named restore point into the recovery file.",
            "Prints its LSN, to which oks-restore restores."
        })
final class PointCommand extends ControlCommand {
    @Parameters(paramLabel = "NAME", description = "One line of at most 255 bytes, such as \"before the upgrade\".")
    private String name;

    @Override
    ControlRequest request() {
        return usage(
                () -> new Point(name),
                "the restore point's name must be one line of 1 to " + Point.MAX_NAME + " bytes");
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.pointed(result);
    }
}
