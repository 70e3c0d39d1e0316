package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import oks.archive.ArchiveName;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk loses a bit in the store of a running keyserver: no archive is made of that, and the last good one is not
 * removed.
 */
class RottenStoreIT {
    @TempDir
    private Path scratch;

    @Test
    void aLostBitCostsNoCertificate() throws Exception {
        Path out = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = Keyserver.in(Files.createDirectory(scratch.resolve("oks")))
                .startOksd()
                .startHttp()) {
            String[] where = {"--out", out.toString(), "--conf", keyserver.conf("oksd"), "-q"};
            add(keyserver, 1, 5);
            backup(keyserver, where, "full").done();
            List<Path> good = archives(out);
            add(keyserver, 6, 8);
            backup(keyserver, where, "recovery", "--rotate").done();
            assertThat(backup(keyserver, where, "check").done().stdout())
                    .contains("up to LSN 8 can be restored from " + good.get(0).getFileName());
            String digest = keyserver.status().path("digest").asText();
            restart(keyserver);
            rot(keyserver.database().resolve("store"));

            // Also where oksd finds the damage first, and ends: before its snapshot is made, or while it is read.
            assertThat(backup(keyserver, where, "full").ended(5).stderr())
                    .containsPattern("table \"store/\\d+\\.sst\" is damaged")
                    .contains("no archive was made of it");
            assertThat(archives(out)).isEqualTo(good);
            // Whether oksd still runs: it ends when it needs what is damaged.
            keyserver.oksBackup(
                    "expire",
                    "--keep-full",
                    "1",
                    "--prune-source",
                    "--confirm",
                    out.toString(),
                    "--conf",
                    keyserver.conf("oksd"));
            assertThat(archives(out)).isEqualTo(good);

            keyserver.killHard();
            JsonNode restored = Keyserver.json(keyserver
                    .oksRestore(
                            "from",
                            out.toString(),
                            "--db",
                            scratch.resolve("restored").toString(),
                            "--json",
                            "-q")
                    .done()
                    .stdout());
            assertThat(restored.path("digest").asText()).isEqualTo(digest);
            assertThat(restored.path("certificates").asInt()).isEqualTo(8);
        }
    }

    private static Finished backup(Keyserver keyserver, String[] where, String... command)
            throws IOException, InterruptedException {
        return keyserver.oksBackup(
                Stream.concat(Stream.of(command), Stream.of(where)).toArray(String[]::new));
    }

    private static void add(Keyserver keyserver, int from, int to) throws Exception {
        for (int seed = from; seed <= to; seed++) {
            assertThat(keyserver.add(SampleCertificates.certificate(seed)).statusCode())
                    .isEqualTo(200);
        }
    }

    private static List<Path> archives(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> ArchiveName.of(file).isPresent())
                    .sorted()
                    .toList();
        }
    }

    /** What oksd has in memory, it may merge into a new table that is good. */
    private static void restart(Keyserver keyserver) throws Exception {
        keyserver.kill("TERM");
        assertThat(keyserver.awaitEnd()).isZero();
        keyserver.startOksd();
        Await.pass(Duration.ofSeconds(1)); // tables that it merges at its start
    }

    /** Flips a bit in the first block of each table that there is. */
    private static void rot(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            List<Path> tables =
                    files.filter(file -> file.toString().endsWith(".sst")).toList();
            assertThat(tables).isNotEmpty();
            for (Path table : tables) {
                byte[] bytes = Files.readAllBytes(table);
                bytes[40] ^= 1;
                Files.write(table, bytes);
            }
        }
    }
}
