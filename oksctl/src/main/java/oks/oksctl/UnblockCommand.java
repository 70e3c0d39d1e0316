package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code oksctl unblock}. */
@Command(name = "unblock", description = "Take uploads of a deleted certificate again.")
final class UnblockCommand extends ControlCommand {
    @Mixin
    private FingerprintParameter fingerprint;

    @Override
    ControlRequest request() {
        return new ControlRequest.Unblock(fingerprint.parse());
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.unblocked(result);
    }
}
