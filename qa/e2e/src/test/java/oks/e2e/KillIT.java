package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL, at random moments; the long version is qa/torture/run. */
class KillIT {
    private static final int ROUNDS = 5;
    private static final int MIN_KILLS = 11; // one in each round, more where a start is killed, too
    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    @TempDir
    private Path scratch;

    /** Whatever oksd does: the same rounds as qa/torture/run, each once; uploads come over both ways. */
    @Test
    void nothingIsLostWhateverOksdWasDoingWhenItWasKilled(TestReporter reporter) throws Exception {
        int kills = 0;
        try (Scene scene = Scene.in(scratch, "", SEED)) {
            scene.keyserver().startOksd();
            scene.withGateway();
            Kills rounds = new Kills(scene, new Random(SEED));
            for (Kills.During during : Kills.During.values()) {
                kills += rounds.kill(during);
            }
            reporter.publishEntry(
                    "kill -9",
                    kills + " kills, " + scene.acknowledged().changes() + " acknowledged, "
                            + scene.hkp().accepted() + " of them through oks-http, 0 lost, seed " + SEED);
        }
        assertThat(kills).isGreaterThanOrEqualTo(MIN_KILLS);
    }

    @Test
    void everyAcknowledgedCertificateIsThereAfterKillMinusNine(TestReporter reporter) throws Exception {
        Random random = new Random(SEED);
        Set<String> acknowledged = new TreeSet<>();
        long seed = 1_000_000;
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd().startHttp()) {
            for (int round = 0; round < ROUNDS; round++) {
                Uploader uploads = Uploader.start(keyserver, 4, seed);
                try (uploads) {
                    Await.pass(Duration.ofMillis(200 + random.nextInt(800)));
                    keyserver.killHard();
                }
                acknowledged.addAll(uploads.acknowledged());
                seed = uploads.nextSeed();
                keyserver.startOksd();
                keyserver.awaitGateway();
                for (String fingerprint : acknowledged) {
                    assertThat(keyserver.has(fingerprint))
                            .as("%s after round %d, seed %d", fingerprint, round, SEED)
                            .isTrue();
                }
            }
            reporter.publishEntry(
                    "kill -9", ROUNDS + " rounds, " + acknowledged.size() + " acknowledged, 0 lost, seed " + SEED);
            assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
            keyserver.oksctl("check", "--conf", keyserver.conf("oksd")).done();
        }
    }
}
