package oks.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import oks.fault.UtcTime;

/**
 * A type whose values are one text, number or truth value in JSON.
 *
 * @param expected what is expected, for messages, such as "a whole number"
 * @param reading makes a value of what was read; empty when it cannot be one
 * @param writing the value as text, number or truth value
 */
public record Scalar<T>(
        Class<T> type, String expected, Function<JsonNode, Optional<T>> reading, Function<T, Object> writing) {
    /** A time to the second; a fraction may follow. */
    public static final String TIME = "a time such as \"2026-11-22T10:49:02Z\"";

    static final String NUMBER = "a whole number";

    /** Those that every object may have. */
    static List<Scalar<?>> standard() {
        return List.of(
                number(long.class, NUMBER, 0, Long.MAX_VALUE, number -> number, number -> number),
                number(Long.class, NUMBER, 0, Long.MAX_VALUE, number -> number, number -> number),
                number(int.class, NUMBER, 0, Integer.MAX_VALUE, number -> (int) number, number -> number),
                number(Integer.class, NUMBER, 0, Integer.MAX_VALUE, number -> (int) number, number -> number),
                number(Duration.class, NUMBER, 0, Integer.MAX_VALUE, Duration::ofSeconds, Duration::toSeconds),
                truth(boolean.class),
                truth(Boolean.class),
                fraction(double.class),
                fraction(Double.class),
                text(String.class, "a text", text -> text, text -> text),
                text(Path.class, "a path", Path::of, Path::toString),
                text(UUID.class, "a UUID", UUID::fromString, UUID::toString),
                text(Instant.class, TIME, Instant::parse, UtcTime::of));
    }

    /**
     * A type whose values are texts.
     *
     * @param parsing makes a value; any exception means that it cannot
     */
    public static <T> Scalar<T> text(
            Class<T> type, String expected, Function<String, T> parsing, Function<T, Object> writing) {
        return new Scalar<>(
                type,
                expected,
                node -> node.isTextual() ? parsed(parsing, node.textValue()) : Optional.empty(),
                writing);
    }

    private static <T> Optional<T> parsed(Function<String, T> parsing, String text) {
        try {
            return Optional.of(parsing.apply(text));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** A type whose values are whole numbers from {@code min} to {@code max}. */
    public static <T> Scalar<T> number(
            Class<T> type, String expected, long min, long max, LongFunction<T> reading, ToLongFunction<T> writing) {
        return new Scalar<>(
                type,
                expected,
                node -> isWhole(node, min, max) ? Optional.of(reading.apply(node.longValue())) : Optional.empty(),
                writing::applyAsLong);
    }

    static boolean isWhole(JsonNode node, long min, long max) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= min && node.longValue() <= max;
    }

    private static Scalar<Boolean> truth(Class<Boolean> type) {
        return new Scalar<>(
                type,
                "true or false",
                node -> node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty(),
                value -> value);
    }

    private static Scalar<Double> fraction(Class<Double> type) {
        return new Scalar<>(
                type,
                "a number",
                node -> node.isNumber() ? Optional.of(node.doubleValue()) : Optional.empty(),
                value -> value);
    }

    /** The same with other bounds. */
    Scalar<T> within(Bounds bounds) {
        String range = bounds.min() + " to " + bounds.max();
        boolean text = type == String.class;
        return new Scalar<>(
                type,
                text ? "a text of " + range + " characters" : "a whole number from " + range,
                node -> text
                        ? length(node, bounds)
                        : isWhole(node, bounds.min(), bounds.max()) ? reading.apply(node) : Optional.empty(),
                writing);
    }

    private Optional<T> length(JsonNode node, Bounds bounds) {
        int length = node.isTextual() ? node.textValue().length() : -1;
        return length >= bounds.min() && length <= bounds.max() ? reading.apply(node) : Optional.empty();
    }

    /** The same as one line of text. */
    Scalar<T> asLine(Line line) {
        return new Scalar<>(
                type,
                "one line of 1 to " + line.max() + " bytes of UTF-8",
                node -> node.isTextual() && LineRule.holds(node.textValue(), line.max())
                        ? reading.apply(node)
                        : Optional.empty(),
                writing);
    }
}
