package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.control.ControlRequest;
import oks.control.ControlRequest.Delete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code oksctl delete}. */
@Command(
        name = "delete",
        description = {
            "Remove a certificate and everything that finds it.",
            "Who did it, when and why stays in the database and in the recovery file."
        })
final class DeleteCommand extends ControlCommand {
    @Mixin
    private FingerprintParameter fingerprint;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why: one line of at most 1000 bytes, without personal data.")
    private String reason;

    @Option(names = "--block", description = "Refuse uploads of this certificate from now on.")
    private boolean block;

    @Override
    ControlRequest request() {
        return usage(
                () -> new Delete(fingerprint.parse(), reason, block),
                "option --reason must be one line of 1 to " + Delete.MAX_REASON + " bytes");
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.deleted(result);
    }
}
