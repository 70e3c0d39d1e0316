package oks.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A JSON object of which every member must be there, of the right type, and known. */
final class StrictObject {
    private final JsonNode node;
    private final String what;
    private final Set<String> taken = new HashSet<>();

    StrictObject(JsonNode node, String what) {
        if (node == null || !node.isObject()) {
            throw new IllegalArgumentException(what + " is not an object");
        }
        this.node = node;
        this.what = what;
    }

    private JsonNode member(String name) {
        taken.add(name);
        JsonNode member = node.get(name);
        if (member == null) {
            throw new IllegalArgumentException(what + " lacks \"" + name + "\"");
        }
        return member;
    }

    long number(String name, long min, long max) {
        JsonNode member = member(name);
        if (!member.isIntegralNumber() || !member.canConvertToLong()) {
            throw new IllegalArgumentException("\"" + name + "\" is not a whole number");
        }
        long number = member.longValue();
        if (number < min || number > max) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is " + number + ", but " + min + " to " + max + " can be");
        }
        return number;
    }

    String text(String name) {
        JsonNode member = member(name);
        if (!member.isTextual()) {
            throw new IllegalArgumentException("\"" + name + "\" is not a text");
        }
        return member.textValue();
    }

    <T> T value(String name, Function<String, T> reading) {
        String text = text(name);
        try {
            return reading.apply(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("\"" + name + "\" is \"" + text + "\"", e);
        }
    }

    StrictObject object(String name) {
        return new StrictObject(member(name), "\"" + name + "\"");
    }

    Optional<StrictObject> optionalObject(String name) {
        return node.has(name) ? Optional.of(object(name)) : Optional.empty();
    }

    List<StrictObject> objects(String name) {
        JsonNode member = member(name);
        if (!member.isArray()) {
            throw new IllegalArgumentException("\"" + name + "\" is not a list");
        }
        List<StrictObject> objects = new ArrayList<>();
        for (JsonNode element : member) {
            objects.add(new StrictObject(element, "an element of \"" + name + "\""));
        }
        return objects;
    }

    /** Refuses members that nobody took. */
    void end() {
        node.fieldNames().forEachRemaining(name -> {
            if (!taken.contains(name)) {
                throw new IllegalArgumentException(what + " has an unknown member \"" + name + "\"");
            }
        });
    }
}
