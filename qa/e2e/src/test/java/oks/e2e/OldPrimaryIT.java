package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import oks.archive.ArchiveName;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A keyserver is rebuilt elsewhere from its backups and goes on there, into the same backup directory; then the old one
 * comes back, or was never away: it writes nothing there, and all commands go on to give one answer.
 */
class OldPrimaryIT {
    @TempDir
    private Path scratch;

    private Path out;

    @Test
    void aReturnedOldPrimaryWritesNothingBesideTheBackupsOfTheOneThatTookOver() throws Exception {
        out = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver old = Keyserver.in(Files.createDirectory(scratch.resolve("old")))
                .startOksd()
                .startHttp()) {
            add(old, 1, 3);
            backup(old, "full").done();
            add(old, 4, 5);
            backup(old, "recovery", "--rotate").done();
            Process follow = old.launch(
                    "oks.backup.OksBackup", "follow", "--out", out.toString(), "--conf", old.conf("oksd"), "-q");
            add(old, 6, 6); // which the standby does not get: it is rebuilt as of the copies before
            Await.until(
                    "the follower has begun a file",
                    () -> contents().keySet().stream().anyMatch(name -> name.endsWith(".partial")));

            Path successor = Files.createDirectory(scratch.resolve("new"));
            Files.createDirectories(successor.resolve("var"));
            old.oksRestore(
                            "from",
                            out.toString(),
                            "--db",
                            successor.resolve("var/db").toString(),
                            "--until-lsn",
                            "5",
                            "-q")
                    .done();
            try (Keyserver standby = Keyserver.in(successor).startOksd().startHttp()) {
                add(standby, 11, 14);
                backup(standby, "recovery", "--rotate").done();
                assertThat(follow.waitFor(1, TimeUnit.MINUTES))
                        .as("the old follower ends")
                        .isTrue();
                assertThat(follow.exitValue()).as(old.log()).isEqualTo(6);
                backup(standby, "full").done();
                add(standby, 15, 15);
                backup(standby, "check").done();

                Map<String, Long> before = contents();
                add(old, 21, 29); // more changes, and a newer clock
                for (String[] command : new String[][] {
                    {"recovery", "--rotate"},
                    {"full"},
                    {"follow", "--once"},
                    {"check"},
                    {"expire", "--keep-full", "1", "--prune-source", "--confirm"}
                }) {
                    assertThat(backup(old, command).ended(6).stderr())
                            .contains("the database is on timeline 1", "timeline 2");
                    assertThat(contents()).as(String.join(" ", command)).isEqualTo(before);
                }
                old.kill("TERM");
                assertThat(old.awaitEnd()).isZero();
                for (String[] command : new String[][] {{"recovery"}, {"full"}, {"follow", "--once"}}) {
                    backup(old, command).ended(6);
                    assertThat(contents())
                            .as("stopped, %s", String.join(" ", command))
                            .isEqualTo(before);
                }
                assertOneAnswer(standby);
            }
        }
    }

    private void assertOneAnswer(Keyserver standby) throws Exception {
        long last = standby.status().path("durable_lsn").asLong();
        Finished check = backup(standby, "check", "--json").done();
        String newest = Keyserver.json(check.stdout()).path("archive").asText();
        assertThat(Keyserver.json(check.stdout()).path("lsn").asLong()).isEqualTo(last);
        assertThat(newest).contains("-9.full.");
        assertThat(standby.oksBackup("verify", out.toString(), "-q").done().stdout())
                .doesNotContain("BAD")
                .contains("restores up to LSN " + last);
        JsonNode list = Keyserver.json(
                standby.oksBackup("list", out.toString(), "--json").done().stdout());
        JsonNode latest = list.path("archives").get(list.path("archives").size() - 1);
        assertThat(latest.path("archive").asText()).isEqualTo(newest);
        assertThat(latest.path("reach_lsn").asLong()).isEqualTo(last);
        assertThat(latest.path("timeline").asInt()).isEqualTo(2);
        JsonNode plan = Keyserver.json(standby.oksRestore(
                        "from", out.toString(), "--db", scratch.resolve("plan").toString(), "--plan", "--json", "-q")
                .done()
                .stdout());
        assertThat(plan.path("archive").asText()).isEqualTo(newest);
        assertThat(plan.path("lsn").asLong()).isEqualTo(last);
        JsonNode restored = Keyserver.json(standby.oksRestore(
                        "from", out.toString(), "--db", scratch.resolve("db").toString(), "--json", "-q")
                .done()
                .stdout());
        assertThat(restored.path("digest").asText())
                .isEqualTo(standby.status().path("digest").asText());
    }

    private Finished backup(Keyserver keyserver, String... command) throws IOException, InterruptedException {
        Stream<String> where =
                command[0].equals("expire") ? Stream.of(out.toString()) : Stream.of("--out", out.toString());
        return keyserver.oksBackup(
                Stream.of(Stream.of(command), where, Stream.of("--conf", keyserver.conf("oksd"), "-q"))
                        .flatMap(words -> words)
                        .toArray(String[]::new));
    }

    /** Names and lengths of archives and recovery files. */
    private Map<String, Long> contents() throws IOException {
        Map<String, Long> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (ArchiveName.of(file).isPresent() || name.contains(".recovery") && !name.contains("oks-backup")) {
                    contents.put(name, Files.size(file));
                }
            }
        }
        return contents;
    }

    private static void add(Keyserver keyserver, int from, int to) throws Exception {
        for (int seed = from; seed <= to; seed++) {
            assertThat(keyserver.add(SampleCertificates.certificate(seed)).statusCode())
                    .isEqualTo(200);
        }
    }
}
