package oks.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * One line of oksd's answer; specified in oks-control(5).
 *
 * <pre>
 * {"progress":{"text":"flushing","done":12,"total":40,"unit":"bytes"}}       any number of these, then one of
 * {"ok":true,"result":{…}}
 * {"ok":false,"error":{"what":"…","kept":"…","next":"…","exit":4}}
 * </pre>
 */
sealed interface ControlAnswer {
    /** Which of the three lines. */
    enum Kind {
        PROGRESS,
        DONE,
        FAILED
    }

    Kind kind();

    ObjectNode toJson();

    /** The answer as it is sent, without the line end. */
    default String toLine() {
        return Json.line(toJson());
    }

    /** Reads a line; empty when it is none of the three. */
    static Optional<ControlAnswer> parse(String line) {
        return Json.parse(line).flatMap(ControlAnswer::from);
    }

    private static Optional<ControlAnswer> from(ObjectNode object) {
        if (object.get("progress") instanceof ObjectNode progress) {
            return Underway.from(progress);
        }
        JsonNode ok = object.path("ok");
        if (ok.isBoolean() && ok.booleanValue()) {
            return object.get("result") instanceof ObjectNode result ? Optional.of(new Done(result)) : Optional.empty();
        }
        if (ok.isBoolean() && object.get("error") instanceof ObjectNode error) {
            return Failed.from(error);
        }
        return Optional.empty();
    }

    /** The command goes on. */
    record Underway(Progress progress) implements ControlAnswer {
        private static Optional<ControlAnswer> from(ObjectNode progress) {
            long done = progress.path("done").asLong(-1);
            long total = progress.path("total").asLong(-1);
            if (done < 0 || total < 0) {
                return Optional.empty();
            }
            return Optional.of(new Underway(new Progress(
                    progress.path("text").asText(""),
                    done,
                    total,
                    progress.path("unit").asText(""))));
        }

        @Override
        public Kind kind() {
            return Kind.PROGRESS;
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode object = Json.object();
            object.putObject("progress")
                    .put("text", progress.text())
                    .put("done", progress.done())
                    .put("total", progress.total())
                    .put("unit", progress.unit());
            return object;
        }
    }

    /** The command ended well. */
    record Done(ObjectNode result) implements ControlAnswer {
        @Override
        public Kind kind() {
            return Kind.DONE;
        }

        @Override
        public ObjectNode toJson() {
            return Json.object().put("ok", true).set("result", result);
        }
    }

    /** The command did not end well: the fault's parts and the exit status for the program that asked. */
    record Failed(OperatorFault fault) implements ControlAnswer {
        private static Optional<ControlAnswer> from(ObjectNode error) {
            String what = error.path("what").asText("");
            int status = error.path("exit").asInt(0);
            if (what.isEmpty() || status == 0) {
                return Optional.empty();
            }
            return Optional.of(new Failed(OperatorFault.of(ExitCode.ofStatus(status), "%s", what)
                    .kept("%s", error.path("kept").asText(""))
                    .next("%s", error.path("next").asText(""))));
        }

        @Override
        public Kind kind() {
            return Kind.FAILED;
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode object = Json.object().put("ok", false);
            object.putObject("error")
                    .put("what", fault.what())
                    .put("kept", Json.orNull(fault.kept()))
                    .put("next", Json.orNull(fault.next()))
                    .put("exit", fault.code().status());
            return object;
        }
    }
}
