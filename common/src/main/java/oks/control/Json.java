package oks.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Lines of JSON, strictly: one object, no member twice, nothing after it. */
final class Json {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The object on this line; empty when the line is anything else. */
    static Optional<ObjectNode> parse(String line) {
        try {
            JsonNode node = STRICT.readTree(line);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The text; null, which means "none" in all results, when it is empty. */
    static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The object as one line, without a line end. JSON escapes control characters, so it cannot hold one either. */
    static String line(ObjectNode object) {
        return object.toString();
    }
}
