package oks.backup;

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
        return CommandRun.of("oks-backup", OksBackup::new, line.isEmpty() ? new String[0] : line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "full --help", "recovery --help", "list --help", "verify --version"})
    void helpAndVersionAreOnStandardOutput(String line) {
        CommandRun run = run(line);
        assertThat(run.status()).isZero();
        assertThat(run.stdout()).contains("oks-backup");
        assertThat(run.stderr()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--nonsense",
                "full",
                "full --out",
                "full --out /tmp --compress lzma",
                "recovery",
                "list",
                "verify",
                "verify no-such-file",
                "full --out /tmp --conf no-such.conf"
            })
    void usageErrorsHaveStatusTwoAndAHint(String line) {
        CommandRun run = run(line);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.stderr()).startsWith("oks-backup: error: ").contains("oks-backup: next: ");
        assertThat(run.stdout()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "full --out x --rate 0, '\"0\" is no size'",
        "recovery --out x --since -1, '\"-1\" is not the ordinal'",
        "recovery --out x --since 0, '\"0\" is not the ordinal'",
        "follow --out x --since first, '\"first\" is not the ordinal'",
        "expire x --keep-full 0, '--keep-full is 0'",
        "expire x --keep-full 1 --keep-days -1, '--keep-days is -1'",
    })
    void aNumberOutOfRangeIsNamed(String line, String named) {
        CommandRun run = run(line);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.stderr()).contains(named);
    }

    @Test
    void theManualPageNamesEveryOptionAndEveryStatus() throws IOException {
        ManualPage page = ManualPage.of("oks-backup.1");
        assertThat(page.differencesFrom(new OksBackup())).isEmpty();
        assertThat(page.missingStatuses()).isEmpty();
    }

    @Test
    void aFaultIsOneObjectWithJson() {
        CommandRun run = run("verify no-such.tar --json");
        assertThat(run.json().path("ok").asBoolean(true)).isFalse();
        assertThat(run.json().path("error").path("exit").asInt()).isEqualTo(2);
        assertThat(run.stderr()).isEmpty();
    }
}
