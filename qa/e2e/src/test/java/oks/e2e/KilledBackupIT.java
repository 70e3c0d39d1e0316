package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of oks-backup, of oksd and of both at random moments; {@code -Doks.kills=N} for a longer run. */
class KilledBackupIT {
    private static final int KILLS = Integer.getInteger("oks.kills", 5);
    private static final long SEED = Long.getLong("oks.seed", 20261122L);
    private static final int SOONEST_MILLIS = 300; // before, nothing but Java has started
    private static final int LATEST_MILLIS = 2000;

    @TempDir
    private Path scratch;

    private enum Victim {
        BACKUP,
        OKSD,
        BOTH
    }

    private enum Work {
        FULL("full"),
        PAUSED("full", "--paused", "--compress", "zstd"),
        RECOVERY("recovery", "--rotate"),
        FOLLOW("follow"),
        EXPIRE("expire", "--keep-full", "1", "--prune-source", "--confirm");

        private final List<String> words;

        Work(String... words) {
            this.words = List.of(words);
        }

        String[] line(Path out, Keyserver keyserver, String... more) {
            List<String> line = new ArrayList<>(words);
            line.addAll(List.of(more));
            line.addAll(this == EXPIRE ? List.of(out.toString()) : List.of("--out", out.toString()));
            line.addAll(List.of("--conf", keyserver.conf("oksd"), "-q"));
            return line.toArray(String[]::new);
        }
    }

    @Test
    void whateverIsKilledNothingWrongIsListedAndTheNextRunSucceeds(TestReporter reporter) throws Exception {
        Random random = new Random(SEED);
        Path out = Files.createDirectory(scratch.resolve("backups"));
        try (Scene scene = Scene.in(scratch.resolve("oks"), "", 6_000_000)) {
            Keyserver keyserver = scene.keyserver().startOksd();
            scene.upload(200);
            keyserver.oksBackup(Work.FULL.line(out, keyserver)).done();
            for (int i = 0; i < KILLS; i++) {
                Work work = Work.values()[i % Work.values().length];
                Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
                String what = "kill " + i + " of " + victim + " during " + work + ", seed " + SEED;
                scene.upload(50);
                kill(keyserver, victim, random, work.line(out, keyserver));
                assertThat(keyserver.oksBackup("verify", out.toString(), "-q").status())
                        .as(what)
                        .isZero();
                awaitNoSnapshot(keyserver, what);
                reporter.publishEntry(what);
            }
            scene.uploads().stop();
            scene.prove(KILLS + " kills");
            everyCommandSucceeds(keyserver, out);
            reporter.publishEntry("kill -9 during backups", KILLS + " times, nothing wrong listed, seed " + SEED);
        }
    }

    private static void kill(Keyserver keyserver, Victim victim, Random random, String... command)
            throws IOException, InterruptedException {
        Process backup = keyserver.launch("oks.backup.OksBackup", command);
        Await.pass(Duration.ofMillis(SOONEST_MILLIS + random.nextInt(LATEST_MILLIS - SOONEST_MILLIS)));
        if (victim != Victim.BACKUP) {
            keyserver.killHard();
        }
        if (victim != Victim.OKSD || command[0].equals("follow")) { // which goes on whether oksd runs or not
            backup.destroyForcibly();
        }
        assertThat(backup.waitFor(1, TimeUnit.MINUTES))
                .as("%s ended", List.of(command))
                .isTrue();
        if (victim != Victim.BACKUP) {
            keyserver.startOksd();
        }
    }

    private static void awaitNoSnapshot(Keyserver keyserver, String what) throws InterruptedException {
        Path snapshots = keyserver.database().resolve("snapshots");
        Await.until(
                "no snapshot stays after " + what,
                () -> !Files.exists(snapshots) || FileUtils.isEmptyDirectory(snapshots.toFile()));
        Await.until(
                "no pause stays after " + what,
                () -> keyserver.status().path("state").asText().equals("running"));
    }

    private static void everyCommandSucceeds(Keyserver keyserver, Path out) throws IOException, InterruptedException {
        for (Work work : Work.values()) {
            keyserver
                    .oksBackup(work == Work.FOLLOW ? work.line(out, keyserver, "--once") : work.line(out, keyserver))
                    .done();
        }
        JsonNode check = Keyserver.json(keyserver
                .oksBackup("check", "--out", out.toString(), "--conf", keyserver.conf("oksd"), "--json")
                .done()
                .stdout());
        assertThat(check.path("lsn").asLong())
                .isEqualTo(keyserver.status().at("/durable_lsn").asLong());
        keyserver.oksBackup("verify", out.toString(), "-q").done();
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".lease") || name.startsWith(".") && !name.endsWith(".lock"));
        }
    }
}
