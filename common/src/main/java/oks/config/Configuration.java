package oks.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The values of all settings of a table: those of the environment, then those of a file, and the defaults of those that
 * neither names.
 */
public final class Configuration {
    private final SettingsTable table;
    private final Path prefix;
    private final Optional<Path> file;
    private final Map<Setting<?>, GivenValue> values;
    private final List<String> ignored;

    Configuration(
            SettingsTable table,
            Path prefix,
            Optional<Path> file,
            Map<Setting<?>, GivenValue> given,
            List<String> ignored) {
        this.table = table;
        this.prefix = prefix;
        this.file = file;
        this.ignored = List.copyOf(ignored);
        this.values = new LinkedHashMap<>();
        for (Setting<?> setting : table.settings()) {
            GivenValue value = given.get(setting);
            values.put(setting, value == null ? GivenValue.standard(setting, prefix) : value);
        }
    }

    /** The file that was read; empty for defaults. */
    public Optional<Path> file() {
        return file;
    }

    /** The directory from which relative paths count: the parent of the file's directory. */
    public Path prefix() {
        return prefix;
    }

    /** The value of a setting of this configuration's table. */
    public <T> T get(Setting<T> setting) {
        @SuppressWarnings("unchecked") // only Setting<T>.read and Setting<T>.standard put values here
        T typed = (T) given(setting).value();
        return typed;
    }

    /** Where a setting's value came from. */
    public Origin origin(Setting<?> setting) {
        return given(setting).origin();
    }

    /** A setting's value as it counts, with paths absolute: a String, Long, Boolean or list of texts. */
    public Object inForce(Setting<?> setting) {
        return given(setting).inForce();
    }

    /** All settings of the table, in its order. */
    public List<Setting<?>> settings() {
        return table.settings();
    }

    /** A line per setting that has not its default: {@code recovery.retry_after = "5s" (line 12)}. */
    public List<String> differences() {
        return table.settings().stream()
                .filter(setting -> !origin(setting).equals(Origin.STANDARD))
                .map(setting -> setting + " = " + TomlText.of(inForce(setting)) + " (" + origin(setting) + ")")
                .toList();
    }

    /** The variables of the environment that begin like ours but are no settings, in order: somebody else's. */
    public List<String> ignoredVariables() {
        return ignored;
    }

    private GivenValue given(Setting<?> setting) {
        GivenValue value = values.get(setting);
        if (value == null) {
            throw new IllegalArgumentException(setting + " is no setting of " + table.program());
        }
        return value;
    }

    /** The settings whose value is another one in a newer configuration of the same table, in the table's order. */
    public List<Setting<?>> changesTo(Configuration newer) {
        return table.settings().stream()
                .filter(setting -> !Objects.equals(
                        given(setting).value(), newer.given(setting).value()))
                .<Setting<?>>map(setting -> setting)
                .toList();
    }
}
