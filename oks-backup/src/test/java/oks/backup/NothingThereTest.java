package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import oks.archive.ArchiveChecksum;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory in which nothing is, as of a disk that is not mounted, and an archive of which the end is nothing. */
final class NothingThereTest {
    @TempDir
    private Path scratch;

    private Path empty;
    private Path out;
    private Path conf;

    @BeforeEach
    void makeDirectories() throws IOException {
        empty = Files.createDirectory(scratch.resolve("empty"));
        Files.createDirectory(empty.resolve("lost+found"));
        out = Files.createDirectory(scratch.resolve("out"));
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1);
        }
        conf = FakeOksd.configuration(scratch);
    }

    private static CommandRun run(Object... args) {
        return CommandRun.of(
                "oks-backup",
                OksBackup::new,
                Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    }

    private Path archive() {
        CommandRun run = run("full", "--out", out, "--compress", "none", "--conf", conf, "-q", "--json");
        assertThat(run.status()).as(run.stderr()).isZero();
        return Path.of(run.json().path("path").asText());
    }

    @Test
    void verifyOfADirectoryWithoutAnythingFailsAlsoBesideOneThatIsGood() {
        CommandRun alone = run("verify", empty);
        assertThat(alone.status()).isEqualTo(1);
        assertThat(alone.stdout())
                .isEqualTo("BAD  " + empty + ": directory \"" + empty + "\" holds no archive and no recovery file\n");

        archive();
        CommandRun both = run("verify", out, empty, "--json");
        assertThat(both.status()).isEqualTo(1);
        assertThat(both.json().path("ok").booleanValue()).isFalse();
        assertThat(run("verify", out).status()).isZero();
    }

    @Test
    void expireOfADirectoryWithoutAnythingFails() {
        CommandRun run = run("expire", empty, "--keep-full", "1", "--confirm");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.stderr()).contains("holds no archive and no recovery file", "mount the disk");
    }

    @Test
    void anArchiveThatHasOurNameButLostItsManifestIsDamagedAndNotMadeByHand() throws IOException {
        Path archive = archive();
        byte[] bytes = Files.readAllBytes(archive);
        int manifest = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("sample/MANIFEST.json");
        Arrays.fill(bytes, manifest, bytes.length, (byte) 0);
        Files.write(archive, bytes);
        Files.delete(ArchiveChecksum.fileOf(archive));

        CommandRun run = run("verify", archive);
        assertThat(run.status()).isEqualTo(5);
        assertThat(run.stdout())
                .startsWith("BAD  ")
                .contains("its manifest is missing: its end is damaged or was cut off");

        Path byHand = Files.move(archive, scratch.resolve("by-hand.tar"));
        assertThat(run("verify", byHand).stdout())
                .as("what nobody says to be ours")
                .contains("made by hand");
    }
}
