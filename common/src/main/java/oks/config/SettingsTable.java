package oks.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All settings of one program, in the order of its sample file. */
public final class SettingsTable {
    private final String program;
    private final List<Setting<?>> settings;
    private final Map<String, Setting<?>> byName;
    private final Map<String, String> tables;

    /** @param tables each TOML table's name and what it is about, in order */
    SettingsTable(String program, Map<String, String> tables, List<Setting<?>> settings) {
        this.program = program;
        this.tables = new LinkedHashMap<>(tables);
        this.settings = List.copyOf(settings);
        this.byName = this.settings.stream().collect(Collectors.toMap(Setting::name, Function.identity()));
        for (Setting<?> setting : settings) {
            if (!tables.containsKey(setting.table())) {
                throw new IllegalArgumentException("no table for " + setting);
            }
        }
    }

    /** The program whose settings these are, such as {@code oksd}. */
    public String program() {
        return program;
    }

    /** The name of the program's configuration file, such as {@code oksd.conf}. */
    public String fileName() {
        return program + ".conf";
    }

    public List<Setting<?>> settings() {
        return settings;
    }

    /** The TOML tables in order: their names. */
    public List<String> tables() {
        return List.copyOf(tables.keySet());
    }

    /** The subject of a TOML table, in a few words. */
    public String about(String table) {
        return tables.get(table);
    }

    /** The settings of one TOML table, in order. */
    public List<Setting<?>> settingsOf(String table) {
        return settings.stream()
                .filter(setting -> setting.table().equals(table))
                .toList();
    }

    /** The setting with this dotted name. */
    public Optional<Setting<?>> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
