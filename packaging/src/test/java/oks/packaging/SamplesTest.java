package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.config.OksHttpSettings;
import oks.config.OksdSettings;
import oks.config.SampleFile;
import oks.config.SettingsTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SamplesTest {

    static SettingsTable[] tables() {
        return new SettingsTable[] {OksdSettings.table(), OksHttpSettings.table()};
    }

    /** When this fails after a change to the table: store what it expects. */
    @ParameterizedTest
    @MethodSource("tables")
    void theSampleFileIsWhatTheTableOfSettingsMakes(SettingsTable table) throws IOException {
        assertThat(Files.readString(Path.of("src/main/etc", table.fileName()))).isEqualTo(SampleFile.of(table));
    }
}
