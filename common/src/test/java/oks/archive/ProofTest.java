package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import oks.archive.Proof.Level;
import oks.durable.RealDisk;
import oks.recovery.Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProofTest {
    /** As oks-archive(5) shows it. */
    private static final String STORED = """
            {
              "format" : 1,
              "level" : "blocks",
              "at" : "2026-11-30T09:12:44Z",
              "program" : "oks-backup 2.0.0",
              "sha256" : "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            }
            """;

    private static final Hash NOTHING = Hash.of(Hash.sha256().digest());
    private static final Proof PROOF =
            new Proof(Level.BLOCKS, Instant.parse("2026-11-30T09:12:44.7Z"), NOTHING, "oks-backup 2.0.0");

    @TempDir
    private Path scratch;

    private final RealDisk disk = new RealDisk();

    private Path archive() {
        return scratch.resolve("sample-20261122170535-5.full.tar.gz");
    }

    @Test
    void theStoredSampleIsWhatIsWrittenAndRead() throws IOException {
        PROOF.write(disk, archive());
        assertThat(Files.readString(SidecarFile.PROOF.of(archive()))).isEqualTo(STORED);
        assertThat(Proof.beside(disk, archive())).contains(PROOF);
    }

    @ParameterizedTest
    @EnumSource
    void everyLevelComesBackFromItsFile(Level level) throws IOException {
        Proof proof = new Proof(level, PROOF.at(), NOTHING, "x");
        proof.write(disk, archive());
        assertThat(Proof.beside(disk, archive())).contains(proof);
        assertThat(proof.ofContent()).isEqualTo(level != Level.BYTES);
    }

    @Test
    void itProvesNothingAboutAnArchiveWithAnotherChecksum() throws IOException {
        PROOF.write(disk, archive());
        String name = archive().getFileName().toString();
        new ArchiveChecksum(NOTHING, name).write(disk, archive());
        assertThat(Proof.beside(disk, archive())).isPresent();
        new ArchiveChecksum(Hash.of(Hash.sha256().digest(new byte[1])), name).write(disk, archive());
        assertThat(Proof.beside(disk, archive())).isEmpty();
    }

    /** An archive of an older version has none; a newer version may prove something that we do not know. */
    @ParameterizedTest
    @ValueSource(strings = {"1,", "\"blocks\"", "2026", "e3b0", "\"format\"", "}"})
    void aRecordThatCannotBeUnderstoodProvesNothing(String damaged) throws IOException {
        assertThat(Proof.beside(disk, archive())).isEmpty();
        Files.writeString(SidecarFile.PROOF.of(archive()), STORED.replace(damaged, damaged.equals("1,") ? "2," : "x"));
        assertThat(Proof.beside(disk, archive())).isEmpty();
    }

    @Test
    void aRestoreSaysMoreThanBlocksAndTheLaterOfTwoEqualsStays() {
        Proof later = new Proof(Level.BLOCKS, PROOF.at().plusSeconds(9), NOTHING, "x");
        Proof restored = new Proof(Level.RESTORED, PROOF.at().minusSeconds(9), NOTHING, "x");
        assertThat(PROOF.or(later)).isEqualTo(later);
        assertThat(later.or(PROOF)).isEqualTo(later);
        assertThat(later.or(restored)).isEqualTo(restored);
        assertThat(restored.or(later)).isEqualTo(restored);
    }
}
