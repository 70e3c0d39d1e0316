package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import oks.testing.CommandRun;
import oks.testing.ManualPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BasicsTest {
    private static CommandRun run(String line) {
        return CommandRun.of("oks-restore", OksRestore::new, line.isEmpty() ? new String[0] : line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "from --help",
                "show --help",
                "replay --help",
                "salvage --help",
                "from --version"
            })
    void helpAndVersionAreOnStandardOutput(String line) {
        CommandRun run = run(line);
        assertThat(run.status()).isZero();
        assertThat(run.stdout()).contains("oks-restore");
        assertThat(run.stderr()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--nonsense",
                "from",
                "salvage",
                "salvage x --keyring y",
                "from x.tar",
                "from --nonsense",
                "from no-such.tar --db /tmp/x",
                "show",
                "from x --db y --recovery no-such-directory"
            })
    void usageErrorsHaveStatusTwoAndAHint(String line) {
        CommandRun run = run(line);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.stderr()).startsWith("oks-restore: error: ").contains("oks-restore: next: ");
        assertThat(run.stdout()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "from x --db y --until-lsn -1, '\"-1\" is not the number of a change'",
        "from x --db y --until tomorrow, '\"tomorrow\" is not a time'",
        "replay x --db y --follow --every 0, '--every is 0'",
        "show x --since 24:00, '\"24:00\" is not a time'",
    })
    void aNumberOrTimeOutOfRangeIsNamed(String line, String named) {
        CommandRun run = run(line);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.stderr()).contains(named);
    }

    @Test
    void theManualPageNamesEveryOptionAndEveryStatus() throws IOException {
        ManualPage page = ManualPage.of("oks-restore.1");
        assertThat(page.differencesFrom(new OksRestore())).isEmpty();
        assertThat(page.missingStatuses()).isEmpty();
    }

    @Test
    void aFaultIsOneObjectWithJson() {
        CommandRun run = run("from no-such.tar --db /tmp/x --json");
        assertThat(run.json().path("ok").asBoolean(true)).isFalse();
        assertThat(run.json().path("error").path("exit").asInt()).isEqualTo(2);
        assertThat(run.stderr()).isEmpty();
    }
}
