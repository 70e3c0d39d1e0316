package oks.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.Collection;

/** A value that is not what is expected of its member. Jackson adds where it stands. */
final class UnexpectedValue extends JsonMappingException {
    private static final long serialVersionUID = 1;

    private final String expected;

    UnexpectedValue(JsonParser parser, String expected) {
        super(parser, expected + " is expected");
        this.expected = expected;
    }

    /** The expected structure, for a type that is no scalar. */
    static String structure(Class<?> type) {
        if (type == byte[].class) {
            return "a text in base64";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }

    String expected() {
        return expected;
    }
}
