package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import oks.openpgp.Limits;
import oks.openpgp.ParsedUpload;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import oks.testing.CommandRun;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShowTest {
    @TempDir
    private Path scratch;

    private List<Path> files;

    @BeforeEach
    void make() throws IOException {
        SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
        database.put(1).update(1, 1).rotate().point("before\u001b[31m").put(2);
        database.kill();
        files = database.recoveryFiles();
    }

    private CommandRun show(String... options) {
        return CommandRun.of(
                "oks-restore",
                OksRestore::new,
                Stream.of(Stream.of("show"), files.stream().map(Path::toString), Stream.of(options))
                        .flatMap(part -> part)
                        .toArray(String[]::new));
    }

    @Test
    void everyChangeIsALine() {
        CommandRun run = show();
        assertThat(run.status()).isZero();
        assertThat(run.stdout().lines())
                .anyMatch(line -> line.matches("  1  2026-11-22T10:49:0\\S+  PUT  " + SampleCertificates.fingerprint(1)
                        + "  \\d+ bytes  from hkp"))
                .anyMatch(line -> line.matches("  2  .*  PUT  .* from hkp  replaces LSN 1"))
                .anyMatch(line -> line.endsWith("  POINT  \"before\\u001b[31m\""))
                .anyMatch(line ->
                        line.startsWith("  ends       LSN 2, ") && line.endsWith(" bytes, sealed, rotated on request"))
                .anyMatch(line -> line.startsWith("  ends       LSN 4, ") && line.endsWith(" bytes, not sealed"));
    }

    @Test
    void theObjectHoldsTheSame() {
        JsonNode shown = show("--json").json();
        assertThat(shown.path("shown")).hasSize(2);
        JsonNode first = shown.path("shown").get(0);
        assertThat(first.path("entries").get(1).path("replaces_lsn").asLong()).isEqualTo(1);
        assertThat(first.path("end").path("kind").asText()).isEqualTo("sealed");
        assertThat(shown.path("shown")
                        .get(1)
                        .path("entries")
                        .get(0)
                        .path("kind")
                        .asText())
                .isEqualTo("point");
    }

    @Test
    void whatAFollowingFileDeclaresDecidesBetweenATornTailAndDamage() throws IOException {
        Path first = files.get(0);
        Files.setPosixFilePermissions(first, PosixFilePermissions.fromString("rw-------"));
        Files.write(first, Arrays.copyOf(Files.readAllBytes(first), (int) Files.size(first) - 150));
        CommandRun both = show();
        assertThat(both.status()).isEqualTo(5);
        assertThat(both.stdout()).contains("damaged at offset", "\"before\\u001b[31m\"");
        assertThat(both.stderr()).contains("is damaged at offset", "after LSN 1");
        files = List.of(first);
        CommandRun alone = show();
        assertThat(alone.status()).isZero();
        assertThat(alone.stdout()).contains("torn tail, never acknowledged at offset");
    }

    @Test
    void whatIsNoRecoveryFileIsAUsageError() throws IOException {
        files = List.of(Files.writeString(scratch.resolve("x.recovery"), "x"));
        assertThat(show().status()).isEqualTo(2);
    }

    @Test
    void onlyTheChangesThatAreWantedAreShownWithTheirUserIds() {
        CommandRun run = show("--fingerprint", SampleCertificates.fingerprint(1));
        assertThat(run.stdout())
                .contains("       Name 1 update 1 <name1-1@example.org>\n")
                .doesNotContain("POINT", SampleCertificates.fingerprint(2));
        JsonNode changes = show("--json", "--fingerprint", SampleCertificates.fingerprint(2))
                .json()
                .path("shown")
                .get(1)
                .path("entries");
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).path("user_ids").get(0).asText()).isEqualTo(SampleCertificates.userId(2));
        String second = show("--json")
                .json()
                .path("shown")
                .get(0)
                .path("entries")
                .get(1)
                .path("time")
                .asText();
        assertThat(show("--since", second).stdout()).doesNotContain("\n  1  ").contains("\n  2  ", "\n  4  ");
        assertThat(show("--until", second).stdout())
                .contains("\n  1  ", "\n  2  ")
                .doesNotContain("\n  3  ", "\n  4  ");
    }

    @Test
    void theExportIsAKeyring() throws IOException {
        Path keyring = scratch.resolve("keyring.pgp");
        assertThat(show("--export", keyring.toString()).status()).isZero();
        ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard()).parse(Files.readAllBytes(keyring));
        assertThat(parsed.accepted())
                .extracting(accepted -> accepted.certificate().fingerprint().toString())
                .contains(SampleCertificates.fingerprint(1), SampleCertificates.fingerprint(2));
        assertThat(show("--export", keyring.toString()).status()).isEqualTo(1);
    }
}
