package oks.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * Settings from the environment, for containers: {@code OKS_RECOVERY_RETRY_AFTER=5s} is {@code recovery.retry_after =
 * "5s"}. Texts need no quotes, lists are separated by commas; what TOML would take is taken, too.
 */
final class EnvironmentSettings {
    private static final String BEGIN = "OKS_";
    /** Variables that the launchers set, that oks-backup gives to --exec-after, and that asks for traces. */
    private static final Set<String> NO_SETTINGS =
            Set.of("OKS_PREFIX", "OKS_NATIVE", "OKS_ASCII", "OKS_DEBUG", "OKS_FILE", "OKS_KIND");
    /** Variables that Kubernetes puts into every container for a service named "oks" or "oks-…". */
    private static final Pattern OF_KUBERNETES = Pattern.compile(
            "OKS_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private final SettingsTable table;
    private final Path prefix;

    EnvironmentSettings(SettingsTable table, Path prefix) {
        this.table = table;
        this.prefix = prefix;
    }

    /** The variable that sets a setting, such as {@code OKS_RECOVERY_RETRY_AFTER}. */
    static String variable(String setting) {
        return BEGIN + setting.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /**
     * Reads the settings of the table.
     *
     * @param given gets each setting that the environment names, with its value
     * @param wrong gets a sentence for each variable whose value is not accepted, or whose name is nearly that of a
     *     setting
     * @param ignored gets the name of each other variable: it belongs to somebody else's tooling
     */
    void read(
            Map<String, String> environment,
            BiConsumer<Setting<?>, GivenValue> given,
            Consumer<String> wrong,
            Consumer<String> ignored) {
        new TreeMap<>(environment).forEach((name, text) -> { // sorted: the same errors in the same order
            if (name.startsWith(BEGIN) && !NO_SETTINGS.contains(name)) {
                Optional<Setting<?>> setting = find(table, name);
                if (setting.isPresent()) {
                    take(setting.get(), name, text, given, wrong);
                } else if (!known(name) && isNearSetting(name)) {
                    wrong.accept(String.format(
                            Locale.ROOT, "environment: variable \"%s\" is no setting%s", name, hint(name)));
                } else if (!known(name)) {
                    ignored.accept(name);
                }
            }
        });
    }

    private <T> void take(
            Setting<T> setting,
            String name,
            String text,
            BiConsumer<Setting<?>, GivenValue> given,
            Consumer<String> wrong) {
        String expected = setting.expected();
        for (Object written : readings(text)) {
            try {
                given.accept(setting, new GivenValue(setting.read(written, prefix), written, Origin.variable(name)));
                return;
            } catch (BadValue e) {
                expected = e.expected();
            }
        }
        wrong.accept(String.format(
                Locale.ROOT,
                "environment: variable \"%s\" is %s, but %s is expected",
                name,
                TomlText.shown(text),
                expected));
    }

    /** The possible meanings of a text, the likeliest first: itself, a value of TOML, a list. */
    private static List<Object> readings(String text) {
        TomlParseResult toml = Toml.parse("value = " + text);
        Object value = toml.hasErrors() || toml.size() != 1 ? text : toml.get(List.of("value"));
        List<String> list = text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",")).map(String::trim).toList();
        return List.of(text, value, list);
    }

    /** Several programs share an environment: what one of them knows is no mistake of another. */
    private static boolean known(String name) {
        return find(OksdTable.TABLE, name).isPresent()
                || find(OksHttpTable.TABLE, name).isPresent()
                || OF_KUBERNETES.matcher(name).matches();
    }

    /** Whether a setting was probably meant: its table is one of ours, or few letters differ. */
    private static boolean isNearSetting(String name) {
        return Stream.of(OksdTable.TABLE, OksHttpTable.TABLE)
                .anyMatch(settings -> settings.tables().stream()
                                .map(EnvironmentSettings::variable)
                                .anyMatch(of -> name.equals(of) || name.startsWith(of + "_"))
                        || NearestName.find(name, variables(settings)).isPresent());
    }

    private static List<String> variables(SettingsTable settings) {
        return settings.settings().stream()
                .map(setting -> variable(setting.name()))
                .toList();
    }

    private static Optional<Setting<?>> find(SettingsTable table, String variable) {
        return table.settings().stream()
                .filter(setting -> variable(setting.name()).equals(variable))
                .findFirst();
    }

    private String hint(String name) {
        return NearestName.find(name, variables(table))
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElse("");
    }
}
