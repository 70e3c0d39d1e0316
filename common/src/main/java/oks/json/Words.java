package oks.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Values of enums as JSON has them. */
public final class Words {
    private Words() {}

    /** A value's name in lower case. */
    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @SuppressWarnings("unchecked") // Jackson asks for enums only
    static Scalar<Object> scalar(Class<?> type) {
        Object[] values = type.getEnumConstants();
        return Scalar.text(
                (Class<Object>) type,
                expected(Arrays.stream(values).map(value -> of((Enum<?>) value)).toList()),
                text -> Arrays.stream(values)
                        .filter(value -> of((Enum<?>) value).equals(text))
                        .findFirst()
                        .orElseThrow(),
                value -> of((Enum<?>) value));
    }

    /** {@code "one", "two" or "three"} */
    private static String expected(List<String> words) {
        List<String> quoted = new ArrayList<>(words);
        quoted.replaceAll(word -> '"' + word + '"');
        int last = quoted.size() - 1;
        return last == 0 ? quoted.get(0) : String.join(", ", quoted.subList(0, last)) + " or " + quoted.get(last);
    }
}
