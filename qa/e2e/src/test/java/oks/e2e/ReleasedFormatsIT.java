package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.testing.ExternalProgram;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What released versions wrote opens, verifies and restores for ever; what a newer one writes is refused by name. */
class ReleasedFormatsIT {
    private static final Path RELEASED = Path.of("src/test/resources/oks/released");

    @TempDir
    private Path scratch;

    static List<Path> releases() throws IOException {
        try (Stream<Path> entries = Files.list(RELEASED)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void theDatabaseOpensWithEverythingInIt(Path release) throws Exception {
        Map<String, String> state = state(release);
        try (Keyserver keyserver = Keyserver.in(scratch)) {
            unpackDatabase(release);
            keyserver.startOksd();
            JsonNode status = keyserver.status();
            assertThat(status.path("certificates").asText()).isEqualTo(state.get("certificates"));
            assertThat(status.path("durable_lsn").asText()).isEqualTo(state.get("lsn"));
            assertThat(status.path("digest").asText()).isEqualTo(state.get("digest"));
            keyserver.oksctl("check").done();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void archiveAndRecoveryFilesVerifyAndRestore(Path release) throws Exception {
        Map<String, String> state = state(release);
        Path copies = scratch.resolve("copies");
        FileUtils.copyDirectory(release.toFile(), copies.toFile());
        Files.delete(copies.resolve("database.tar.gz"));
        Path archive;
        try (Stream<Path> files = Files.list(copies)) {
            archive = files.filter(file -> file.toString().endsWith(".full.tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
        try (Keyserver keyserver = Keyserver.in(scratch)) {
            assertThat(keyserver.oksBackup("verify", copies.toString()).done().stdout())
                    .doesNotContain("BAD");
            String proof = keyserver
                    .oksRestore(
                            "from",
                            archive.toString(),
                            "--recovery",
                            copies.toString(),
                            "--db",
                            scratch.resolve("restored").toString())
                    .done()
                    .stdout();
            assertThat(proof)
                    .contains("LSN " + state.get("lsn"), state.get("digest"))
                    .containsPattern("left out +nothing");
        }
    }

    @Test
    void aDatabaseOfANewerFormatIsRefusedByName() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch)) {
            unpackDatabase(releases().get(0));
            Path identity = keyserver.database().resolve("IDENTITY");
            Files.writeString(identity, Files.readString(identity).replaceFirst("format \\d+", "format 999"));
            Finished refused = keyserver.oksdOnce(keyserver.conf("oksd")).ended(1);
            assertThat(refused.stderr()).contains(keyserver.database().toString(), "999");
        }
    }

    private void unpackDatabase(Path release) throws Exception {
        ExternalProgram.require("tar", "tar");
        Path var = Files.createDirectories(scratch.resolve("var"));
        Finished.run(
                        var,
                        "tar",
                        "-xzf",
                        release.resolve("database.tar.gz").toAbsolutePath().toString())
                .done();
    }

    private static Map<String, String> state(Path release) throws IOException {
        return Files.readAllLines(release.resolve("state")).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }
}
