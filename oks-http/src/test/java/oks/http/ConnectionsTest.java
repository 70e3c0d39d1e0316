package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that keep the gateway waiting, and too many of them. */
@Timeout(120)
final class ConnectionsTest {
    @TempDir
    private Path directory;

    @Test
    void whoSendsNothingIsDisconnectedAndAHalfBodyIsAnsweredFirst() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "[http]\nread_timeout = \"1s\"\n");
                Socket silent = new Socket("127.0.0.1", gateway.port());
                Socket half = new Socket("127.0.0.1", gateway.port())) {
            half.getOutputStream()
                    .write("POST /pks/add HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nkeytext="
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(rest(silent)).isEmpty();
            assertThat(rest(half)).startsWith("HTTP/1.1 408 ").endsWith("the body did not come in time\n");
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAndTheOthersGoOn() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "[http]\nmax_connections = 3\n")) {
            List<Socket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    sockets.add(new Socket("127.0.0.1", gateway.port()));
                    assertThat(healthz(sockets.get(i))).isTrue();
                }
                try (Socket fourth = new Socket("127.0.0.1", gateway.port())) {
                    assertThat(rest(fourth)).isEmpty();
                }
                assertThat(healthz(sockets.get(0))).isTrue();
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void aStopFinishesTheRequestsInFlightAndAcceptsNoMore() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "");
                Socket idle = new Socket("127.0.0.1", gateway.port());
                Socket busy = new Socket("127.0.0.1", gateway.port())) {
            assertThat(healthz(idle)).isTrue();
            gateway.keyserver().put(SampleCertificates.certificate(1));
            gateway.keyserver().hold();
            busy.getOutputStream()
                    .write(("GET /pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(1)
                                    + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            RunningGateway.until(() -> gateway.keyserver().held() == 1);
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(gateway::stop);
            assertThat(rest(idle)).isEmpty();
            assertThat(stopping).isNotDone();
            gateway.keyserver().answerHeld();
            assertThat(rest(busy)).startsWith("HTTP/1.1 200 ").endsWith("-----END PGP PUBLIC KEY BLOCK-----\n");
            stopping.get(60, TimeUnit.SECONDS);
            assertThatThrownBy(() -> new Socket("127.0.0.1", gateway.port()).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void whoClosesItsSendingHalfGetsItsAnswersAndWhoSendsHalfARequestNone() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "")) {
            gateway.keyserver().put(SampleCertificates.certificate(1));
            String request = "GET /pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(1)
                    + " HTTP/1.1\r\nHost: x\r\n\r\n";
            for (int times : List.of(1, 3)) {
                String answers = halfClosed(gateway, request.repeat(times));
                assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(times + 1);
                assertThat(answers).endsWith("-----END PGP PUBLIC KEY BLOCK-----\n");
            }
            gateway.keyserver().hold();
            try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
                byte[] upload = SampleCertificates.certificate(2);
                socket.getOutputStream()
                        .write(
                                ("POST /pks/add HTTP/1.1\r\nHost: x\r\nContent-Type: application/pgp-keys\r\nContent-Length: "
                                                + upload.length + "\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(upload);
                socket.shutdownOutput();
                RunningGateway.until(() -> gateway.keyserver().held() == 1);
                gateway.keyserver().answerHeld();
                assertThat(rest(socket))
                        .as("an upload that takes its time")
                        .startsWith("HTTP/1.1 200 ")
                        .contains("inserted");
            }
            for (String part : List.of(
                    "",
                    "GET /healthz HTT",
                    "POST /pks/add HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nkeytext=")) {
                assertThat(halfClosed(gateway, part)).as(part).doesNotContain(" 200 ");
            }
        }
    }

    private static String halfClosed(RunningGateway gateway, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return rest(socket);
        }
    }

    @Test
    void aSlowAnswerOfOksdIsNotTheClientsFault() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "[http]\nread_timeout = \"1s\"\n");
                Socket other = new Socket("127.0.0.1", gateway.port());
                Socket waiting = new Socket("127.0.0.1", gateway.port())) {
            gateway.keyserver().hold();
            waiting.getOutputStream()
                    .write("GET /pks/lookup?op=get&search=x HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            RunningGateway.until(() -> gateway.keyserver().held() == 1);
            assertThat(rest(other)).isEmpty(); // that one was closed for its silence, so the time is up for both
            gateway.keyserver().answerHeld();
            assertThat(rest(waiting)).startsWith("HTTP/1.0 404 ");
        }
    }

    private static boolean healthz(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!answer.toString().endsWith("\r\n\r\nok\n")) {
            int octet = in.read();
            if (octet < 0) {
                return false;
            }
            answer.append((char) octet);
        }
        return true;
    }

    private static String rest(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
