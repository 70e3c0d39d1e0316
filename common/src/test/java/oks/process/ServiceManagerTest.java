package oks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** systemd's end of the notification socket is played by a few lines of Python: a datagram socket that prints. */
@Timeout(60)
class ServiceManagerTest {
    private static final String LISTENER = """
            import socket, sys
            name = sys.argv[1]
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listener.bind('\\0' + name[1:] if name.startswith('@') else name)
            print('listening', flush=True)
            while True:
                print(listener.recv(4096).decode().replace(chr(10), '|'), flush=True)
            """;

    private Process listener;

    @AfterEach
    void endListener() {
        if (listener != null) {
            listener.destroy();
        }
    }

    private BufferedReader listenAt(String name) throws IOException {
        Path python = ExternalProgram.require("python3", "python3");
        listener = new ProcessBuilder(python.toString(), "-c", LISTENER, name).start();
        BufferedReader heard = listener.inputReader();
        assertThat(heard.readLine()).isEqualTo("listening");
        return heard;
    }

    @Test
    void systemdIsToldWhenTheProgramIsReadyAndWhenItStops() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "oksn");
        BufferedReader heard = listenAt(directory.resolve("s").toString());
        try (ServiceManager systemd =
                ServiceManager.of(Map.of("NOTIFY_SOCKET", directory.resolve("s").toString()))) {
            systemd.starting("replaying", Duration.ofSeconds(60));
            assertThat(heard.readLine()).isEqualTo("EXTEND_TIMEOUT_USEC=60000000|STATUS=replaying");
            systemd.ready("10 certificates");
            assertThat(heard.readLine()).isEqualTo("READY=1|STATUS=10 certificates");
            systemd.stopping();
            assertThat(heard.readLine()).isEqualTo("STOPPING=1");
        } finally {
            Files.delete(directory.resolve("s"));
            Files.delete(directory);
        }
    }

    @Test
    void theWatchdogHearsFromAProgramThatWorksAtAnAbstractSocket() throws IOException {
        String name = "@oks-test-" + ProcessHandle.current().pid();
        BufferedReader heard = listenAt(name);
        try (ServiceManager systemd = ServiceManager.of(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "20000"))) {
            systemd.watch(Runnable::run);
            assertThat(heard.readLine()).isEqualTo("WATCHDOG=1");
            assertThat(heard.readLine()).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void aSocketThatIsNotThereStopsNoProgram() {
        try (ServiceManager gone = ServiceManager.of(Map.of("NOTIFY_SOCKET", "/nowhere/notify"))) {
            gone.ready("");
            gone.stopping();
        }
    }

    @Test
    void withoutServiceManagerNothingHappens() {
        try (ServiceManager none = ServiceManager.of(Map.of("WATCHDOG_USEC", "1000"))) {
            none.ready("");
            none.watch(alive -> {
                throw new AssertionError("nobody wants to know");
            });
            none.stopping();
        }
    }
}
