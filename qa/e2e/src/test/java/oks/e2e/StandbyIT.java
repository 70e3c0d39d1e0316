package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby beside a keyserver, by {@code oks-backup follow} and {@code oks-restore replay --follow}. */
class StandbyIT {
    @TempDir
    private Path scratch;

    @Test
    void aStandbyIsKeptCurrentThroughRotationsAndRestartsUntilItIsEnded() throws Exception {
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        Path standby = scratch.resolve("standby");
        Path prefix = Files.createDirectory(scratch.resolve("oks"));
        try (Keyserver keyserver = Keyserver.in(prefix).startOksd().startHttp()) {
            String conf = keyserver.conf("oksd");
            add(keyserver, 1, 3);
            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", conf)
                    .done();
            Path archive = only(backups, ".tar.gz");
            keyserver
                    .oksRestore("from", archive.toString(), "--db", standby.toString(), "-q")
                    .done();
            keyserver.launch("oks.backup.OksBackup", "follow", "--out", backups.toString(), "--conf", conf);
            Process replay = keyserver.launch(
                    "oks.restore.OksRestore",
                    "replay",
                    backups.toString(),
                    "--db",
                    standby.toString(),
                    "--follow",
                    "--json",
                    "-q");

            add(keyserver, 4, 5);
            awaitSame(keyserver);
            keyserver.oksctl("rotate", "--conf", conf).done();
            add(keyserver, 6, 7);
            awaitSame(keyserver);
            keyserver.killHard();
            keyserver.startOksd();
            keyserver.awaitGateway();
            add(keyserver, 8, 8);
            awaitSame(keyserver);
            keyserver.kill("TERM");
            assertThat(keyserver.awaitEnd()).isZero();
            keyserver.startOksd();
            keyserver.awaitGateway();
            add(keyserver, 9, 10);
            JsonNode last = awaitSame(keyserver);
            assertThat(last.path("behind_seconds").isIntegralNumber()).isTrue();
            assertThat(last.path("complete_until").asText()).startsWith("20");
            assertThat(last.path("certificates").asInt()).isEqualTo(10);

            assertThat(keyserver
                            .oksRestore("replay", backups.toString(), "--db", standby.toString(), "-q")
                            .status())
                    .as("the standby is open")
                    .isEqualTo(4);
            Finished.run(prefix, "kill", "-TERM", Long.toString(replay.pid())).done();
            assertThat(replay.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(replay.exitValue()).isZero();
            assertHolds(standby, keyserver.status().path("digest").asText());
        }
        takesOver(standby);
    }

    private static void add(Keyserver keyserver, int from, int to) throws Exception {
        for (int seed = from; seed <= to; seed++) {
            assertThat(keyserver.add(SampleCertificates.certificate(seed)).statusCode())
                    .isEqualTo(200);
        }
    }

    /** Waits until the standby reports the keyserver's digest. */
    private static JsonNode awaitSame(Keyserver keyserver) throws Exception {
        String digest = keyserver.status().path("digest").asText();
        JsonNode[] report = new JsonNode[1];
        Await.until("the standby has what the keyserver has", () -> {
            report[0] = lastReport(keyserver);
            return report[0].path("digest").asText().equals(digest);
        });
        return report[0];
    }

    private static JsonNode lastReport(Keyserver keyserver) throws IOException {
        String line = keyserver
                .log()
                .lines()
                .filter(said -> said.startsWith("{\"ok\":true,\"replayed\":true"))
                .reduce("{}", (a, b) -> b);
        return Keyserver.json(line);
    }

    private static Path only(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void assertHolds(Path standby, String digest) throws IOException {
        try (CertificateStore store = CertificateStore.open(standby.resolve("store"), StoreOptions.standard())) {
            assertThat(store.position().digest().hex()).isEqualTo(digest);
            assertThat(store.check(read -> {}).differences()).isEmpty();
        }
    }

    /** The standby is a database like any other. */
    private void takesOver(Path standby) throws Exception {
        Path prefix = Files.createDirectory(scratch.resolve("second"));
        Files.createDirectories(prefix.resolve("var"));
        Files.move(standby, prefix.resolve("var/db"));
        try (Keyserver second = Keyserver.in(prefix).startOksd().startHttp()) {
            for (int seed = 1; seed <= 10; seed++) {
                assertThat(second.has(SampleCertificates.fingerprint(seed)))
                        .as("%d", seed)
                        .isTrue();
            }
            add(second, 11, 11);
        }
    }
}
