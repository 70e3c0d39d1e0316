package oks.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The values of all settings of a table: those of a file, and the defaults of those that the file does not name. */
public final class Configuration {
    private final SettingsTable table;
    private final Path prefix;
    private final Optional<Path> file;
    private final Map<Setting<?>, Object> values;

    private Configuration(SettingsTable table, Path prefix, Optional<Path> file, Map<Setting<?>, Object> given) {
        this.table = table;
        this.prefix = prefix;
        this.file = file;
        this.values = new LinkedHashMap<>();
        for (Setting<?> setting : table.settings()) {
            Object value = given.get(setting);
            values.put(setting, value == null ? setting.standard(prefix) : value);
        }
    }

    /** What a file says. */
    static Configuration of(SettingsTable table, Path prefix, Path file, Map<Setting<?>, Object> given) {
        return new Configuration(table, prefix, Optional.of(file), given);
    }

    /** The defaults, with paths below a prefix. */
    static Configuration standard(SettingsTable table, Path prefix) {
        return new Configuration(table, prefix.toAbsolutePath().normalize(), Optional.empty(), Map.of());
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
        Object value = values.get(setting);
        if (value == null) {
            throw new IllegalArgumentException(setting + " is no setting of " + table.program());
        }
        @SuppressWarnings("unchecked") // only Setting<T>.read and Setting<T>.standard put values here
        T typed = (T) value;
        return typed;
    }

    /** The settings whose value is another one in a newer configuration of the same table, in the table's order. */
    public List<Setting<?>> changesTo(Configuration newer) {
        return table.settings().stream()
                .<Setting<?>>filter(setting -> !Objects.equals(values.get(setting), newer.values.get(setting)))
                .toList();
    }
}
