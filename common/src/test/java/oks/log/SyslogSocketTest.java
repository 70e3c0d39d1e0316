package oks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SyslogSocketTest {
    private static final Duration RETRY = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    @Test
    void packetsArriveInOrder() throws Exception {
        try (SyslogReceiver daemon = new SyslogReceiver(path());
                SyslogSocket socket = socket()) {
            for (int i = 0; i < 1000; i++) {
                socket.send(packet("packet " + i));
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(daemon.next()).isEqualTo("packet " + i);
            }
        }
    }

    @Test
    void packetsSentWhileNoDaemonListensArriveWhenItDoes() throws Exception {
        try (SyslogSocket socket = socket()) {
            socket.send(packet("early"));
            try (SyslogReceiver daemon = new SyslogReceiver(path())) {
                assertThat(daemon.next()).isEqualTo("early");
            }
        }
    }

    @Test
    void aDaemonThatIsStartedAgainGetsTheNextPacket() throws Exception {
        try (SyslogSocket socket = socket()) {
            try (SyslogReceiver daemon = new SyslogReceiver(path())) {
                socket.send(packet("before"));
                assertThat(daemon.next()).isEqualTo("before");
            }
            try (SyslogReceiver daemon = new SyslogReceiver(path())) {
                socket.send(packet("after"));
                assertThat(daemon.next()).isEqualTo("after");
            }
        }
    }

    @Test
    void aDaemonThatDoesNotReadCostsPacketsAndTheirNumberIsReported() throws Exception {
        try (SyslogReceiver daemon = new SyslogReceiver(path());
                SyslogSocket socket = socket()) {
            daemon.pause();
            int sent = 20_000;
            for (int i = 0; i < sent; i++) {
                socket.send(packet("packet"));
            }
            daemon.resume();
            int arrived = 0;
            long lost = 0;
            while (arrived + lost < sent) {
                String packet = daemon.next();
                if (packet.startsWith("lost ")) {
                    lost += Long.parseLong(packet.substring(5));
                } else {
                    arrived++;
                }
            }
            assertThat(arrived + lost).isEqualTo(sent);
            assertThat(lost).isPositive();
        }
    }

    @Test
    void aPacketTooLargeForTheSocketIsCountedAsLostAndTheNextArrives() throws Exception {
        try (SyslogReceiver daemon = new SyslogReceiver(path());
                SyslogSocket socket = socket()) {
            socket.send(new byte[16 << 20]);
            socket.send(packet("next"));
            Set<String> packets = new HashSet<>(Set.of(daemon.next(), daemon.next()));
            assertThat(packets).containsExactlyInAnyOrder("next", "lost 1");
        }
    }

    @Test
    void closingDeliversWhatIsQueued() throws Exception {
        try (SyslogReceiver daemon = new SyslogReceiver(path())) {
            SyslogSocket socket = socket();
            for (int i = 0; i < 200; i++) {
                socket.send(packet("packet " + i));
            }
            socket.close();
            socket.send(packet("too late"));
            for (int i = 0; i < 200; i++) {
                assertThat(daemon.next()).isEqualTo("packet " + i);
            }
        }
    }

    @Test
    void closingWithoutADaemonEnds() {
        SyslogSocket socket = socket();
        socket.send(packet("nobody hears this"));
        socket.close();
        socket.close();
    }

    private Path path() {
        return directory.resolve("log");
    }

    private SyslogSocket socket() {
        return new SyslogSocket(new LocalRoute(path()), RETRY, lost -> packet("lost " + lost));
    }

    private static byte[] packet(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
