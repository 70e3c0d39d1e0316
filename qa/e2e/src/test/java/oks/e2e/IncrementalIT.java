package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import oks.recovery.Hash;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full archive and two incremental ones after it, of a running keyserver of which 1 % changes between them. */
class IncrementalIT {
    private static final int CERTIFICATES = 2000;
    private static final int CHANGED = CERTIFICATES / 100;
    private static final int GAP = 6;
    private static final int DAMAGED = 5;

    @TempDir
    private Path scratch;

    private Keyserver keyserver;
    private Path out;
    private int loaded;

    /** In the order in which they were made, each as {@code full --json} tells it. */
    private final List<JsonNode> archives = new ArrayList<>();

    @BeforeEach
    void makeThem() throws Exception {
        out = Files.createDirectory(scratch.resolve("backups"));
        keyserver = Keyserver.in(scratch.resolve("oks")).startOksd();
        load(CERTIFICATES);
        archives.add(full("--compress", "zstd"));
        for (int i = 0; i < 2; i++) {
            load(CHANGED);
            archives.add(full("--compress", "zstd", "--incremental"));
        }
    }

    @AfterEach
    void stop() {
        keyserver.close();
    }

    private void load(int certificates) throws Exception {
        ByteArrayOutputStream keyring = new ByteArrayOutputStream();
        for (int i = 0; i < certificates; i++) {
            keyring.writeBytes(SampleCertificates.certificate(31_000_000L + loaded++));
        }
        Path file = Files.write(scratch.resolve("keyring.pgp"), keyring.toByteArray());
        keyserver.oksctl("load", "--trusted", file.toString()).done();
    }

    private JsonNode full(String... more) throws Exception {
        return Keyserver.json(backup("full", more).done().stdout());
    }

