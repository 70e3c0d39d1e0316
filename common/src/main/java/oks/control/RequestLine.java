package oks.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.json.Scalar;
import oks.json.WrongMember;
import oks.openpgp.Fingerprint;

/** A request as one line of JSON: its member {@code command}, then the members of its record. */
final class RequestLine {
    private static final Json JSON = Json.with(
            Scalar.text(
                    Fingerprint.class,
                    "a fingerprint of 40 hexadecimal digits (64 for version 6, 32 for version 3)",
                    Fingerprint::parse,
                    Fingerprint::toString),
            Scalar.text(Instant.class, Scalar.TIME, Instant::parse, Instant::toString));

    private RequestLine() {}

    /** The line as it is sent, without its end. */
    static String of(ControlRequest request) {
        return Json.object()
                .put("command", request.kind().word())
                .setAll(JSON.tree((Record) request))
                .toString();
    }

    /**
     * Reads a line.
     *
     * @throws OperatorFault USAGE if the line is not one JSON object, or its command or an argument is unknown or wrong
     */
    static ControlRequest parse(String line) {
        ObjectNode request = Json.object(line)
                .orElseThrow(() ->
                        refused("the request is not one JSON object on one line, such as {\"command\":\"status\"}"));
        JsonNode command = request.path("command");
        if (!command.isTextual()) {
            throw refused("the request has no text member \"command\"");
        }
        ControlRequest.Kind kind = kindOf(command.textValue());
        try {
            return (ControlRequest) JSON.read(request.without("command"), kind.arguments());
        } catch (WrongMember wrong) {
            throw refused(wrong, kind.word());
        }
    }

    private static ControlRequest.Kind kindOf(String word) {
        for (ControlRequest.Kind kind : ControlRequest.Kind.values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw refused("command \"%s\" is unknown", WrongMember.shown(word));
    }

    private static OperatorFault refused(WrongMember wrong, String command) {
        String name = WrongMember.shown(wrong.name());
        return switch (wrong.mistake()) {
            case UNKNOWN -> refused("command \"%s\" has no argument \"%s\"", command, name);
            case MISSING -> refused("command \"%s\" lacks its argument \"%s\"", command, name);
            case WRONG ->
                refused(
                        "argument \"%s\" of command \"%s\" is %s, but %s is expected",
                        name, command, wrong.value(), wrong.expected());
        };
    }

    /** The refusal of a request that is wrong. */
    static OperatorFault refused(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values)
                .kept("nothing was done")
                .next("see oks-control(5) for the commands and their arguments");
    }
}
