package oks.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import oks.openpgp.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in a file under a setting's name reaches the member of that name, and no other. */
final class EverySettingTest {
    /** Values of every type; each setting takes the first that it accepts and that is not its default. */
    private static final List<Object> VALUES = List.of(
            true,
            false,
            7L,
            "udp://192.0.2.1:514",
            "none",
            "debug",
            "json",
            "local3",
            "90s",
            "3s",
            "48MiB",
            "48KiB",
            "5MiB",
            "192.0.2.7",
            "forwarded",
            "all",
            "refuse",
            "elsewhere",
            "keys@example.org",
            List.of("192.0.2.0/24"),
            List.of("nl"),
            List.of("example.org"),
            List.of("backup"));

    private static final Pattern RANGE = Pattern.compile("from (\"?\\w+\"?) to (\"?\\w+\"?)$");

    /** Members that another setting's value reaches too, or whose table in the file is another one. */
    private static final Map<String, List<String>> ELSEWHERE = Map.of(
            "database.directory", List.of("database.directory", "recovery.directory"),
            "log.rocksdb_directory", List.of("store.rocksdbDirectory"));

    @TempDir
    private Path prefix;

    static Stream<Setting<?>> settingsOfOksd() {
        return OksdSettings.table().settings().stream();
    }

    static Stream<Setting<?>> settingsOfOksHttp() {
        return OksHttpSettings.table().settings().stream();
    }

    @ParameterizedTest
    @MethodSource("settingsOfOksd")
    void reachesItsMemberInOksd(Setting<?> setting) throws IOException {
        Map<String, Object> standard = members(OksdSettings.standard(prefix));
        changesItsMember(setting, standard, members(OksdSettings.read(fileWithAnother(setting), Map.of())));
    }

    @ParameterizedTest
    @MethodSource("settingsOfOksHttp")
    void reachesItsMemberInOksHttp(Setting<?> setting) throws IOException {
        Map<String, Object> standard = members(OksHttpSettings.standard(prefix));
        changesItsMember(setting, standard, members(OksHttpSettings.read(fileWithAnother(setting), Map.of())));
    }

    static Stream<Setting<?>> settingsWithARange() {
        return Stream.concat(settingsOfOksd(), settingsOfOksHttp())
                .filter(setting -> RANGE.matcher(setting.expected()).find());
    }

    /** The range that messages, samples and manual show is the one that holds, both ends in it. */
    @ParameterizedTest
    @MethodSource("settingsWithARange")
    void takesBothEndsOfItsRangeAndNothingBeyond(Setting<?> setting) {
        Matcher range = RANGE.matcher(setting.expected());
        assertThat(range.find()).isTrue();
        assertThat(read(setting, toml(range.group(1)))).isNotNull();
        assertThat(read(setting, toml(range.group(2)))).isNotNull();
        assertThat(read(setting, moved(range.group(1), -1))).isNull();
        assertThat(read(setting, moved(range.group(2), 1))).isNull();
    }

    private static Object toml(String end) {
        return end.startsWith("\"") ? end.replace("\"", "") : Long.valueOf(end);
    }

    /** The value just beyond an end of a range, as it would stand in the file. */
    private static Object moved(String end, int by) {
        if (!end.startsWith("\"")) {
            return Long.parseLong(end) + by;
        }
        String text = end.replace("\"", "");
        return ByteSize.parse(text).isPresent()
                ? ByteSize.parse(text).getAsLong() + by + "B"
                : TimeSpan.parse(text).orElseThrow().toMillis() + by + "ms";
    }

    @Test
    void noMemberIsWithoutASetting() {
        assertThat(members(OksdSettings.standard(prefix)))
                .hasSize(OksdSettings.table().settings().size());
        assertThat(members(OksHttpSettings.standard(prefix)))
                .hasSize(OksHttpSettings.table().settings().size());
    }

    private void changesItsMember(Setting<?> setting, Map<String, Object> standard, Map<String, Object> changed) {
        TreeSet<String> different = new TreeSet<>();
        standard.forEach((member, value) -> {
            if (!Objects.equals(value, changed.get(member))) {
                different.add(member);
                assertThat(changed.get(member))
                        .hasToString(plain(read(setting, another(setting))).toString());
            }
        });
        assertThat(different)
                .containsExactlyElementsOf(ELSEWHERE.getOrDefault(setting.name(), List.of(memberName(setting))));
    }

    private Path fileWithAnother(Setting<?> setting) throws IOException {
        Path file = Files.createDirectory(prefix.resolve("etc")).resolve("any.conf");
        return Files.writeString(file, setting.name() + " = " + TomlText.of(another(setting)) + "\n");
    }

    private Object another(Setting<?> setting) {
        Object standard = setting.standard(prefix);
        return VALUES.stream()
                .filter(value ->
                        read(setting, value) != null && !read(setting, value).equals(standard))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError(setting + " takes none of VALUES: add one that is " + setting.expected()));
    }

    /** The value as the program would see it; null if it is not accepted. */
    private Object read(Setting<?> setting, Object toml) {
        try {
            return setting.read(toml, prefix);
        } catch (BadValue refused) {
            return null;
        }
    }

    private static String memberName(Setting<?> setting) {
        return inCamelCase(setting.table(), setting.key());
    }

    private static String inCamelCase(String table, String key) {
        return table + "."
                + Pattern.compile("_(.)")
                        .matcher(key)
                        .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }

    /** The values of a record of records, by dotted name. */
    private static Map<String, Object> members(Record settings) {
        Map<String, Object> members = new TreeMap<>();
        for (RecordComponent table : settings.getClass().getRecordComponents()) {
            if (value(settings, table) instanceof Record inTable) {
                for (RecordComponent member : inTable.getClass().getRecordComponents()) {
                    if (value(inTable, member) instanceof Limits limits) {
                        limits.values().forEach((limit, most) -> members.put(inCamelCase("upload", limit.key()), most));
                    } else {
                        members.put(table.getName() + "." + member.getName(), value(inTable, member));
                    }
                }
            }
        }
        return members;
    }

    private static Object value(Record of, RecordComponent component) {
        try {
            return plain(component.getAccessor().invoke(of));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object plain(Object value) {
        return value instanceof Optional<?> optional ? optional.orElse(null) : value;
    }
}
