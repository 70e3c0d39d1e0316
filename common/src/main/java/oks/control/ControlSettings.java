package oks.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings that oksd works with: the result of {@code config}; its members are specified in oks-control(5).
 *
 * @param file the configuration file's absolute path; empty for none
 */
public record ControlSettings(String file, List<Entry> settings) {

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
        ObjectNode result = Json.object().put("path", Json.orNull(file));
        ArrayNode list = result.putArray("settings");
        for (Entry entry : settings) {
            ObjectNode one = list.addObject().put("name", entry.name());
            one.set("value", entry.value());
            one.put("origin", entry.origin());
            one.set("after_restart", entry.afterRestart().orElse(null));
        }
        return result;
    }

    /**
     * Reads the result of {@code config}.
     *
     * @throws oks.fault.OperatorFault FAILED if a member is missing or of another type
     */
    public static ControlSettings fromJson(ObjectNode result) {
        Members members = new Members("config", result);
        List<Entry> entries = new ArrayList<>();
        for (Members entry : members.objects("settings")) {
            JsonNode later = entry.object().path("after_restart");
            entries.add(new Entry(
                    entry.text("name"),
                    entry.object().path("value"),
                    entry.text("origin"),
                    later.isMissingNode() || later.isNull() ? Optional.empty() : Optional.of(later)));
        }
        return new ControlSettings(members.textIfAny("path"), entries);
    }
}
