package oks.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;

/** The arguments of one request, each checked when it is taken. */
final class Arguments {
    private static final int QUOTED = 40;

    private final String command;
    private final ObjectNode request;

    Arguments(String command, ObjectNode request) {
        this.command = command;
        this.request = request;
    }

    /** Refuses every member but {@code command} and these. */
    Arguments only(String... names) {
        Set<String> known = Set.of(names);
        for (Iterator<String> members = request.fieldNames(); members.hasNext(); ) {
            String member = members.next();
            if (!member.equals("command") && !known.contains(member)) {
                throw refused("command \"%s\" has no argument \"%s\"", command, quoted(member));
            }
        }
        return this;
    }

    long number(String name, long min, long max) {
        JsonNode value = required(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            throw wrong(name, value, "a whole number from " + min + " to " + max);
        }
        return value.longValue();
    }

    long number(String name, long min, long max, long otherwise) {
        return request.has(name) ? number(name, min, max) : otherwise;
    }

    String text(String name, int maxLength) {
        JsonNode value = required(name);
        if (!value.isTextual()
                || value.textValue().isEmpty()
                || value.textValue().length() > maxLength) {
            throw wrong(name, value, "a text of 1 to " + maxLength + " characters");
        }
        return value.textValue();
    }

    /** One line of text: what may stand in a log and on a terminal. */
    String line(String name, int maxBytes) {
        JsonNode value = required(name);
        if (!value.isTextual() || !isLine(value.textValue(), maxBytes)) {
            throw wrong(name, value, "one line of 1 to " + maxBytes + " bytes of UTF-8");
        }
        return value.textValue();
    }

    static boolean isLine(String text, int maxBytes) {
        return !text.isBlank()
                && text.getBytes(StandardCharsets.UTF_8).length <= maxBytes
                && text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.SURROGATE
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
    }

    static void requireLine(String text, int maxBytes) {
        if (!isLine(text, maxBytes)) {
            throw new IllegalArgumentException("not one line of 1 to " + maxBytes + " bytes");
        }
    }

    boolean flag(String name, boolean otherwise) {
        if (!request.has(name)) {
            return otherwise;
        }
        JsonNode value = required(name);
        if (!value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.booleanValue();
    }

    Instant time(String name) {
        JsonNode value = required(name);
        try {
            return Instant.parse(value.isTextual() ? value.textValue() : "");
        } catch (DateTimeException e) {
            throw wrong(name, value, "a time such as \"2026-11-22T10:49:02Z\"");
        }
    }

    Fingerprint fingerprint(String name) {
        JsonNode value = required(name);
        try {
            return Fingerprint.parse(value.isTextual() ? value.textValue() : "");
        } catch (IllegalArgumentException e) {
            throw wrong(name, value, "a fingerprint of 40 hexadecimal digits (64 for version 6, 32 for version 3)");
        }
    }

    boolean has(String name) {
        return request.has(name);
    }

    OperatorFault wrong(String name, JsonNode value, String expected) {
        return refused(
                "argument \"%s\" of command \"%s\" is %s, but %s is expected",
                name, command, quoted(value.toString()), expected);
    }

    JsonNode required(String name) {
        JsonNode value = request.get(name);
        if (value == null) {
            throw refused("command \"%s\" lacks its argument \"%s\"", command, name);
        }
        return value;
    }

    static OperatorFault refused(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values)
                .kept("nothing was done")
                .next("see oks-control(5) for the commands and their arguments");
    }

    /** What the peer sent, short enough for one line and without characters that a terminal obeys. */
    static String quoted(String sent) {
        StringBuilder shown = new StringBuilder();
        sent.codePoints().limit(QUOTED).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return sent.codePointCount(0, sent.length()) > QUOTED ? shown + "…" : shown.toString();
    }
}
