package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every command takes the backup directory in the same ways; that none of those named here exists shows which one was
 * meant.
 */
final class BackupDirectoryTest {
    private static final String VARIABLE = "OKS_BACKUP_DIRECTORY";

    @TempDir
    private Path scratch;

    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        conf = FakeOksd.configuration(scratch);
    }

    private CommandRun run(Map<String, String> environment, String command, Object... more) {
        String[] line = Stream.concat(
                        Stream.of(command.split(" ")), Stream.of(more).map(Object::toString))
                .toArray(String[]::new);
        return CommandRun.with(environment, "oks-backup", OksBackup::new, line);
    }

    private CommandRun run(Map<String, String> environment, String command, List<Object> more) {
        return run(
                environment,
                command,
                Stream.concat(more.stream(), Stream.of("--conf", conf)).toArray());
    }

    private void configure(String directory) throws IOException {
        Files.writeString(conf, Files.readString(conf) + "[backup]\ndirectory = \"" + directory + "\"\n");
    }

    private static void assertMissing(CommandRun run, Path directory) {
        assertThat(run.stderr()).contains("\"" + directory + "\" does not exist");
        assertThat(run.stdout()).isEmpty();
        assertThat(run.status()).isIn(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "recovery", "follow", "check", "list", "verify", "expire --keep-full 1"})
    void theDirectoryIsNamedTheSameWaysEverywhere(String command) throws IOException {
        Path named = scratch.resolve("named");
        Path other = scratch.resolve("other");
        CommandRun nowhere = run(Map.of(), command, List.of());
        assertThat(nowhere.status()).isEqualTo(2);
        assertThat(nowhere.stderr())
                .contains("no backup directory is named", "--out DIR", "backup.directory", VARIABLE);
        assertMissing(run(Map.of(), command, List.of("--out", named)), named);
        assertMissing(run(Map.of(), command, List.of(named)), named);
        assertMissing(run(Map.of(), "--out " + named + " " + command, List.of()), named);
        assertMissing(run(Map.of(), command, List.of("--out", named, named + "/.")), named);
        CommandRun both = run(Map.of(), command, List.of("--out", named, other));
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.stderr())
                .contains("option --out names \"" + named + "\", but \"" + other + "\" is named as well");

        assertMissing(run(Map.of(VARIABLE, named.toString()), command, List.of()), named);
        assertMissing(run(Map.of(VARIABLE, "named"), command, List.of()), named); // from the parent of etc
        configure("configured");
        assertMissing(run(Map.of(), command, List.of()), scratch.resolve("configured"));
        assertMissing(run(Map.of(VARIABLE, named.toString()), command, List.of()), named);
        assertMissing(run(Map.of(VARIABLE, other.toString()), command, List.of("--out", named)), named);
        assertMissing(run(Map.of(VARIABLE, other.toString()), command, List.of(named)), named);
        assertThat(run(Map.of(VARIABLE, ""), command, List.of()).stderr()).contains("no backup directory is named");
    }

    @Test
    void standardOutputIsNamedInBothWays() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1);
        }
        for (List<Object> way :
                List.of(List.<Object>of("-"), List.<Object>of("--out", "-"), List.<Object>of("-", "--out", "-"))) {
            CommandRun run = run(Map.of(VARIABLE, scratch.resolve("other").toString()), "full -q --compress none", way);
            assertThat(run.status()).as(run.stderr()).isZero();
            assertThat(run.out()).hasSizeGreaterThan(4096);
        }
        assertThat(run(Map.of(), "full", List.of("-", "--out", scratch)).status())
                .isEqualTo(2);
    }

    /** Where only archives are kept, there is no oksd.conf. */
    @Test
    void theVariableIsEnoughWithoutAConfiguration() throws IOException {
        Path out = Files.createDirectory(scratch.resolve("out"));
        CommandRun run = run(Map.of(VARIABLE, out.toString()), "list");
        assertThat(run.status()).as(run.stderr()).isZero();
        assertThat(run.stdout()).contains("nothing of OKS is in \"" + out + "\"");
        assertThat(run(Map.of(), "list").stderr()).contains("no backup directory is named");
    }
}
