package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.config.OksHttpSettings;
import oks.config.OksdSettings;
import oks.config.Setting;
import oks.config.SettingsTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** oksd.conf(5) and oks-http.conf(5) list the settings that the programs have, as the programs have them. */
final class SettingsPagesTest {
    private static final String SECTION = "SETTINGS";

    static SettingsTable[] tables() {
        return new SettingsTable[] {OksdSettings.table(), OksHttpSettings.table()};
    }

    /** Writes the section SETTINGS of both pages anew; run in the module's directory after a change to a table. */
    public static void main(String[] none) throws IOException {
        for (SettingsTable table : tables()) {
            Path page = ManualPages.page(page(table));
            String text = Files.readString(page);
            Files.writeString(page, text.replace(ManualPages.section(page(table), SECTION), section(table)));
        }
    }

    private static String page(SettingsTable table) {
        return table.fileName() + ".5";
    }

    @ParameterizedTest
    @MethodSource("tables")
    void thePageListsTheTableOfSettings(SettingsTable table) throws IOException {
        assertThat(ManualPages.section(page(table), SECTION)).isEqualTo(section(table));
    }

    private static String section(SettingsTable table) {
        StringBuilder text = new StringBuilder("Each setting is shown with its default.\n");
        for (String name : table.tables()) {
            text.append(".Ss [").append(name).append("]\n");
            text.append(sentence(table.about(name))).append(".\n");
            text.append(".Bl -tag -width Ds\n");
            for (Setting<?> setting : table.settingsOf(name)) {
                describe(setting, text);
            }
            text.append(".El\n");
        }
        return text.toString();
    }

    private static void describe(Setting<?> setting, StringBuilder text) {
        text.append(".It Ic ")
                .append(setting.key())
                .append(" = ")
                .append(macroSafe(setting.standardAsToml()))
                .append('\n');
        text.append(setting.sentence().replace(". ", ".\n")).append('\n'); // mdoc: a sentence, a line
        text.append("Takes ").append(setting.expected()).append(".\n");
        text.append(
                switch (setting.change()) {
                    case RELOAD -> "A change takes effect when the configuration is read again.\n";
                    case RESTART -> "A change takes effect at the next start.\n";
                });
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** In a macro's arguments, quotes would group words instead of being shown. */
    private static String macroSafe(String toml) {
        return toml.replace("\"", "\\(dq");
    }
}
