package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import oks.openpgp.Armor;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests as no good client sends them; after each, the gateway answers lookups and takes uploads as before. */
@Timeout(240)
final class HttpTortureTest {
    private static final long SEED = 20261122;

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "[http]\nmax_body = \"64KiB\"\nread_timeout = \"1s\"\n");
        for (int seed = 1; seed <= 5; seed++) {
            gateway.keyserver().put(SampleCertificates.certificate(seed));
        }
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @AfterEach
    void worksAsBefore() throws Exception {
        assertThat(gateway.lookup("get", "", SampleCertificates.email(1)).statusCode())
                .isEqualTo(200);
        assertThat(gateway.addForm(Armor.certificates(List.of(SampleCertificates.certificate(1))))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aRequestInSinglePiecesIsTheSameRequest() throws Exception {
        String request = upload();
        String whole = gateway.raw(request);
        try (Socket socket = socket()) {
            socket.setTcpNoDelay(true);
            for (byte octet : ascii(request)) {
                socket.getOutputStream().write(octet);
                socket.getOutputStream().flush();
            }
            assertThat(body(rest(socket))).isEqualTo(body(whole)).contains("ignored");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            requests.append("GET /pks/lookup?op=index&options=mr&search=0x")
                    .append(SampleCertificates.fingerprint(1 + i % 5))
                    .append(
                            i == 199
                                    ? " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                    : " HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        List<String> fingerprints = gateway.raw(requests.toString())
                .lines()
                .filter(line -> line.startsWith("pub:"))
                .map(line -> line.split(":")[1])
                .toList();
        assertThat(fingerprints).hasSize(200);
        for (int i = 0; i < 200; i++) {
            assertThat(fingerprints.get(i)).isEqualTo(SampleCertificates.fingerprint(1 + i % 5));
        }
    }

    @Test
    void aRequestCutAnywhereHarmsNobody() throws Exception {
        byte[] request = ascii(upload());
        for (int cut = 1; cut < request.length; cut += 1 + request.length / 100) {
            try (Socket socket = socket()) {
                socket.getOutputStream().write(request, 0, cut);
            }
        }
        assertThat(gateway.keyserver().fingerprints()).hasSize(5);
    }

    @Test
    void lengthsThatLieAreRefusedOrEndTheConnection() throws Exception {
        for (String length : List.of("-1", "99999999999999999999", "1e3", "0x10", "5, 6", "65537")) {
            String answer = gateway.raw("POST /pks/add HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                    + length + "\r\n\r\nkeytext=x");
            assertThat(answer).as(length).matches("(?s)|HTTP/1\\.1 (400|413) .*");
        }
        String both = gateway.raw(
                "POST /pks/add HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(both.split("HTTP/1.1 ", -1)).as("no request is smuggled in").hasSizeLessThanOrEqualTo(2);
        assertThat(
                        gateway.raw(
                                "POST /pks/add HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n"))
                .matches("(?s)|HTTP/1\\.1 400 .*");
    }

    @Test
    void randomBytesAreAnsweredWithAnErrorOrNotAtAll() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            byte[] noise = new byte[1 + random.nextInt(3000)];
            random.nextBytes(noise);
            byte[] sent = round % 2 == 0 ? noise : flipped(ascii(upload()), random);
            try (Socket socket = socket()) {
                socket.getOutputStream().write(sent);
                socket.shutdownOutput(); // the name of the protocol comes back as it was sent
                assertThat(rest(socket))
                        .as("seed " + SEED + ", round " + round)
                        .matches("(?s)|[^\\s]{1,20} [245]\\d\\d .*")
                        .doesNotContain("Exception");
            } catch (IOException reset) {
                continue; // the gateway has hung up on what we still wrote
            }
        }
    }

    @Test
    void hundredsOfIdleConnectionsKeepNobodyOut() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                idle.add(socket());
            }
            assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
            for (Socket socket : idle) {
                assertThat(rest(socket)).isEmpty(); // closed for its silence
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    /**
     * What qa/torture/http does for long, with 10,000 idle connections and as a process with the options of the
     * installation.
     */
    @Test
    void aProcessIsMistreatedForAMomentAndKeepsItsMemory(@TempDir Path scratch) throws Exception {
        long seed = Long.getLong("oks.http.torture.seed", SEED);
        try (HttpTorture torture = new HttpTorture(scratch, seed, optionsOfTheInstallation())) {
            HttpTorture.Outcome outcome = torture.run(1000, Duration.ofSeconds(5));
            assertThat(outcome.wrong()).isEmpty();
            assertThat(outcome.idleOpen()).isEqualTo(1000);
            assertThat(outcome.rssPeak()).as("seed %d: bytes of memory", seed).isLessThan(350L << 20);
        }
    }

    /** The installation's process ends when its heap is exhausted. */
    @Test
    void aProcessOutlivesWhoeverWantsItsMemory(@TempDir Path scratch) throws Exception {
        assertThat(HttpTorture.takeMemory(scratch, optionsOfTheInstallation())).isEmpty();
    }

    private static List<String> optionsOfTheInstallation() throws IOException {
        return Files.readAllLines(Path.of("../packaging/src/main/lib/oks-http.args")).stream()
                .filter(line -> line.startsWith("-"))
                .toList();
    }

    private static String upload() {
        String keytext = "keytext="
                + RunningGateway.escape(new String(
                        Armor.certificates(List.of(SampleCertificates.certificate(2))), StandardCharsets.US_ASCII));
        return "POST /pks/add HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + keytext.length() + "\r\n\r\n" + keytext;
    }

    private static byte[] flipped(byte[] request, Random random) {
        byte[] flipped = Arrays.copyOf(request, request.length);
        for (int i = 0; i < 5; i++) {
            flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
        }
        return flipped;
    }

    private static Socket socket() throws IOException {
        return new Socket("127.0.0.1", gateway.port());
    }

    private static String rest(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        in.transferTo(all);
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
