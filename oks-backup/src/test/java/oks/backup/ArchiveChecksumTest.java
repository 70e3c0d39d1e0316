package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import oks.archive.ArchiveChecksum;
import oks.archive.Compression;
import oks.backup.output.OutputLock;
import oks.backup.verify.Verification;
import oks.cli.ProgressDisplay;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code verify} must find in an archive that {@code full} wrote: everything. */
final class ArchiveChecksumTest {
    @TempDir
    private Path scratch;

    private Path archive(Compression compression) throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1);
        }
        Path out = Files.createDirectory(scratch.resolve("out"));
        Path conf = FakeOksd.configuration(scratch);
        CommandRun run = CommandRun.of(
                "oks-backup",
                OksBackup::new,
                "full",
                "--out",
                out.toString(),
                "--compress",
                compression.word(),
                "--conf",
                conf.toString(),
                "-q",
                "--json");
        assertThat(run.status()).as(run.stderr()).isZero();
        return Path.of(run.json().path("path").asText());
    }

    private static ExitCode verify(Path archive) throws IOException {
        List<Verification.Finding> findings = new Verification(
                        new RealDisk(), (text, total, unit) -> new ProgressDisplay.Silence())
                .verify(List.of(archive));
        return findings.get(0).fault().map(fault -> fault.code()).orElse(ExitCode.DONE);
    }

    /** Of every kind of byte some; the enumeration of all is ArchiveDamageTest's. */
    @ParameterizedTest
    @EnumSource(Compression.class)
    void verifyFindsFlippedBytesAndTruncations(Compression compression) throws IOException {
        Path archive = archive(compression);
        byte[] whole = Files.readAllBytes(archive);
        assertThat(verify(archive)).isEqualTo(ExitCode.DONE);
        for (int at = 0; at < whole.length; at += at < 16 ? 1 : whole.length / 50) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(archive, flipped);
            assertThat(verify(archive))
                    .as("byte %d of %d flipped", at, whole.length)
                    .isEqualTo(ExitCode.DAMAGED);
            Files.write(archive, Arrays.copyOf(whole, at));
            assertThat(verify(archive)).as("cut to %d of %d", at, whole.length).isEqualTo(ExitCode.DAMAGED);
        }
        Files.write(archive, whole);
        everyFlipOfTheChecksumFileIsFound(archive);
    }

    private void everyFlipOfTheChecksumFileIsFound(Path archive) throws IOException {
        Path file = ArchiveChecksum.fileOf(archive);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(file, flipped);
            assertThat(verify(archive))
                    .as("byte %d of the checksum flipped", at)
                    .isEqualTo(ExitCode.DAMAGED);
        }
        Files.write(file, whole);
        assertThat(verify(archive)).isEqualTo(ExitCode.DONE);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void sha256sumReadsTheChecksum(Compression compression) throws Exception {
        Path archive = archive(compression);
        Process process = new ProcessBuilder(
                        "sha256sum",
                        "--check",
                        "--strict",
                        ArchiveChecksum.fileOf(archive).getFileName().toString())
                .directory(archive.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        try (Stream<Path> files = Files.list(archive.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            archive.getFileName().toString(),
                            archive.getFileName() + ".sha256",
                            archive.getFileName() + ".proof.json",
                            OutputLock.Part.ARCHIVES.lock());
        }
    }
}
