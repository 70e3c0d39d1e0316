package oks.restore.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL in a stream of uploads. */
class KillIT {
    private static final int ROUNDS = 10;
    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    @TempDir
    private Path scratch;

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
            reporter.publishEntry("kill -9", ROUNDS + " rounds, " + acknowledged.size() + " acknowledged, 0 lost, seed " + SEED);
            assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
            keyserver.oksctl("check", "--conf", keyserver.conf("oksd")).done();
        }
    }
}
