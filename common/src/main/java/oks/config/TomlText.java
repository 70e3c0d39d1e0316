package oks.config;

import java.util.List;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** TOML values as text, for messages and for the sample file. */
final class TomlText {
    private static final int LONGEST_SHOWN = 60;

    private TomlText() {}

    /** A value as it stands in a file: {@code "text"}, {@code 12}, {@code true}, {@code ["a", "b"]}. */
    static String of(Object toml) {
        if (toml instanceof String text) {
            return '"' + Toml.tomlEscape(text).toString() + '"';
        }
        if (toml instanceof List<?> list) {
            return list.stream().map(TomlText::of).collect(Collectors.joining(", ", "[", "]"));
        }
        return String.valueOf(toml);
    }

    /** A value for a message: as in the file, but tables are only named, and long values are cut. */
    static String shown(Object toml) {
        if (toml instanceof TomlTable) {
            return "a table";
        }
        String text = of(toml instanceof TomlArray array ? array.toList() : toml);
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
