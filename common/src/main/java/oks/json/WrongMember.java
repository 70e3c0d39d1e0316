package oks.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;

/**
 * A member that an object must not have, lacks, or has with a wrong value. A record may throw it for one of its own
 * components; the reader adds where the record stands.
 */
public final class WrongMember extends IllegalArgumentException {
    /** More code points of a foreign value are not shown. */
    private static final int SHOWN = 40;

    private static final long serialVersionUID = 1;

    /** What is wrong with it. */
    public enum Mistake {
        /** It is not one of the object's. */
        UNKNOWN,
        /** It is not there. */
        MISSING,
        /** Its value cannot be. */
        WRONG
    }

    private final Mistake mistake;
    private final String object;
    private final String name;
    private final String shown;
    private final String expected;

    WrongMember(Mistake mistake, String object, String name, JsonNode value, String expected) {
        this(mistake, object, name, shown(value.isMissingNode() ? "nothing" : value.toString()), expected);
    }

    private WrongMember(Mistake mistake, String object, String name, String shown, String expected) {
        super(message(mistake, object.isEmpty() ? name : object + "." + name, shown, expected));
        this.mistake = mistake;
        this.object = object;
        this.name = name;
        this.shown = shown;
        this.expected = expected;
    }

    private static String message(Mistake mistake, String path, String shown, String expected) {
        String quoted = '"' + shown(path) + '"';
        return switch (mistake) {
            case UNKNOWN -> "it has an unknown member " + quoted;
            case MISSING -> "it lacks " + quoted;
            case WRONG -> quoted + " is " + shown + ", but " + expected + " is expected";
        };
    }

    /**
     * Of a record that is made of a wrong value.
     *
     * @param name of the member, as JSON has it
     * @param expected such as "a time since 1970"
     */
    public static WrongMember of(String name, String value, String expected) {
        return new WrongMember(Mistake.WRONG, "", name, TextNode.valueOf(value), expected);
    }

    /** The same, of a record that stands there. */
    WrongMember in(String place) {
        return new WrongMember(mistake, place, name, shown, expected);
    }

    public Mistake mistake() {
        return mistake;
    }

    /** Where the object stands that has the member, such as {@code recovery} or {@code files[3]}; empty at the top. */
    public String object() {
        return object;
    }

    /** The member's name; foreign when it is {@link Mistake#UNKNOWN}. */
    public String name() {
        return name;
    }

    /** The value as JSON has it, by {@link #shown}; "nothing" when it is missing. */
    public String value() {
        return shown;
    }

    /** The expected value, such as "a whole number". */
    public String expected() {
        return expected;
    }

    /** The text that was sent, short enough for one line and without characters that a terminal obeys. */
    public static String shown(String sent) {
        StringBuilder shown = new StringBuilder();
        sent.codePoints().limit(SHOWN).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return sent.codePointCount(0, sent.length()) > SHOWN ? shown + "…" : shown.toString();
    }
}
