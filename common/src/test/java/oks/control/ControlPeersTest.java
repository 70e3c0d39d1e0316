package oks.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import oks.json.Json;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other programs at the control socket: as oks-control(5) shows them, and killed. */
@Timeout(60)
class ControlPeersTest {
    @TempDir
    private Path directory;

    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Process> started = new ArrayList<>();
    private ControlServer server;
    private String nc;

    @BeforeEach
    void open() {
        nc = ExternalProgram.require("nc", "netcat-openbsd").toString();
        server = ControlServer.open(socket(), ControlAccess.OWN, this::handle);
    }

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
        if (server != null) {
            server.close();
        }
    }

    /** A snapshot is held by its connection; a check runs for ever; everything else says who asks. */
    private ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress) {
        if (request.kind() == ControlRequest.Kind.SNAPSHOT) {
            peer.onClose(released::countDown);
            return Json.object().put("id", "1");
        }
        if (request.kind() == ControlRequest.Kind.CHECK) {
            peer.onClose(released::countDown);
            progress.progress(new Progress("reading", 1, 0, "certificates"));
            assertThat(catchThrowable(released::await)).isNull();
        }
        return Json.object().put("command", request.kind().word()).put("pid", peer.pid());
    }

    @Test
    void requestsPipedThroughNcAreAllAnsweredBeforeTheConnectionEnds() throws IOException, InterruptedException {
        Process peer = start(nc, "-N", "-U", socket().toString());
        try (Writer requests = peer.outputWriter()) {
            requests.write("{\"command\":\"rotate\"}\n{\"command\":\"format\"}\n{\"command\":\"status\"}\n");
        }
        List<String> answers = peer.inputReader().lines().toList();
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0))
                .isEqualTo("{\"ok\":true,\"result\":{\"command\":\"rotate\",\"pid\":" + peer.pid() + "}}");
        assertThat(answers.get(1)).contains("command \\\"format\\\" is unknown");
        assertThat(answers.get(2)).contains("\"status\"");
        assertThat(peer.waitFor()).isZero();
    }

    @Test
    void whatAKilledProcessHeldIsReleased() throws IOException, InterruptedException {
        Process peer = start(nc, "-U", socket().toString());
        assertThat(answer(peer, "{\"command\":\"snapshot\"}")).contains("\"id\":\"1\"");
        assertThat(released.getCount()).isEqualTo(1);
        peer.destroyForcibly(); // SIGKILL
        released.await();
    }

    @Test
    void aProcessKilledWhileItsCommandRunsIsNoticedAtOnce() throws IOException, InterruptedException {
        Process peer = start(nc, "-U", socket().toString());
        assertThat(answer(peer, "{\"command\":\"check\"}")).contains("reading");
        peer.destroyForcibly();
        released.await();
    }

    private static String answer(Process peer, String request) throws IOException {
        Writer requests = peer.outputWriter();
        requests.write(request + "\n");
        requests.flush();
        BufferedReader answers = peer.inputReader();
        return answers.readLine();
    }

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    private Path socket() {
        return directory.resolve("oksd.ctl");
    }
}
