package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import picocli.CommandLine.Command;

/** {@code oksctl dump}. */
@Command(
        name = "dump",
        description = {"Commit everything to disk and rotate, without a pause."})
final class DumpCommand extends ControlCommand {
    @Override
    ControlRequest request() {
        return new ControlRequest.Dump();
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.dumped(result);
    }
}
