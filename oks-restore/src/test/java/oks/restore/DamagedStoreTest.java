package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.archive.Compression;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;

/** An archive whose bytes came back as they were written, of a store that was damaged before. */
final class DamagedStoreTest extends RestoreScene {
    private static final int CERTIFICATES = 100;

    private String damaged;

    private Path archiveOfADamagedStore(double place) throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.putTogether(LongStream.rangeClosed(1, CERTIFICATES).toArray())
                    .flush();
            try (Stream<Path> files = Files.list(scratch.resolve("db/store"))) {
                Path table = files.filter(file -> file.toString().endsWith(".sst"))
                        .findFirst()
                        .orElseThrow();
                byte[] bytes = Files.readAllBytes(table);
                bytes[(int) ((bytes.length - 1) * place)] ^= 1;
                Files.write(table, bytes);
                damaged = table.getFileName().toString();
            }
            return archive(database, Compression.NONE);
        }
    }

    @Test
    void aRestoreNamesTheArchiveAndTheFileInItNotItsOwnStagingDirectory() throws IOException {
        assertRefused(restore(archiveOfADamagedStore(0.5), "--db", target, "-q"), "block checksum mismatch");
    }

    @Test
    void aStoreThatCannotEvenBeOpenedIsRefusedInTheSameWords() throws IOException {
        assertRefused(restore(archiveOfADamagedStore(1), "--db", target, "-q"), "Bad table magic number");
    }

    private void assertRefused(CommandRun run, String reason) {
        assertThat(run.status()).as(run.stderr()).isEqualTo(5);
        assertThat(run.stderr())
                .contains("archive-100.tar\" holds a damaged store: file \"" + damaged)
                .contains(
                        reason,
                        "the target directory was not made",
                        "restore from the newest verified archive before this one")
                .doesNotContain("restoring");
        assertNothingLeft();
    }
}
