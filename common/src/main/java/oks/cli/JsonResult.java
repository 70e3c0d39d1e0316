package oks.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import oks.fault.OperatorFault;
import oks.json.FaultParts;
import oks.json.Json;

/**
 * The members that every object of {@code --json} has: {@code ok}, true exactly when the exit status is 0, and else
 * {@code error}.
 */
public final class JsonResult {
    private JsonResult() {}

    /** A result's own members between {@code ok} and, when the command ends with a fault, {@code error}. */
    public static ObjectNode of(ObjectNode members, Optional<OperatorFault> fault) {
        ObjectNode result = Json.object().put("ok", fault.isEmpty());
        result.setAll(members);
        fault.ifPresent(why -> result.set("error", error(why)));
        return result;
    }

    /** A fault's parts and the exit status that it means; null for a part that it does not have. */
    public static ObjectNode error(OperatorFault fault) {
        return Json.STANDARD.tree(FaultParts.of(fault));
    }

    /** The text; null when it is empty. */
    public static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
