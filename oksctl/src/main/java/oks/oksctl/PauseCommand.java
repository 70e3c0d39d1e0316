package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import oks.config.TimeSpan;
import oks.control.ControlRequest;
import oks.control.ControlRequest.Pause;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code oksctl pause}. */
@Command(
        name = "pause",
        description = {
            "Commit everything to disk, rotate and pause: the database directory stays byte for byte still and can "
                    + "be copied.",
            "Lookups go on; uploads are told to come back later."
        })
final class PauseCommand extends ControlCommand {
    @Option(
            names = "--max",
            paramLabel = "DURATION",
            defaultValue = "10m",
            description =
                    "End the pause after this long, even without \"oksctl resume\": 1s to 1d, such as 90s, 10m, 2h"
                            + " (default: ${DEFAULT-VALUE}).")
    private String max;

    @Override
    ControlRequest request() {
        Duration limit = TimeSpan.parse(max).orElse(Duration.ZERO);
        if (limit.compareTo(Duration.ofSeconds(1)) < 0 || limit.compareTo(Pause.LONGEST) > 0 || limit.getNano() != 0) {
            throw new ParameterException(
                    spec().commandLine(),
                    "option --max is \"" + max + "\", but a duration from 1s to 1d such as \"10m\" is expected");
        }
        return new Pause(limit, Pause.Hold.LIMIT);
    }

    @Override
    String told(ObjectNode result) {
        return ResultLines.paused(result);
    }
}
