package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import oks.durable.RealDisk;
import oks.testing.FaultyDisk;
import org.junit.jupiter.api.Test;

/**
 * The stored sample of format 1 in {@code src/test/resources/oks/recovery}, from which oks-recovery(5) takes its
 * example. When this fails, the format changed: that needs a new format number, and files of format 1 must still be
 * read.
 */
final class StoredSampleTest {
    private static final List<String> NAMES = List.of(
            "sample-202611221049020000000001.recovery",
            "sample-202611221049090000000002.recovery",
            "sample-202611221049160000000003.recovery");

    /** Writes the sample into a directory: {@code StoredSampleTest DIRECTORY}. */
    public static void main(String[] arguments) throws IOException {
        FaultyDisk disk = RecoveryFixtures.disk();
        for (Path file : RecoveryFixtures.files(disk)) {
            Files.write(Path.of(arguments[0]).resolve(file.getFileName()), disk.bytes(file));
        }
    }

    private static Path stored(String name) throws URISyntaxException {
        return Path.of(StoredSampleTest.class.getResource(name).toURI());
    }

    @Test
    void todaysProgramWritesTheSameBytes() throws IOException, URISyntaxException {
        FaultyDisk disk = RecoveryFixtures.disk();
        assertThat(RecoveryFixtures.files(disk).stream()
                        .map(file -> file.getFileName().toString()))
                .containsExactlyElementsOf(NAMES);
        for (String name : NAMES) {
            assertThat(disk.bytes(RecoveryFixtures.DIRECTORY.resolve(name)))
                    .as(name)
                    .isEqualTo(Files.readAllBytes(stored(name)));
        }
    }

    @Test
    void todaysProgramReadsTheStoredBytes() throws IOException, URISyntaxException {
        List<Path> files = List.of(stored(NAMES.get(2)), stored(NAMES.get(0)), stored(NAMES.get(1)));
        RecoveryFixtures.Read read = RecoveryFixtures.read(new RealDisk(), files, LogPosition.START);
        assertThat(read.changes())
                .isEqualTo(RecoveryFixtures.read(RecoveryFixtures.disk()).changes());
        assertThat(read.end().unsealed()).isTrue();
        assertThat(read.end().torn()).isFalse();
        assertThat(read.end().position().last()).isEqualTo(new Lsn(7));
        assertThat(read.end().position().digest().hex())
                .isEqualTo("4d3ab7b1c2cdfab7710d26b6729732b239d3ef8e31688fd7b70cc947f24efe3f");
        assertThat(read.end().position().chain().hex())
                .isEqualTo("1228df0d7c1b3106b2595a792812ad6a3236018859cea34defdf912bb8da1a7b");
    }
}
