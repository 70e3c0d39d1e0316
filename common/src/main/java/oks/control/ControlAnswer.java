package oks.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import oks.fault.OperatorFault;
import oks.json.FaultParts;
import oks.json.Json;

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
    /** The kind of a line. */
    enum Kind {
        PROGRESS,
        DONE,
        FAILED
    }

    Kind kind();

    ObjectNode toJson();

    /** The answer as it is sent, without the line end. JSON escapes control characters, so it cannot hold one. */
    default String toLine() {
        return toJson().toString();
    }

    /** Reads a line; empty when it is none of the three. */
    static Optional<ControlAnswer> parse(String line) {
        return Json.object(line).flatMap(ControlAnswer::from);
    }

    private static Optional<ControlAnswer> from(ObjectNode object) {
        try {
            return Optional.of(object.has("progress") ? underway(object) : end(object));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ControlAnswer underway(ObjectNode object) {
        return Json.STANDARD.readKnown(object, Underway.class);
    }

    private static ControlAnswer end(ObjectNode object) {
        End end = Json.STANDARD.readKnown(object, End.class);
        return end.ok()
                ? new Done(end.result().orElseThrow(IllegalArgumentException::new))
                : new Failed(
                        end.error().orElseThrow(IllegalArgumentException::new).fault());
    }

    /** The last line of an answer: it has a result when all went well, else an error. */
    record End(
            boolean ok,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<ObjectNode> result,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<FaultParts> error) {}

    /** The command goes on. */
    record Underway(Progress progress) implements ControlAnswer {
        @Override
        public Kind kind() {
            return Kind.PROGRESS;
        }

        @Override
        public ObjectNode toJson() {
            return Json.STANDARD.tree(this);
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
            return Json.STANDARD.tree(new End(true, Optional.of(result), Optional.empty()));
        }
    }

    /** The command did not end well: the fault's parts and the exit status for the program that asked. */
    record Failed(OperatorFault fault) implements ControlAnswer {
        @Override
        public Kind kind() {
            return Kind.FAILED;
        }

        @Override
        public ObjectNode toJson() {
            return Json.STANDARD.tree(new End(false, Optional.empty(), Optional.of(FaultParts.of(fault))));
        }
    }
}
