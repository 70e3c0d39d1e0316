package oks.http.server;

import java.util.LinkedHashMap;
import java.util.Map;
import oks.http.answer.HttpFault;

/** The parameters of a URL; the first of each name counts, order and unknown ones do not. */
public final class Query {
    private static final int MOST_DIGITS = 9;

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Takes a URL's query apart; {@code null} is an empty one. Fails with 400 for a broken percent escape. */
    public static Query of(String query) {
        Query parsed = new Query();
        if (query != null) {
            for (String pair : query.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                parsed.values.putIfAbsent(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return parsed;
    }

    /** The value of a parameter; empty if it is not there. */
    public String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** The same query with another value of a parameter. */
    public Query with(String name, String value) {
        Query other = new Query();
        other.values.putAll(values);
        other.values.put(name, value);
        return other;
    }

    /**
     * The number that a parameter says; 0 if it is not there.
     *
     * @throws HttpFault 400 for what is no number
     */
    public int number(String name) {
        String said = get(name);
        if (!said.matches("[0-9]{0," + MOST_DIGITS + "}")) {
            throw HttpFault.of(400, "the parameter \"" + name + "\" is a number of at most " + MOST_DIGITS + " digits");
        }
        return said.isEmpty() ? 0 : Integer.parseInt(said);
    }

    /** Whether a parameter is there and says "on". */
    public boolean isOn(String name) {
        return get(name).equalsIgnoreCase("on");
    }

    private static String decode(String text) {
        try {
            return TypedText.decode(text, true);
        } catch (IllegalArgumentException e) {
            throw HttpFault.of(400, "the query has a percent sign that is not followed by two hexadecimal digits");
        }
    }
}
