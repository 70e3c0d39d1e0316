package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code oks-backup follow} when everything else is lost, and while the backup directory is away. */
class FollowIT {
    @TempDir
    private Path scratch;

    @Test
    void whatWasFollowedSurvivesTheLossOfTheWholeDatabaseDirectory() throws Exception {
        Path out = Files.createDirectory(scratch.resolve("backups"));
        try (Scene scene = Scene.in(scratch.resolve("oks"), "", 7_000_000)) {
            Keyserver keyserver = scene.keyserver().startOksd();
            String[] where = {"--out", out.toString(), "--conf", keyserver.conf("oksd"), "-q"};
            JsonNode full = Keyserver.json(keyserver
                    .oksBackup("full", where[0], where[1], where[2], where[3], "--json")
                    .done()
                    .stdout());
            Process follow = keyserver.launch("oks.backup.OksBackup", "follow", where[0], where[1], where[2], where[3]);
            scene.upload(50);
            scene.kill(); // and started again: following goes on by itself
            keyserver.startOksd();
            scene.uploads().connect();
            scene.upload(50);
            awayForAWhile(scene, out);
            scene.uploads().stop();
            scene.uploads().awaitConnected();
            keyserver.oksctl("rotate", "--conf", keyserver.conf("oksd")).done();
            JsonNode status = keyserver.status();
            long lsn = status.at("/durable_lsn").asLong();
            Await.until("everything is followed", () -> reach(keyserver, out) >= lsn);
            keyserver.killHard();
            follow.destroyForcibly().waitFor();
            FileUtils.deleteDirectory(keyserver.database().toFile());
            JsonNode proof = Keyserver.json(keyserver
                    .oksRestore(
                            "from",
                            full.path("path").asText(),
                            "--db",
                            keyserver.database().toString(),
                            "--recovery",
                            out.toString(),
                            "--json")
                    .done()
                    .stdout());
            assertThat(proof.path("lsn").asLong()).isGreaterThanOrEqualTo(lsn);
            keyserver.startOksd();
            scene.prove("the loss of the database directory");
        }
    }

    /** The backup directory is a disk that goes away and comes back. */
    private static void awayForAWhile(Scene scene, Path out) throws IOException, InterruptedException {
        Path away = Files.move(out, out.resolveSibling("away"));
        scene.upload(20);
        scene.keyserver()
                .oksctl("rotate", "--conf", scene.keyserver().conf("oksd"))
                .done();
        Await.until("follow says that it waits", () -> scene.keyserver().log().contains("following goes on in"));
        Files.move(away, out);
    }

    private static long reach(Keyserver keyserver, Path out) throws IOException, InterruptedException {
        return Keyserver.json(keyserver
                        .oksBackup("list", out.toString(), "--json")
                        .done()
                        .stdout())
                .at("/archives/0/reach_lsn")
                .asLong();
    }
}
