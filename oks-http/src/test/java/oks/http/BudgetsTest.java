package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import oks.http.server.BodyBlocks;
import oks.http.server.Budgets;
import oks.http.server.ClientAddress;
import oks.http.server.ClientShares;
import oks.service.ByteBudget;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Found;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is held for clients is counted, bounded, and given back; the gateway is sized as if its heap had 20 MiB. */
@Timeout(240)
final class BudgetsTest {
    private static final String GET = "GET /pks/lookup?op=get&search=x HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final int LARGE = 1 << 20;

    @TempDir
    private Path directory;

    private final Budgets budgets = Budgets.of(20 << 20);

    @Test
    void bodiesThatDoNotComeToTheirEndLeaveRoomForSmallOnesAndGoAwayInTime() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "[http]\nread_timeout = \"1s\"\n", budgets)) {
            List<Socket> stalled = new ArrayList<>();
            try {
                for (int i = 0; i < 6; i++) {
                    stalled.add(stall(gateway, 3 << 20));
                }
                RunningGateway.until(() -> budgets.bodies().refusals() > 0);
                assertThat(gateway.post("application/pgp-keys", SampleCertificates.certificate(1))
                                .statusCode())
                        .as("a small one")
                        .isEqualTo(200);
                assertThat(budgets.bodies().held())
                        .isLessThanOrEqualTo(budgets.bodies().most());
                List<String> answers = new ArrayList<>();
                for (Socket socket : stalled) {
                    answers.add(rest(socket).replaceFirst("(?s)\\r\\n.*", ""));
                }
                assertThat(answers).isSubsetOf("HTTP/1.1 503 Service Unavailable", "HTTP/1.1 408 Request Timeout", "");
            } finally {
                close(stalled);
            }
            RunningGateway.until(() -> budgets.all().held() == 0);
            assertThat(gateway.post("application/pgp-keys", new byte[3 << 20]).statusCode())
                    .isEqualTo(422);
            RunningGateway.until(() -> budgets.all().held() == 0);
        }
    }

    @Test
    void answersThatAreNotTakenAreBoundedAndTheirReadersCut() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "[http]\nread_timeout = \"1s\"\n", budgets)) {
            gateway.keyserver().answerInstead(large(1));
            List<Socket> deaf = new ArrayList<>();
            try {
                for (int i = 0; i < 10; i++) {
                    Socket socket = new Socket();
                    socket.setReceiveBufferSize(4096);
                    socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
                    socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
                    deaf.add(socket);
                }
                RunningGateway.until(() -> budgets.answers().refusals() > 0);
                assertThat(budgets.answers().held())
                        .isLessThanOrEqualTo(budgets.answers().most());
                HttpResponse<String> full = gateway.lookup("get", "", "x");
                if (full.statusCode() != 200) { // else one of them has been cut already
                    assertThat(full.statusCode()).isEqualTo(503);
                    assertThat(full.headers().firstValue("Retry-After")).isPresent();
                }
                gateway.keyserver().answerInstead(null);
                gateway.keyserver().put(SampleCertificates.certificate(1));
                assertThat(gateway.lookup("get", "", SampleCertificates.email(1))
                                .statusCode())
                        .as("a small one")
                        .isEqualTo(200);
                RunningGateway.until(() -> budgets.all().held() == 0); // none of them was closed by us
            } finally {
                close(deaf);
            }
        }
    }

    @Test
    void whatIsWholeGoesOutWholeAndIsGivenBack() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "", budgets)) {
            Certificates answer = large(1);
            gateway.keyserver().answerInstead(answer);
            for (String encoding : List.of("identity", "gzip")) {
                HttpResponse<byte[]> got =
                        gateway.bytes("/pks/lookup?op=get&options=bin&search=x", "Accept-Encoding", encoding);
                assertThat(got.statusCode()).isEqualTo(200);
                if (encoding.equals("identity")) {
                    assertThat(got.body()).isEqualTo(answer.found().get(0).certificate());
                }
            }
            RunningGateway.until(() -> budgets.all().held() == 0);
            gateway.keyserver().answerInstead(large(3));
            HttpResponse<String> beyond = gateway.lookup("get", "", "x");
            assertThat(beyond.statusCode()).isEqualTo(413);
            assertThat(beyond.body())
                    .isEqualTo(
                            "the answer is larger than this server can hold: search for less, or for a fingerprint\n");
            gateway.keyserver().answerInstead(null);
            RunningGateway.until(() -> budgets.all().held() == 0);
            assertThat(gateway.get("/metrics").body())
                    .contains(
                            "oks_http_memory_held_bytes{what=\"answers\"} 0.0",
                            "oks_http_memory_limit_bytes{what=\"all\"} 1.048576E7");
        }
    }

    @Test
    void streamsOfHttp2WhoseWindowsStayClosedAreCountedAndCut() throws Exception {
        OpenSsl.selfSigned(directory.resolve("tls.pem"), directory.resolve("tls.key"), "rsa:2048");
        String more = "[tls]\nport = 0\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n[http]\nread_timeout = \"5s\"\n";
        try (RunningGateway gateway = new RunningGateway(directory, more, budgets);
                Http2Client client = new Http2Client(gateway.tlsPort())) {
            gateway.keyserver().put(SampleCertificates.certificate(1));
            gateway.keyserver().hold();
            for (int connection = 0; connection < 6; connection++) {
                client.ask(client.connect(), "/pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(1), 80);
            }
            RunningGateway.until(() -> budgets.answers().refusals() > 0);
            assertThat(budgets.answers().held())
                    .isLessThanOrEqualTo(budgets.answers().most());
            gateway.keyserver().answerHeld();
            RunningGateway.until(() -> budgets.all().held() == 0);
        }
    }

    @Test
    void oneClientHoldsNotAllOfTheAnswers() {
        ClientShares shares = new ClientShares(100);
        ClientAddress one = ClientAddress.of("192.0.2.1", List.of(), new ClientAddress.Rules(List.of(), List.of()));
        ClientAddress other = ClientAddress.of("192.0.2.2", List.of(), new ClientAddress.Rules(List.of(), List.of()));
        assertThat(shares.take(one, 80)).isTrue();
        assertThat(shares.take(one, 21)).isFalse();
        assertThat(shares.take(other, 21)).isTrue();
        shares.give(one, 50);
        assertThat(shares.take(one, 70)).isTrue();
    }

    @Test
    void aBodyIsCountedByWhatItTakesHoweverSmallItsPieces() {
        ByteBudget budget = new ByteBudget(300_000);
        BodyBlocks blocks = new BodyBlocks(budget);
        byte[] body = new byte[100_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
            assertThat(blocks.add(Buffer.buffer(new byte[] {(byte) i}))).isTrue();
        }
        assertThat(budget.held()).isBetween(100_000L, 200_000L);
        assertThat(blocks.whole())
                .map(byte[]::clone)
                .hasValueSatisfying(whole -> assertThat(whole).isEqualTo(body));
        assertThat(budget.held()).isEqualTo(100_000);
        blocks.release();
        assertThat(budget.held()).isZero();
        BodyBlocks tooMuch = new BodyBlocks(budget);
        assertThat(tooMuch.add(Buffer.buffer(new byte[200_000]))).isTrue();
        assertThat(tooMuch.add(Buffer.buffer(new byte[100]))).isTrue();
        assertThat(tooMuch.whole()).as("no room for one piece").isEqualTo(Optional.empty());
        assertThat(tooMuch.add(Buffer.buffer(new byte[100_000]))).isFalse();
        tooMuch.release();
        assertThat(budget.held()).isZero();
    }

    /** An answer of so many MiB; its packets are no certificate, and nobody looks. */
    private static Certificates large(int mebibytes) {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < mebibytes; i++) {
            byte[] packets = SampleCertificates.certificate(1).clone();
            byte[] one = Arrays.copyOf(packets, LARGE);
            found.add(new Found(i + 1, i + 1, one));
        }
        return new Certificates(mebibytes, found);
    }

    private static Socket stall(RunningGateway gateway, int bytes) throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.port());
        socket.getOutputStream()
                .write(("POST /pks/add HTTP/1.1\r\nHost: x\r\nContent-Type: application/pgp-keys\r\nContent-Length: "
                                + bytes + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        try {
            socket.getOutputStream().write(new byte[bytes - 1]);
        } catch (IOException refused) {
            return socket;
        }
        return socket;
    }

    private static String rest(Socket socket) {
        try {
            socket.setSoTimeout(60_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException reset) {
            return "";
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
