package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Restores that are killed at random moments, and replays: the next one comes to the same end. */
class RestoreKilledIT {
    private static final int KILLS = Integer.getInteger("oks.kills", 6);
    private static final long SEED = Long.getLong("oks.seed", 20261122L);
    private static final int GROUPS = 60;
    private static final int GROUP = 50;

    @TempDir
    private Path scratch;

    private Keyserver keyserver;
    private Path backups;
    private Path archive;
    private String digest;
    private Duration undisturbed;

    @BeforeEach
    void backUp() throws Exception {
        keyserver = Keyserver.in(Files.createDirectory(scratch.resolve("oks")));
        backups = Files.createDirectory(scratch.resolve("backups"));
        try (SampleDatabase database = SampleDatabase.create(keyserver.database(), 1)) {
            for (int group = 0; group < GROUPS / 2; group++) {
                database.putTogether(
                        LongStream.range(group * GROUP, (group + 1) * GROUP).toArray());
            }
        }
        keyserver
                .oksBackup("full", "--out", backups.toString(), "--conf", keyserver.conf("oksd"))
                .done();
        try (Stream<Path> files = Files.list(backups)) {
            archive = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
        try (SampleDatabase database = SampleDatabase.open(keyserver.database(), 2)) {
            for (int group = GROUPS / 2; group < GROUPS; group++) {
                database.putTogether(
                        LongStream.range(group * GROUP, (group + 1) * GROUP).toArray());
                if (group % 10 == 9) {
                    database.delete(group, true).rotate();
                }
            }
            digest = database.digest().hex();
            database.copyRecoveryFiles(backups);
        }
        Path whole = scratch.resolve("whole");
        long begun = System.nanoTime();
        assertThat(restore(whole).path("digest").asText()).isEqualTo(digest);
        undisturbed = Duration.ofNanos(System.nanoTime() - begun);
    }

    @AfterEach
    void stop() {
        keyserver.close();
    }

    private JsonNode restore(Path directory) throws Exception {
        return Keyserver.json(keyserver.oksRestore(arguments(directory)).done().stdout());
    }

    private String[] arguments(Path directory) {
        return new String[] {
            "from",
            archive.toString(),
            "--db",
            directory.toString(),
            "--recovery",
            backups.toString(),
            "-q",
            "--json",
            "--move-aside"
        };
    }

    @Test
    void aRestoreKilledAtAnyMomentLeavesTheOldDirectoryOrTheNewOneAndTheNextIsTheSame(TestReporter reporter)
            throws Exception {
        Random random = new Random(SEED);
        int unfinished = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Path place = Files.createDirectory(scratch.resolve("place-" + kill));
            Path directory = Files.createDirectory(place.resolve("db"));
            Files.writeString(directory.resolve("precious"), "data");
            killed(random, "oks.restore.OksRestore", arguments(directory));
            unfinished += Files.exists(place.resolve("db.restoring")) ? 1 : 0;
            assertOldOrNew(place, kill);
            assertThat(restore(directory).path("digest").asText())
                    .as("kill %d, seed %d", kill, SEED)
                    .isEqualTo(digest);
            assertThat(place.resolve("db.restoring")).doesNotExist();
            try (Stream<Path> kept = Files.walk(place)) {
                assertThat(kept.filter(file -> file.endsWith("precious")))
                        .as("kill %d, seed %d", kill, SEED)
                        .hasSize(1);
            }
        }
        reporter.publishEntry(
                "kill -9",
                String.format(
                        Locale.ROOT,
                        "%d restores killed, %d of them half way, each begun again with the same result, seed %d",
                        KILLS,
                        unfinished,
                        SEED));
    }

    private static void assertOldOrNew(Path place, int kill) {
        Path directory = place.resolve("db");
        boolean old = Files.exists(directory.resolve("precious"));
        boolean complete = Files.exists(directory.resolve("IDENTITY"));
        assertThat(old && complete)
                .as("kill %d, seed %d: both old and new", kill, SEED)
                .isFalse();
        assertThat(old || complete || !Files.exists(directory))
                .as("kill %d, seed %d: neither old nor new", kill, SEED)
                .isTrue();
    }

    /** Kills a program at a random moment of its work, which takes about as long as an undisturbed restore. */
    private void killed(Random random, String mainClass, String... arguments) throws IOException, InterruptedException {
        Process process = keyserver.launch(mainClass, arguments);
        process.waitFor(random.nextLong(undisturbed.toNanos()), TimeUnit.NANOSECONDS);
        process.destroyForcibly().onExit().join();
    }

    @Test
    void aReplayKilledAtAnyMomentIsGoneOnWithByTheNext(TestReporter reporter) throws Exception {
        Random random = new Random(SEED);
        Path standby = scratch.resolve("standby");
        keyserver
                .oksRestore("from", archive.toString(), "--db", standby.toString(), "-q")
                .done();
        String[] replay = {"replay", backups.toString(), "--db", standby.toString(), "-q", "--json"};
        for (int kill = 0; kill < KILLS; kill++) {
            killed(random, "oks.restore.OksRestore", replay);
        }
        JsonNode report = Keyserver.json(keyserver.oksRestore(replay).done().stdout());
        assertThat(report.path("digest").asText()).as("seed %d", SEED).isEqualTo(digest);
        reporter.publishEntry(
                "kill -9", String.format(Locale.ROOT, "%d replays of one standby killed, seed %d", KILLS, SEED));
    }
}
