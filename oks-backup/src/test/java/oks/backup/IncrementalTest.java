package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.archive.ManifestCopy;
import oks.archive.SidecarFile;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code full --incremental}, and what the other commands know of it. */
final class IncrementalTest {
    private final RealDisk disk = new RealDisk();

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;

    /** A database of which a full archive was made, and which has changed since. */
    @BeforeEach
    void prepare() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1, 2, 3).flush();
        }
    }

    private CommandRun run(String... args) {
        List<String> line = new ArrayList<>(List.of(args));
        line.addAll(List.of("--out", out.toString(), "-q"));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private CommandRun withDatabase(String... args) {
        List<String> line = new ArrayList<>(List.of(args));
        line.addAll(List.of("--conf", conf.toString()));
        return run(line.toArray(String[]::new));
    }

    private void change(long seed) throws IOException {
        try (SampleDatabase database = SampleDatabase.open(scratch.resolve("db"), 1)) {
            database.put(seed).flush();
        }
    }

    private Path full(String... more) {
        return Path.of(result(more).path("path").asText());
    }

    private JsonNode result(String... more) {
        List<String> line = new ArrayList<>(List.of("full", "--json"));
        line.addAll(List.of(more));
        CommandRun run = withDatabase(line.toArray(String[]::new));
        assertThat(run.status()).as(run.stdout() + run.stderr()).isZero();
        return run.json();
    }

    private static String name(Path archive) {
        return archive.getFileName().toString();
    }

    @Test
    void itSharesWithTheFullArchiveAndEverythingTellsWhatItNeeds() throws IOException {
        Path base = full();
        assertThat(SidecarFile.MANIFEST.of(base)).as("of a plain full archive").doesNotExist();
        change(4);
        JsonNode made = result("--incremental");
        assertThat(made.path("bases")).hasSize(1);
        assertThat(made.path("bases").get(0).asText()).isEqualTo(name(base));
        assertThat(made.path("shared_bytes").asLong())
                .isPositive()
                .isLessThan(made.path("bytes").asLong());
        assertThat(made.path("certificates").asLong()).isEqualTo(4);
        Path archive = Path.of(made.path("path").asText());
        assertThat(ManifestCopy.beside(disk, base)).as("read once").isPresent();
        assertThat(ManifestCopy.beside(disk, archive))
                .hasValueSatisfying(copy -> assertThat(copy.bases()).hasSize(1));

        CommandRun verified = run("verify");
        assertThat(verified.stdout())
                .contains("ok   " + archive, "; needs " + name(base))
                .doesNotContain("BAD");
        assertThat(verified.status()).isZero();
        assertThat(run("list").stdout()).contains(", needs " + name(base) + ", proven ");
        assertThat(run("list", "--json")
                        .json()
                        .path("archives")
                        .findValues("bases")
                        .get(1)
                        .get(0)
                        .asText())
                .isEqualTo(name(base));
        change(5);
        CommandRun third = withDatabase("full", "--incremental");
        assertThat(third.stdout()).contains("  incremental     ", name(base) + ", ", "which a restore needs");
    }

    @Test
    void aDatabaseWithoutEarlierArchivesMakesAFullOne() throws IOException {
        JsonNode made = result("--incremental");
        assertThat(made.path("bases")).isEmpty();
        assertThat(made.path("shared_bytes").asLong()).isZero();
        assertThat(SidecarFile.MANIFEST.of(Path.of(made.path("path").asText()))).isRegularFile();
        assertThat(run("verify").status()).isZero();
    }

    @Test
    void onlyProvenArchivesAreBases() throws IOException {
        Path base = full();
        Files.delete(SidecarFile.PROOF.of(base));
        assertThat(result("--incremental").path("bases")).isEmpty();
    }

    @Test
    void anArchiveThatCannotBeReadIsLeftAside() throws IOException {
        Path base = full();
        byte[] bytes = Files.readAllBytes(base);
        bytes[bytes.length / 2] ^= 1;
        Files.write(base, bytes);
        assertThat(result("--incremental").path("bases")).isEmpty();
        assertThat(ManifestCopy.beside(disk, base)).isEmpty();
    }

    @Test
    void aCopyOfAManifestThatGotLostOrGarbledIsMadeAgain() throws IOException {
        Path base = full();
        change(4);
        Path archive = full("--incremental");
        Files.writeString(SidecarFile.MANIFEST.of(base), "{}");
        Files.delete(SidecarFile.MANIFEST.of(archive));
        assertThat(run("list").stdout()).doesNotContain("needs");
        assertThat(run("verify").status()).isZero();
        assertThat(run("list").stdout()).contains(", needs " + name(base));
        assertThat(ManifestCopy.beside(disk, base)).isPresent();
    }

    @Test
    void expireKeepsWhatAKeptArchiveNeeds() throws IOException {
        Path unneeded = full();
        Path base = full();
        change(4);
        Path archive = full("--incremental");
        CommandRun expired = run("expire", "--keep-full", "1", "--confirm");
        assertThat(expired.status()).as(expired.stderr()).isZero();
        assertThat(expired.stdout()).containsPattern("keep +" + name(base) + ".*needed by " + name(archive));
        assertThat(unneeded).doesNotExist();
        assertThat(base).exists();
        assertThat(SidecarFile.PROOF.of(base)).exists();
        assertThat(run("verify").status()).isZero();

        change(5);
        Path next = full();
        assertThat(run("expire", "--keep-full", "1", "--confirm").status()).isZero();
        assertThat(List.of(base, archive)).noneMatch(Files::exists);
        assertThat(next).exists();
    }

    @Test
    void aMissingBaseIsAGapWhereverItIsNeeded() throws IOException {
        Path base = full();
        change(4);
        Path archive = full("--incremental");
        Path elsewhere = Files.move(base, scratch.resolve(name(base)));
        CommandRun verified = run("verify");
        assertThat(verified.status()).isEqualTo(6);
        assertThat(verified.stdout()).contains("BAD  " + archive, "needs archive \"" + name(base));
        assertThat(run("list").stdout()).contains(", cannot be restored without " + name(base) + ", MISSING");
        CommandRun expired = run("expire", "--keep-full", "1", "--confirm");
        assertThat(expired.status()).isEqualTo(6);
        assertThat(expired.stderr()).contains("lacks an archive that it needs", "nothing of the database is removed");
        CommandRun checked;
        try (SampleDatabase database = SampleDatabase.open(scratch.resolve("db"), 1);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            checked = withDatabase("check");
            assertThat(oksd).isNotNull();
        }
        assertThat(checked.status()).isEqualTo(6);
        assertThat(checked.stderr()).contains("incremental, and " + name(base) + ", which it needs, is missing");
        Files.move(elsewhere, base);
        assertThat(run("verify").status()).isZero();
    }

    @Test
    void checkSaysWhatTheArchiveNeeds() throws IOException {
        Path base = full();
        change(4);
        full("--incremental");
        try (SampleDatabase database = SampleDatabase.open(scratch.resolve("db"), 1);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            CommandRun checked = withDatabase("check", "--read-archive");
            assertThat(checked.status()).as(checked.stderr()).isZero();
            assertThat(checked.stdout()).contains(", which needs " + name(base));
            assertThat(withDatabase("check", "--json")
                            .json()
                            .path("bases")
                            .get(0)
                            .asText())
                    .isEqualTo(name(base));
            assertThat(oksd).isNotNull();
        }
    }

    @Test
    void aDamagedBaseMakesBothDamagedAndIsNamed() throws IOException {
        Path base = full("--compress", "none");
        change(4);
        Path archive = full("--incremental");
        byte[] bytes = Files.readAllBytes(base);
        for (int at = 4096; at < bytes.length - 4096; at += 512) {
            bytes[at + 100] ^= 1;
        }
        Files.write(base, bytes);
        CommandRun verified = run("verify");
        assertThat(verified.status()).isEqualTo(5);
        assertThat(verified.stdout())
                .contains("BAD  " + base, "BAD  " + archive, "needs archive \"" + base + "\", which is damaged: ");
    }

    @Test
    void aPipeAndAnEncryptedArchiveAreRefused() throws IOException {
        full();
        CommandRun pipe = CommandRun.of(
                "oks-backup", OksBackup::new, "full", "--incremental", "--out", "-", "--conf", conf.toString());
        assertThat(pipe.status()).isEqualTo(2);
        assertThat(pipe.stderr()).contains("--incremental needs a directory");
        assertThat(pipe.out()).isEmpty();
        Path certificate = Files.write(scratch.resolve("c.pgp"), SampleCertificates.certificate(9));
        CommandRun encrypted = withDatabase("full", "--incremental", "--encrypt", certificate.toString());
        assertThat(encrypted.status()).isEqualTo(2);
        assertThat(encrypted.stderr()).contains("--incremental and --encrypt exclude each other");
    }

    @Test
    void theCommandAfterItIsToldThatItIsIncremental() throws IOException {
        full();
        Path heard = scratch.resolve("heard");
        change(4);
        full("--incremental", "--exec-after", "echo \"$OKS_KIND $OKS_BASES\" > " + heard);
        assertThat(Files.readString(heard)).matches("incremental sample-\\d{14}-3\\.full\\.tar\\.gz\n");
        full("--exec-after", "echo \"$OKS_KIND $OKS_BASES\" > " + heard);
        assertThat(Files.readString(heard)).isEqualTo("full \n");
    }
}
