package oks.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The members of a result, each checked when it is taken: what is missing or of another type is a fault, FAILED, that
 * names it. For programs that read what oksd answers.
 *
 * @param of what the object is, for messages, such as "status"
 * @param object the object
 */
public record Members(String of, ObjectNode object) {

    /** A whole number, zero or more. */
    public long number(String name) {
        JsonNode value = object.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw wrong(name, "a whole number");
        }
        return value.longValue();
    }

    /** True or false. */
    public boolean flag(String name) {
        JsonNode value = object.path(name);
        if (!value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value.booleanValue();
    }

    /** A text, which may be empty. */
    public String text(String name) {
        JsonNode value = object.path(name);
        if (!value.isTextual()) {
            throw wrong(name, "a text");
        }
        return value.textValue();
    }

    /** A text that may be null or missing: then it is empty. */
    public String textIfAny(String name) {
        return object.hasNonNull(name) ? text(name) : "";
    }

    /** A whole number that may be null or missing: then it is 0. */
    public long numberIfAny(String name) {
        return object.hasNonNull(name) ? number(name) : 0;
    }

    /** An object's members; empty for null and where it is missing. */
    Optional<Members> objectIfAny(String name) {
        return object.hasNonNull(name) ? Optional.of(object(name)) : Optional.empty();
    }

    /** A time such as "2026-11-22T10:49:02Z". */
    public Instant time(String name) {
        return timeIfAny(name).orElseThrow(() -> wrong(name, "a time"));
    }

    /** A time, or none when it is null. */
    Optional<Instant> timeIfAny(String name) {
        String text = object.has(name) ? textIfAny(name) : text(name);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            throw wrong(name, "a time such as \"2026-11-22T10:49:02Z\"");
        }
    }

    /** A UUID. */
    public UUID uuid(String name) {
        try {
            return UUID.fromString(text(name));
        } catch (IllegalArgumentException e) {
            throw wrong(name, "a UUID");
        }
    }

    /** The value whose word this member is. */
    public <T> T oneOf(String name, T[] values, Function<T, String> word) {
        String text = text(name);
        for (T value : values) {
            if (word.apply(value).equals(text)) {
                return value;
            }
        }
        throw wrong(name, "one that this version knows");
    }

    /** An object's members. */
    public Members object(String name) {
        if (object.path(name) instanceof ObjectNode inner) {
            return new Members(of + "." + name, inner);
        }
        throw wrong(name, "an object");
    }

    /** A list of texts. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(name)) {
            if (!element.isTextual()) {
                throw wrong(name, "a list of texts");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** A list of whole numbers, zero or more. */
    public List<Long> numbers(String name) {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode element : list(name)) {
            if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
                throw wrong(name, "a list of whole numbers");
            }
            numbers.add(element.longValue());
        }
        return numbers;
    }

    /** A list of objects. */
    public List<Members> objects(String name) {
        List<Members> members = new ArrayList<>();
        for (JsonNode element : list(name)) {
            if (!(element instanceof ObjectNode inner)) {
                throw wrong(name, "a list of objects");
            }
            members.add(new Members(of + "." + name, inner));
        }
        return members;
    }

    private ArrayNode list(String name) {
        if (object.path(name) instanceof ArrayNode array) {
            return array;
        }
        throw wrong(name, "a list");
    }

    private OperatorFault wrong(String name, String expected) {
        JsonNode value = object.path(name);
        return OperatorFault.of(
                        ExitCode.FAILED,
                        "oksd's answer \"%s\" has %s as its member \"%s\", but %s is expected",
                        of,
                        value.isMissingNode() ? "nothing" : Arguments.quoted(value.toString()),
                        name,
                        expected)
                .next("use programs of the same release as oksd: compare \"oksctl --version\" with its log");
    }
}