    private Finished backup(String command, String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of(command, "--out", out.toString()));
        line.addAll(List.of("--conf", keyserver.conf("oksd"), "-q", "--json"));
        line.addAll(List.of(more));
        return keyserver.oksBackup(line.toArray(String[]::new));
    }

    private Finished verify() throws Exception {
        return keyserver.oksBackup("verify", out.toString(), "-q");
    }

    private Finished restore(Object from, String name, String... more) throws Exception {
        List<String> line = new ArrayList<>(
                List.of("from", from.toString(), "--db", scratch.resolve(name).toString(), "-q"));
        line.addAll(List.of(more));
        return keyserver.oksRestore(line.toArray(String[]::new));
    }

    private Path path(int archive) {
        return Path.of(archives.get(archive).path("path").asText());
    }

    private String name(int archive) {
        return archives.get(archive).path("archive").asText();
    }

    @Test
    void theFirstIsSmallAndEachRestoresToItsOwnState() throws Exception {
        assertThat(archives.get(1).path("bases")).extracting(JsonNode::asText).containsExactly(name(0));
        assertThat(archives.get(2).path("bases")) // and the first incremental one, unless its tables were merged
                .extracting(JsonNode::asText)
                .contains(name(0));
        assertThat(archives.get(1).path("archive_bytes").asLong()) // of the next one, tables may have been merged
                .as(archives.get(1).toString())
                .isLessThan(archives.get(0).path("archive_bytes").asLong() / 2);
        for (int i = 0; i < archives.size(); i++) {
            JsonNode restored = Keyserver.json(
                    restore(path(i), "restored-" + i, "--json").done().stdout());
            for (String member : List.of("digest", "certificates", "lsn")) {
                assertThat(restored.path(member))
                        .as(member)
                        .isEqualTo(archives.get(i).path(member));
            }
        }
        assertThat(restore(path(2), "plan", "--plan").done().stdout()).contains("  needs           ", name(0));
        backup("recovery", "--rotate").done();
        JsonNode newest = Keyserver.json(restore(out, "newest", "--json").done().stdout());
        assertThat(newest.path("archive").asText()).isEqualTo(name(2));
        assertThat(newest.path("digest")).isEqualTo(archives.get(2).path("digest"));
        verify().done();
    }

    @Test
    void whatAnIncrementalArchiveNeedsIsToldWhereItIsNotThere() throws Exception {
        Finished piped = Finished.run(
                scratch,
                "/bin/sh",
                "-c",
                "cat " + path(1) + " | "
                        + Keyserver.shell(
                                "oks.restore.OksRestore",
                                "from",
                                "-",
                                "--db",
                                scratch.resolve("piped").toString()));
        assertThat(piped.ended(GAP).stderr()).contains("a pipe does not bring", name(0));
        assertThat(scratch.resolve("piped")).doesNotExist();

        Path away = Files.createDirectory(scratch.resolve("away"));
        Path alone = Files.copy(path(1), away.resolve(name(1)));
        assertThat(restore(alone, "alone").ended(GAP).stderr()).contains("needs archive \"" + name(0), "put it there");
        assertThat(restore(alone, "alone", "--plan").ended(GAP).stderr()).contains(name(0));
        assertThat(scratch.resolve("alone")).doesNotExist();

        archives.add(full("--compress", "zstd"));
        load(CHANGED);
        archives.add(full("--compress", "zstd", "--incremental"));
        assertThat(archives.get(4).path("bases")).extracting(JsonNode::asText).containsExactly(name(3));
        Files.move(path(3), away.resolve(name(3)));
        assertThat(restore(out, "newest").ended(GAP).stderr())
                .contains("needs archive \"" + name(3), "take the archive before it", path(2).toString());
        assertThat(verify().ended(GAP).stdout()).contains("BAD  " + path(4), "ok   " + path(2));
        Files.move(away.resolve(name(3)), path(3));
        verify().done();
    }

    @Test
    void aDamagedBaseIsNamedAndWhatNeedsItIsNotAdvised() throws Exception {
        byte[] bytes = Files.readAllBytes(path(0));
        bytes[bytes.length / 2] ^= 0x41;
        Files.write(path(0), bytes);
        assertThat(verify().ended(DAMAGED).stdout())
                .contains("BAD  " + path(0), "BAD  " + path(1), "BAD  " + path(2))
                .contains("needs archive \"" + path(0) + "\", which is damaged: ");
        assertThat(restore(out, "restored").ended(DAMAGED).stderr())
                .contains("needs archive \"" + path(0) + "\", which is damaged: ")
                .doesNotContain("take the archive before it");
        assertThat(scratch.resolve("restored")).doesNotExist();
    }

    @Test
    void aKillLeavesNothingAndExpireKeepsWhatIsNeeded() throws Exception {
        load(CHANGED);
        Process killed = keyserver.launch(
                "oks.backup.OksBackup",
                "full",
                "--incremental",
                "--rate",
                "1KiB",
                "--out",
                out.toString(),
                "--conf",
                keyserver.conf("oksd"),
                "-q");
        Await.until("it is being written", () -> listed().stream().anyMatch(file -> file.endsWith(".partial")));
        Await.pass(Duration.ofMillis(200));
        killed.destroyForcibly();
        assertThat(killed.waitFor(1, TimeUnit.MINUTES)).isTrue();
        verify().done();
        archives.add(full("--compress", "none", "--incremental"));
        assertThat(listed()).noneMatch(file -> file.endsWith(".partial"));

        backup("recovery", "--rotate").done();
        backup("expire", "--keep-full", "1", "--confirm").done();
        assertThat(archives.get(3).path("bases")).isNotEmpty();
        for (JsonNode base : archives.get(3).path("bases")) {
            assertThat(out.resolve(base.asText())).exists();
        }
        verify().done();
        assertThat(Keyserver.json(restore(path(3), "last", "--json").done().stdout())
                        .path("digest"))
                .isEqualTo(archives.get(3).path("digest"));
        aFormatThatIsTooNewIsRefusedByItsNumber(path(3));

        archives.add(full("--compress", "zstd"));
        assertThat(path(4)).exists();
        backup("recovery", "--rotate").done();
        backup("expire", "--keep-full", "1", "--confirm").done();
        assertThat(listed().stream().filter(file -> file.endsWith(".tar.zst") || file.endsWith(".tar")))
                .containsExactly(name(4));
    }

    /** As a program that knows only self-contained archives meets an incremental one. */
    private void aFormatThatIsTooNewIsRefusedByItsNumber(Path archive) throws Exception {
        String tar = Files.readString(archive, StandardCharsets.ISO_8859_1);
        assertThat(tar).contains("\"format\" : 2");
        String changed = tar.replace("\"format\" : 2", "\"format\" : 3");
        int begin = changed.lastIndexOf("{\n  \"format\" : 3");
        int end = changed.lastIndexOf("  \"sha256\" : \"");
        String hash = Hash.of(Hash.sha256().digest(changed.substring(begin, end).getBytes(StandardCharsets.ISO_8859_1)))
                .hex();
        String whole = changed.substring(0, end) + "  \"sha256\" : \"" + hash
                + changed.substring(end + "  \"sha256\" : \"".length() + hash.length());
        Path newer = Files.createDirectory(scratch.resolve("newer")).resolve(archive.getFileName());
        Files.writeString(newer, whole, StandardCharsets.ISO_8859_1);
        assertThat(restore(newer, "from-newer").ended(1).stderr())
                .contains("has format 3, but this program reads formats up to 2");
    }

    private List<String> listed() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
