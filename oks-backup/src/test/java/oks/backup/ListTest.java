package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import oks.durable.RealDisk;
import oks.recovery.RecoveryDirectory;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code list}: what can be restored, and what is between. */
final class ListTest {
    @TempDir
    private Path scratch;

    private Path out;
    private String[] where;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        Path conf = FakeOksd.configuration(scratch);
        where = new String[] {"--out", out.toString(), "--conf", conf.toString(), "-q"};
    }

    private CommandRun run(String... line) {
        return CommandRun.of("oks-backup", OksBackup::new, line);
    }

    private void full() {
        CommandRun run = run("full", where[0], where[1], where[2], where[3], where[4]);
        assertThat(run.status()).as(run.stderr()).isZero();
    }

    @Test
    void aGapIsShownAndNoArchiveBeforeItReachesBeyond() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(oksd).isNotNull();
            full();
            database.put(2).rotate().put(3).rotate().put(4).rotate();
            full();
            database.put(5);
            run("recovery", "--rotate", where[0], where[1], where[2], where[3]);
        }
        assertThat(run("list", out.toString()).stdout())
                .contains("restores LSN 1 to 5", "restores LSN 4 to 5")
                .doesNotContain("gap");
        List<Path> files = new RecoveryDirectory(new RealDisk(), out).paths();
        Files.delete(files.get(2)); // of LSN 3
        CommandRun list = run("list", out.toString());
        assertThat(list.stdout())
                .contains(
                        "restores LSN 1 to 2",
                        "restores LSN 4 to 5",
                        "gap: recovery file 0000000003 is missing",
                        "no archive from before LSN 3 can be restored beyond it");
        JsonNode ranges = run("list", out.toString(), "--json").json().path("ranges");
        assertThat(ranges).hasSize(2);
        assertThat(ranges.get(1).path("gap_before").asBoolean()).isTrue();
        CommandRun verify = run("verify", out.toString(), "-q");
        assertThat(verify.status())
                .as("the archive at LSN 4 needs nothing that is missing")
                .isZero();
        assertThat(verify.stdout()).contains("is missing: ");
    }

    @Test
    void anEmptyDirectoryIsSaidToBeEmpty() {
        assertThat(run("list", out.toString()).stdout()).isEqualTo("nothing of OKS is in \"" + out + "\"\n");
        assertThat(run("list", out.toString(), "--json").json().path("archives"))
                .isEmpty();
    }

    @Test
    void followSaysHowFarItIsBehind() throws IOException {
        SampleDatabase.create(scratch.resolve("db"), 1).put(1, 2).close();
        CommandRun once = run("follow", "--once", where[0], where[1], where[2], where[3], "--json");
        assertThat(once.json().path("lsn").asLong()).isEqualTo(2);
        assertThat(once.json().path("behind_seconds").isNumber()).isTrue();
        assertThat(run("follow", "--once", where[0], where[1], where[2], where[3])
                        .stdout())
                .contains("ms behind");
    }
}
