package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class ControlServerTest {
    @TempDir
    private Path directory;
    private ControlServer server;

    @Test
    void aCommandIsAnsweredWithProgressAndItsResult() {
        ObjectNode result = Json.object().put("rotated", true);
        ControlHandler handler = (request, peer, reply) -> {
            reply.progress(new Progress("flushing", 1, 2, "bytes"));
            reply.done(result);
        };
        List<Progress> heard = new ArrayList<>();
        open(handler);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertThat(client.call(new ControlRequest.Rotate(), heard::add)).isEqualTo(result);
        }
        assertThat(heard).containsExactly(new Progress("flushing", 1, 2, "bytes"));
    }

    @Test
    void aFaultArrivesWithAllItsPartsAndItsExitStatus() {
        ControlHandler handler = (request, peer, reply) -> {
            throw OperatorFault.of(ExitCode.BUSY, "oksd is paused by 100%% of users").kept("50 %%").next("resume it");
        };
        open(handler);
        try (ControlClient client = ControlClient.connect(socket())) {
            OperatorFault fault = catchThrowableOfType(OperatorFault.class,
                    () -> client.call(new ControlRequest.Rotate(), ProgressListener.NONE));
            assertThat(fault.lines("oksctl")).containsExactly(
                    "oksctl: error: oksd is paused by 100%% of users", "oksctl: kept: 50 %%", "oksctl: next: resume it");
            assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
        }
    }

    @Test
    void theKernelSaysWhoThePeerIs() {
        ControlHandler handler = (request, peer, reply) -> reply.done(Json.object()
                .put("uid", peer.uid()).put("pid", peer.pid()).put("user", peer.user().orElse("")));
        open(handler);
        try (ControlClient client = ControlClient.connect(socket())) {
            ObjectNode told = client.call(new ControlRequest.Status(), ProgressListener.NONE);
            assertThat(told.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
            assertThat(told.get("user").asText()).isEqualTo(System.getProperty("user.name"));
        }
    }

    @AfterEach
    void closeServer() {
        if (server != null) {
            server.close();
        }
    }

    private void open(ControlHandler handler) {
        server = ControlServer.open(socket(), ControlAccess.OWN, handler);
    }

    private Path socket() {
        return directory.resolve("run").resolve("oksd.ctl");
    }
}
