package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pauses end by themselves: at their limit, with the program that asked for them, never later. */
class StatesIT {
    private static final String PAUSE = "{\"command\":\"pause\",\"max_seconds\":600,\"hold\":\"connection\"}\n";

    @TempDir
    private Path scratch;

    @Test
    void aPauseEndsAtItsLimit() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            keyserver
                    .oksctl("pause", "--max", "1s", "--conf", keyserver.conf("oksd"))
                    .done();
            keyserver.awaitOksd("running");
            assertThat(keyserver.log()).contains("the pause by oksctl has reached its limit");
        }
    }

    /**
     * What waits must be written first, which takes seconds on a slow disk: an operator sees meanwhile that the signal
     * has come.
     */
    @Test
    void aSignalIsConfirmedBeforeEverythingIsOnDisk() throws Exception {
        try (Scene scene = Scene.in(scratch, "", 1)) {
            scene.keyserver().startOksd();
            scene.upload(500);
            scene.keyserver().kill("USR1");
            Await.until("it is paused", () -> scene.keyserver().log().contains("paused by signal USR1"));
            assertThat(scene.keyserver().log())
                    .containsSubsequence(
                            "pausing on signal USR1; when everything is on disk",
                            "paused by signal USR1; everything up to LSN ");
            scene.keyserver().kill("CONT");
            scene.keyserver().awaitOksd("running");
        }
    }

    @Test
    void aPauseEndsWithTheKilledProgramThatHeldIt() throws Exception {
        ExternalProgram.require("nc", "netcat-openbsd");
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            Process first = holder(keyserver);
            Process second = holder(keyserver);
            try {
                Await.until(
                        "both hold", () -> keyserver.status().path("holders").size() == 2);
                assertThat(keyserver.status().at("/holders/0/pid").asLong()).isIn(first.pid(), second.pid());
                first.destroyForcibly();
                Await.until(
                        "one holds", () -> keyserver.status().path("holders").size() == 1);
                assertThat(keyserver.status().path("state").asText()).isEqualTo("paused");
                assertThat(keyserver.status().at("/holders/0/pid").asLong()).isEqualTo(second.pid());
                second.destroyForcibly();
                keyserver.awaitOksd("running");
            } finally {
                first.destroyForcibly();
                second.destroyForcibly();
            }
        }
    }

    private static Process holder(Keyserver keyserver) throws IOException {
        Process nc = new ProcessBuilder(
                        "nc",
                        "-U",
                        keyserver.prefix().resolve("var/run/oksd.ctl").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        OutputStream input = nc.getOutputStream(); // stays open as long as the process lives
        input.write(PAUSE.getBytes(StandardCharsets.UTF_8));
        input.flush();
        return nc;
    }

    /**
     * What the store lacks after a crash is bounded by the flushes, by bytes here: replay does not grow with the log.
     */
    @Test
    void aReplayIsBoundedByWhatWasFlushed() throws Exception {
        String settings = "[store]\nflush_size = \"64KiB\"\nflush_age = \"1d\"\n";
        try (Scene scene = Scene.in(scratch, settings, 1)) {
            scene.keyserver().startOksd();
            scene.upload(2000);
            Await.until(
                    "it was flushed",
                    () -> scene.keyserver().status().at("/flushed_lsn").asLong() > 1000);
            scene.kill();
            scene.keyserver().startOksd();
            scene.prove("a crash");
            String replayed =
                    scene.keyserver().log().split("replayed changes: ")[1].split(",")[0];
            assertThat(Integer.parseInt(replayed))
                    .isLessThan(scene.acknowledged().changes() - 1000 + 100);
        }
    }
}
