package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import oks.archive.Compression;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;

/** Recovery files of a disk that is not mounted, and an archive of which the end is nothing. */
final class NothingThereTest extends RestoreScene {
    private Path archive() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            return archive(database.put(1, 2).flush(), Compression.NONE);
        }
    }

    @Test
    void aDirectoryThatWasNamedForItsRecoveryFilesMustHaveSome() throws IOException {
        Path archive = archive();
        CommandRun run = restore(archive, "--db", target, "--recovery", copies, "-q");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.stderr()).contains("no recovery file is in \"" + copies + "\"", "mount the disk");
        assertNothingLeft();
        assertThat(restore(archive, "--db", target, "-q").status())
                .as("without naming any")
                .isZero();
        assertThat(CommandRun.of("oks-restore", OksRestore::new, "replay", copies.toString(), "--db", target.toString())
                        .status())
                .isEqualTo(1);
    }

    @Test
    void anArchiveThatHasOurNameButLostItsManifestIsDamagedAndNotMadeByHand() throws IOException {
        byte[] bytes = Files.readAllBytes(archive());
        int manifest = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("sample/MANIFEST.json");
        Arrays.fill(bytes, manifest, bytes.length, (byte) 0);
        Path ours = Files.write(scratch.resolve("sample-20261130065422-2.full.tar"), bytes);
        CommandRun run = restore(ours, "--db", target, "-q");
        assertThat(run.status()).isEqualTo(5);
        assertThat(run.stderr()).contains("its manifest is missing");
        assertNothingLeft();

        CommandRun byHand = restore(Files.move(ours, scratch.resolve("by-hand.tar")), "--db", target, "-q");
        assertThat(byHand.status()).as(byHand.stderr()).isZero();
    }
}
