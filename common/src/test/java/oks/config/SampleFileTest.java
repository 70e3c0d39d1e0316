package oks.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SampleFileTest {
    @TempDir
    private Path prefix;

    static SettingsTable[] tables() {
        return new SettingsTable[] {OksdSettings.table(), OksHttpSettings.table()};
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aSampleWithEverySettingUncommentedMeansTheDefaults(SettingsTable table) throws IOException {
        String uncommented = SampleFile.of(table).replaceAll("(?m)^#(?=[a-z])", "");
        Path file = Files.createDirectory(prefix.resolve("etc")).resolve(table.fileName());
        Configuration given = ConfigFile.read(Files.writeString(file, uncommented), table, Map.of());
        assertThat(ConfigFile.none(prefix, table, Map.of()).changesTo(given)).isEmpty();
        for (Setting<?> setting : table.settings()) {
            assertThat(uncommented).containsPattern("(?m)^" + setting.key() + " = ");
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aSampleAsDeliveredIsAValidFile(SettingsTable table) throws IOException {
        Path file = Files.createDirectory(prefix.resolve("etc")).resolve(table.fileName());
        ConfigFile.read(Files.writeString(file, SampleFile.of(table)), table, Map.of());
        assertThat(SampleFile.of(table).lines()).allMatch(line -> line.length() <= 100);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everySettingHasOneSentenceAndANameInItsTable(SettingsTable table) {
        for (Setting<?> setting : table.settings()) {
            assertThat(setting.sentence())
                    .as(setting.name())
                    .matches("[A-Z].*[A-Za-z0-9]\\.")
                    .doesNotContain("\n");
            assertThat(setting.name()).matches("[a-z]+\\.[a-z0-9_]+");
        }
    }
}
