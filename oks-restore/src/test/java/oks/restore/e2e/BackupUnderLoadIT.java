package oks.restore.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import oks.durable.RealDisk;
import oks.recovery.Group;
import oks.recovery.RecoveryReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** oks-backup while uploads run. */
class BackupUnderLoadIT {
    private static final int ARCHIVES = Integer.getInteger("oks.archives", 3);
    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    @TempDir
    private Path scratch;

    private Keyserver keyserver() throws IOException, InterruptedException {
        return Keyserver.in(Files.createDirectory(scratch.resolve("oks"))).startOksd().startHttp();
    }

    private Path backups() throws IOException {
        return Files.createDirectories(scratch.resolve("backups"));
    }

    /** The state digest after each change, as the recovery files say: what every archive is held against. */
    private static Map<Long, String> oracle(Keyserver keyserver) throws IOException {
        Map<Long, String> digests = new TreeMap<>();
        for (Path file : keyserver.recoveryFiles()) {
            try (RecoveryReader reader = RecoveryReader.open(new RealDisk(), file)) {
                for (Optional<Group> group = reader.next(); group.isPresent(); group = reader.next()) {
                    digests.put(group.get().last().number(), group.get().end().digest().hex());
                }
            }
        }
        return digests;
    }

    @Test
    void anArchiveMadeUnderUploadsIsTheDatabaseAtExactlyItsLsn(TestReporter reporter) throws Exception {
        Random random = new Random(SEED);
        Path out = backups();
        try (Keyserver keyserver = keyserver()) {
            String conf = keyserver.conf("oksd");
            try (Uploader uploads = Uploader.start(keyserver, 4, 5_000_000)) {
                Await.until("uploads run", () -> uploads.acknowledged().size() > 20);
                for (int i = 0; i < ARCHIVES; i++) {
                    Await.pass(Duration.ofMillis(random.nextInt(500)));
                    keyserver.oksBackup("full", "--out", out.toString(), "--compress", i % 2 == 0 ? "zstd" : "gzip", "--conf", conf).done();
                }
            }
            Map<Long, String> oracle = oracle(keyserver);
            int equal = 0;
            for (Path archive : archives(out)) {
                Path target = scratch.resolve("restored-" + equal);
                JsonNode proof = Keyserver.json(keyserver.oksRestore(
                                "from", archive.toString(), "--db", target.toString(), "--json").done().stdout());
                assertThat(proof.path("digest").asText())
                        .as("%s, seed %d", archive, SEED)
                        .isEqualTo(oracle.get(proof.at("/lsn").asLong()));
                assertThat(proof.path("changes").asLong()).as("changes from recovery files").isZero();
                equal++;
            }
            assertThat(equal).isEqualTo(ARCHIVES);
            reporter.publishEntry("full under load", equal + " archives equal to the oracle at their LSN, seed " + SEED);
        }
    }

    private static List<Path> archives(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> file.toString().matches(".*\\.full\\.tar\\.(gz|zst)")).sorted().toList();
        }
    }
}
