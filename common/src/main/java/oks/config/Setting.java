package oks.config;

import java.nio.file.Path;

/**
 * One setting: its dotted name, type, default, range, when a change takes effect, and one sentence.
 *
 * @param <T> what the program gets to see
 */
public final class Setting<T> {

    /** The moment at which a changed value takes effect. */
    public enum Change {
        /** At SIGHUP or {@code oksctl reload}. */
        RELOAD,
        /** At the next start. */
        RESTART
    }

    private final String name;
    private final SettingType<T> type;
    private final Object standard;
    private final Change change;
    private final String sentence;

    /** @param standard the default as the TOML reader would give it */
    Setting(String name, SettingType<T> type, Object standard, Change change, String sentence) {
        this.name = name;
        this.type = type;
        this.standard = standard;
        this.change = change;
        this.sentence = sentence;
        standard(Path.of("/"));
    }

    /** The dotted name, such as {@code recovery.retry_after}: table, dot, key. */
    public String name() {
        return name;
    }

    /** The name's part before the dot: the TOML table. */
    public String table() {
        return name.substring(0, name.indexOf('.'));
    }

    /** The name's part after the dot: the key within its table. */
    public String key() {
        return name.substring(name.indexOf('.') + 1);
    }

    /**
     * The values that the setting accepts, range included, such as {@code a duration such as "10s", from "100ms" to
     * "1h"}.
     */
    public String expected() {
        return type.expected();
    }

    public Change change() {
        return change;
    }

    /** The purpose of the setting, in one sentence. */
    public String sentence() {
        return sentence;
    }

    /** The default as it would stand in the file, such as {@code "10s"}, {@code true} or {@code []}. */
    public String standardAsToml() {
        return TomlText.of(standard);
    }

    /** The default as the TOML reader would give it. */
    Object standard() {
        return standard;
    }

    /** The default; relative paths count from the prefix. */
    public T standard(Path prefix) {
        try {
            return type.read(standard, prefix);
        } catch (BadValue e) {
            throw new IllegalArgumentException("the default of " + name + " is not " + e.expected(), e);
        }
    }

    T read(Object toml, Path prefix) throws BadValue {
        return type.read(toml, prefix);
    }

    @Override
    public String toString() {
        return name;
    }
}
