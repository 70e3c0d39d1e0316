package oks.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.MissingPermission;
import oks.fault.OperatorFault;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads a configuration file against a table of settings and reports everything that is wrong with it at once. */
final class ConfigFile {
    private static final long LARGEST_FILE = 1 << 20;

    private final Path file;
    private final Path prefix;
    private final SettingsTable table;
    private final Map<Setting<?>, GivenValue> values = new HashMap<>();
    /** The mistakes in the file, by line and then in the order found. */
    private final TreeMap<Integer, List<String>> errors = new TreeMap<>();

    private final List<String> errorsOfEnvironment = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();

    private ConfigFile(Path file, SettingsTable table) {
        this.file = file.toAbsolutePath().normalize();
        this.prefix = prefixOf(this.file);
        this.table = table;
    }

    /**
     * Reads a file, then the environment, which has the last word.
     *
     * @throws OperatorFault USAGE: the file cannot be read, is not TOML, or it or the environment has keys or values
     *     that the table does not know; one line of text per error, each naming file, line and key, or the variable
     */
    static Configuration read(Path file, SettingsTable table, Map<String, String> environment) {
        ConfigFile reading = new ConfigFile(file, table);
        reading.parse(reading.text());
        reading.readEnvironment(environment);
        return new Configuration(table, reading.prefix, Optional.of(reading.file), reading.values, reading.ignored);
    }

    /** The configuration without a file: the environment and the defaults, as with an empty file below a prefix. */
    static Configuration none(Path prefix, SettingsTable table, Map<String, String> environment) {
        ConfigFile reading = new ConfigFile(prefix.resolve("etc").resolve(table.fileName()), table);
        reading.readEnvironment(environment);
        return new Configuration(table, reading.prefix, Optional.empty(), reading.values, reading.ignored);
    }

    private void readEnvironment(Map<String, String> environment) {
        new EnvironmentSettings(table, prefix).read(environment, values::put, errorsOfEnvironment::add, ignored::add);
        if (!errors.isEmpty() || !errorsOfEnvironment.isEmpty()) {
            throw fault();
        }
    }

    /** The directory from which a configuration file's relative paths count: the parent of the file's directory. */
    static Path prefixOf(Path file) {
        Path directory = file.toAbsolutePath().normalize().getParent();
        Path parent = directory == null ? null : directory.getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private String text() {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw unreadable(
                        "has %d bytes, but a configuration file has at most %d", Files.size(file), LARGEST_FILE);
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw unreadable("does not exist").because(e);
        } catch (CharacterCodingException e) {
            throw unreadable("is not UTF-8 text").because(e);
        } catch (IOException e) {
            if (e instanceof AccessDeniedException denied) {
                throw MissingPermission.explain(
                                OperatorFault.of(
                                        ExitCode.USAGE,
                                        "%s%s",
                                        IoReason.withFile(denied),
                                        MissingPermission.whose(denied)),
                                denied)
                        .because(e);
            }
            throw unreadable(Files.isDirectory(file) ? "is a directory" : "could not be read")
                    .because(e);
        }
    }

    private OperatorFault unreadable(String why, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, "file \"%s\" " + why, with(file, values))
                .next("name the configuration file of %s, such as \"etc/%s\"", table.program(), table.fileName());
    }

    private static Object[] with(Object first, Object... others) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(others));
        return all.toArray();
    }

    private void parse(String text) {
        TomlParseResult toml = Toml.parse(text);
        for (TomlParseError error : toml.errors()) {
            note(error.position(), "column " + error.position().column() + ": " + lowerFirst(error.getMessage()));
        }
        // After an error of syntax, keys may have landed in another table than the one meant: only values are looked
        // at.
        visit(toml, List.of(), toml.hasErrors());
    }

    private void visit(TomlTable part, List<String> path, boolean skipUnknown) {
        for (String key : part.keySet()) {
            Object value = part.get(List.of(key));
            TomlPosition position = part.inputPositionOf(List.of(key));
            List<String> here = new ArrayList<>(path);
            here.add(key);
            String name = String.join(".", here);
            Optional<Setting<?>> setting = table.find(name);
            if (setting.isPresent()) {
                take(setting.get(), value, position);
            } else if (value instanceof TomlTable inner
                    && !(inner.isEmpty() && !table.tables().contains(name))) {
                visit(inner, here, skipUnknown);
            } else if (table.tables().contains(name)) {
                note(
                        position,
                        String.format(
                                Locale.ROOT,
                                "\"%s\" is %s, but a table \"[%s]\" is expected",
                                name,
                                TomlText.shown(value),
                                name));
            } else if (!skipUnknown) {
                note(position, String.format(Locale.ROOT, "unknown key \"%s\"%s", name, NearestName.hint(name, table)));
            }
        }
    }

    private <T> void take(Setting<T> setting, Object value, TomlPosition position) {
        try {
            Object written = value instanceof TomlArray array ? array.toList() : value;
            Origin origin = Origin.line(position == null ? 0 : position.line());
            values.put(setting, new GivenValue(setting.read(value, prefix), written, origin));
        } catch (BadValue e) {
            note(
                    position,
                    String.format(
                            Locale.ROOT,
                            "key \"%s\" is %s, but %s is expected",
                            setting,
                            TomlText.shown(value),
                            e.expected()));
        }
    }

    private void note(TomlPosition position, String error) {
        int line = position == null ? 0 : position.line();
        errors.computeIfAbsent(line, any -> new ArrayList<>()).add(error);
    }

    private OperatorFault fault() {
        List<String> lines = new ArrayList<>();
        errors.forEach((line, found) -> {
            for (String error : found) {
                // "column" comes with errors of syntax and belongs to the line's number.
                String between = error.startsWith("column ") ? " " : ": ";
                lines.add("file \"" + file + "\" line " + line + between + error);
            }
        });
        lines.addAll(errorsOfEnvironment);
        return OperatorFault.of(ExitCode.USAGE, "%s", String.join("\n", lines))
                .next(
                        "correct the %s; all settings are in %s(5)",
                        errors.isEmpty() ? "environment" : "file", table.fileName());
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
