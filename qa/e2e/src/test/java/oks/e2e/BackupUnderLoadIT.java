package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import oks.durable.RealDisk;
import oks.recovery.Group;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryReader;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Archives made while uploads come as fast as oksd takes them; {@code -Doks.rounds=50} is the long version. */
class BackupUnderLoadIT {
    private static final int ROUNDS = Integer.getInteger("oks.rounds", 2);
    private static final long SEED = Long.getLong("oks.seed", 20261122L);
    private static final int MAX_WAIT_MILLIS = 500;

    @TempDir
    private Path scratch;

    /** What an archive was restored to, without any recovery file. */
    private record Restored(long lsn, String digest) {}

    @Test
    void anArchiveMadeUnderUploadsIsTheDatabaseAtExactlyItsLsn(TestReporter reporter) throws Exception {
        Random random = new Random(SEED);
        try (Scene scene = Scene.in(scratch.resolve("oks"), "", 5_000_000)) {
            scene.keyserver().startOksd();
            Map<Integer, Restored> restored = new TreeMap<>();
            Duration longest = Duration.ZERO;
            for (int round = 0; round < ROUNDS; round++) {
                scene.upload(50);
                Await.pass(Duration.ofMillis(random.nextInt(MAX_WAIT_MILLIS)));
                scene.uploads().longestWait(); // what follows counts
                JsonNode full = full(scene, round % 2 == 0 ? "zstd" : "gzip");
                scene.uploads().stop();
                Duration wait = scene.uploads().longestWait();
                longest = wait.compareTo(longest) > 0 ? wait : longest;
                restored.put(round, restored(scene, full));
                reporter.publishEntry(
                        "round " + round,
                        "LSN " + full.path("lsn") + " of "
                                + scene.keyserver().status().at("/durable_lsn") + ", longest wait of an upload "
                                + wait.toMillis() + " ms");
            }
            Map<Long, String> oracle = oracle(scene.keyserver());
            restored.forEach((round, state) -> assertThat(state.digest())
                    .as("round %d, LSN %d, seed %d", round, state.lsn(), SEED)
                    .isEqualTo(oracle.get(state.lsn())));
            reporter.publishEntry(
                    "full under load",
                    ROUNDS + " of " + ROUNDS + " archives are the database at exactly their LSN, "
                            + "longest wait of an upload " + longest.toMillis() + " ms, seed " + SEED);
        }
    }

    private JsonNode full(Scene scene, String compression) throws IOException, InterruptedException {
        Path out = Files.createDirectories(scratch.resolve("backups"));
        return Keyserver.json(scene.keyserver()
                .oksBackup(
                        "full",
                        "--out",
                        out.toString(),
                        "--compress",
                        compression,
                        "--conf",
                        scene.keyserver().conf("oksd"),
                        "--json")
                .done()
                .stdout());
    }

    /** Restores the archive alone, and removes it and what came out of it. */
    private Restored restored(Scene scene, JsonNode full) throws IOException, InterruptedException {
        Path archive = Path.of(full.path("path").asText());
        Path target = scratch.resolve("restored");
        JsonNode proof = Keyserver.json(scene.keyserver()
                .oksRestore("from", archive.toString(), "--db", target.toString(), "--json")
                .done()
                .stdout());
        assertThat(proof.path("lsn").asLong()).isEqualTo(full.path("lsn").asLong());
        assertThat(proof.path("changes").asLong())
                .as("changes from recovery files")
                .isZero();
        assertThat(proof.path("digest").asText()).isEqualTo(full.path("digest").asText());
        FileUtils.deleteDirectory(target.toFile());
        FileUtils.deleteDirectory(archive.getParent().toFile());
        return new Restored(proof.path("lsn").asLong(), proof.path("digest").asText());
    }

    /** The state digest after each group, as the recovery files say: what every archive is held against. */
    private static Map<Long, String> oracle(Keyserver keyserver) throws IOException {
        Map<Long, String> digests = new TreeMap<>();
        for (Path file : keyserver.recoveryFiles()) {
            try (RecoveryReader reader = RecoveryFile.reader(new RealDisk(), file)) {
                for (Optional<Group> group = reader.next(); group.isPresent(); group = reader.next()) {
                    digests.put(
                            group.get().last().number(),
                            group.get().end().digest().hex());
                }
            }
        }
        return digests;
    }
}
