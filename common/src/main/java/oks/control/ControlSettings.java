package oks.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import oks.json.Json;
import oks.json.OrNull;

/**
 * The settings that oksd works with: the result of {@code config}; its members are specified in oks-control(5).
 *
 * @param file the configuration file's absolute path; empty for none
 */
public record ControlSettings(@JsonProperty("path") @OrNull String file, List<Entry> settings) {

    public ControlSettings {
        settings = List.copyOf(settings);
    }

    /**
     * One setting.
     *
     * @param name such as {@code recovery.retry_after}
     * @param value what is in force: a text, number, truth value or list of texts
     * @param origin {@code default}, {@code line 12} or {@code environment OKS_RECOVERY_RETRY_AFTER}
     * @param afterRestart the value that counts from the next start on, where that is another one
     */
    public record Entry(String name, JsonNode value, String origin, Optional<JsonNode> afterRestart) {}

    /** The object on the wire. */
    public ObjectNode toJson() {
        return Json.STANDARD.tree(this);
    }

    /**
     * Reads the result of {@code config}.
     *
     * @throws oks.fault.OperatorFault FAILED if a member is missing or of another type
     */
    public static ControlSettings fromJson(ObjectNode result) {
        return Results.read("config", result, ControlSettings.class);
    }
}
