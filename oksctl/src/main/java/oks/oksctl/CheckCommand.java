package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code oksctl check}. */
@Command(
        name = "check",
        description = {
            "Read the whole store and prove that certificates, indexes and digest agree.",
            "Lookups and uploads go on meanwhile."
        })
final class CheckCommand extends ControlCommand {
    @Option(
            names = "--repair",
            description = "First make the indexes what the certificates say; uploads wait meanwhile.")
    private boolean repair;

    @Override
    ControlRequest request() {
        return new ControlRequest.Check(repair);
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.checked(result, repair);
    }
}
