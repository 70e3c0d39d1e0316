package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import oks.http.server.RateLimit;
import oks.openpgp.Armor;
import oks.service.ServiceAnswer;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that limits its clients and logs them. */
@Timeout(120)
final class LimitedGatewayTest {
    private static final String LOOKUP = "/pks/lookup?op=get&search=alice@example.org";

    @TempDir
    private Path directory;

    @Test
    void figuresAreForConfiguredNetworksOnly() throws Exception {
        try (RunningGateway gateway = new RunningGateway(
                directory, "[limits]\nmetrics = [\"203.0.113.0/24\", \"127.0.0.1\"]\nproxies = [\"127.0.0.1\"]\n")) {
            assertThat(gateway.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/metrics", "X-Forwarded-For", "203.0.113.9").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused = gateway.get("/metrics", "X-Forwarded-For", "198.51.100.1");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).isEqualTo("the figures are not for your address\n");
        }
        try (RunningGateway gateway = new RunningGateway(directory, "")) {
            assertThat(gateway.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/metrics", "X-Forwarded-For", "127.0.0.1").statusCode())
                    .as("through a proxy that is not configured")
                    .isEqualTo(403);
        }
    }

    @Test
    void configuredProxiesTellWhomTheyForwardInTheirOwnProtocol() throws Exception {
        try (RunningGateway gateway = new RunningGateway(
                directory,
                "[limits]\nlookups_per_second = 1\nproxies = [\"127.0.0.1\"]\nproxy_protocol = true\n"
                        + "exempt = []\n[access]\nfile = \"access.log\"\naddresses = \"full\"\n")) {
            String request = "GET " + LOOKUP + " HTTP/1.0\r\n\r\n";
            String v2 = "\r\n\r\n\0\r\nQUIT\n" + "\u0021\u0011\0\u000c" + "\u00cb\0\u0071\u0007" + "\u007f\0\0\u0001"
                    + "\u0030\u0039\u001f\u0090"; // 203.0.113.7
            assertThat(gateway.raw("PROXY TCP4 203.0.113.1 127.0.0.1 4000 80\r\n" + request))
                    .startsWith("HTTP/1.0 404 ");
            assertThat(gateway.raw("PROXY TCP6 2001:db8::1 ::1 4000 80\r\n" + request))
                    .startsWith("HTTP/1.0 404 ");
            assertThat(gateway.raw(v2 + request)).startsWith("HTTP/1.0 404 ");
            assertThat(gateway.raw("PROXY UNKNOWN\r\n" + request)).startsWith("HTTP/1.0 404 ");
            assertThat(gateway.raw(request)).as("a proxy that does not tell").isEmpty();
            RunningGateway.until(() -> raw(gateway, "PROXY TCP4 203.0.113.9 127.0.0.1 4000 80\r\n" + request)
                    .startsWith("HTTP/1.0 429 "));
            assertThat(gateway.raw("PROXY TCP4 203.0.113.10 127.0.0.1 4000 80\r\n" + request))
                    .startsWith("HTTP/1.0 404 ");
            Path log = directory.resolve("access.log");
            RunningGateway.until(
                    () -> Files.exists(log) && String.join("\n", lines(log)).contains(" 203.0.113.7 "));
            assertThat(String.join("\n", lines(log)))
                    .contains(" 203.0.113.1 ", " 2001:db8:0:0:0:0:0:1 ", " 127.0.0.1 ");
        }
    }

    @Test
    void whoIsNoProxyCannotPretendToForward() throws Exception {
        try (RunningGateway gateway =
                new RunningGateway(directory, "[limits]\nproxies = [\"192.0.2.1\"]\nproxy_protocol = true\n")) {
            String request = "GET /healthz HTTP/1.0\r\n\r\n";
            assertThat(gateway.raw("PROXY TCP4 203.0.113.1 127.0.0.1 4000 80\r\n" + request))
                    .isEmpty();
            assertThat(gateway.raw("PROXY rubbish\r\n" + request)).doesNotContain("200");
            assertThat(gateway.raw(request)).isEmpty();
        }
        try (RunningGateway gateway = new RunningGateway(directory, "[limits]\nproxies = [\"127.0.0.1\"]\n")) {
            assertThat(gateway.raw("PROXY TCP4 203.0.113.1 127.0.0.1 4000 80\r\nGET /healthz HTTP/1.0\r\n\r\n"))
                    .as("not switched on")
                    .matches("(?s)HTTP/1\\.[01] 400 .*");
        }
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeBackAndNobodyElseIs() throws Exception {
        try (RunningGateway gateway = new RunningGateway(
                directory,
                "[limits]\nlookups_per_second = 1\nuploads_per_second = 1\nproxies = [\"127.0.0.1\"]\nexempt = []\n")) {
            HttpResponse<String> refused = limited(gateway, "203.0.113.1");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue("*");
            assertThat(refused.body()).isEqualTo("too many requests from your address\n");
            assertThat(gateway.get(LOOKUP, "X-Forwarded-For", "203.0.113.2").statusCode())
                    .isEqualTo(404);
            byte[] upload = Armor.certificates(List.of(SampleCertificates.certificate(1)));
            assertThat(gateway.addForm(upload, "X-Forwarded-For", "203.0.113.1").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.get("/healthz", "X-Forwarded-For", "203.0.113.1").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.get("/", "X-Forwarded-For", "203.0.113.1").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aClientWhoseProxyGivesNoReadableAddressIsLimitedAndReadsNoFigures() throws Exception {
        try (RunningGateway gateway =
                new RunningGateway(directory, "[limits]\nlookups_per_second = 1\nproxies = [\"127.0.0.1\"]\n")) {
            assertThat(limited(gateway, "unknown").statusCode()).isEqualTo(429);
            assertThat(gateway.get(LOOKUP, "X-Forwarded-For", "_x").statusCode())
                    .as("together with other unknown ones")
                    .isEqualTo(429);
            for (String client : List.of("unknown", "_x", "203.0.113.1:4711", "[2001:db8::1]", "[2001:db8::1]:4711")) {
                assertThat(gateway.get("/metrics", "X-Forwarded-For", client).statusCode())
                        .as(client)
                        .isIn(403, 429);
            }
            RunningGateway.until(() -> status(gateway, "203.0.113.1:4711") == 429);
            assertThat(gateway.get(LOOKUP, "X-Forwarded-For", "203.0.113.1:4712")
                            .statusCode())
                    .as("the same client")
                    .isEqualTo(429);
            assertThat(gateway.get(LOOKUP, "X-Forwarded-For", "203.0.113.2").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aConnectionTooManyOfOneAddressIsClosed() throws Exception {
        try (RunningGateway gateway =
                        new RunningGateway(directory, "[limits]\nconnections_per_address = 2\nexempt = []\n");
                Socket first = new Socket("127.0.0.1", gateway.port());
                Socket second = new Socket("127.0.0.1", gateway.port())) {
            assertThat(answered(first)).isTrue();
            assertThat(answered(second)).isTrue();
            try (Socket third = new Socket("127.0.0.1", gateway.port())) {
                assertThat(answered(third)).isFalse();
            }
            assertThat(answered(first)).isTrue();
        }
    }

    @Test
    void theAccessLogHoldsWhatHappenedAndNeitherWhoNorWhatWasSoughtAndGoesOnAfterARename() throws Exception {
        Path log = directory.resolve("access.log");
        try (RunningGateway gateway = new RunningGateway(
                directory, "[limits]\nproxies = [\"127.0.0.1\"]\n[access]\nfile = \"" + log + "\"\n")) {
            gateway.get(LOOKUP, "X-Forwarded-For", "203.0.113.77");
            RunningGateway.until(() -> lines(log).size() == 1);
            assertThat(lines(log).get(0))
                    .matches("2026-11-22T10:49:02Z 203\\.0\\.113\\.0 GET /pks/lookup get 404 \\d+ \\d+us");
            Path old = Files.move(log, directory.resolve("access.log.1"));
            gateway.reopenLogs();
            gateway.get("/odd%0Aplace");
            RunningGateway.until(() -> Files.exists(log) && lines(log).size() == 1);
            assertThat(lines(log).get(0)).contains(" 127.0.0.0 GET - other 404 ");
            assertThat(lines(old)).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                    .isEqualTo("rw-r-----");
        }
    }

    /** Whatever is asked for, wherever it stands in the request, and whether there is an answer or not. */
    @Test
    void noLogNamesWhoWasSoughtNorRepeatsWhatClientsMakeUp() throws Exception {
        Path log = directory.resolve("access.log");
        List<String> paths = List.of(
                "/pks/v2/certs/by-identity/sought@example.org",
                "/pks/v2/index/sought@example.org",
                "/pks/v2/canonical/sought@example.org",
                "/pks/v2/certs/by-keyid/sought",
                "/pks/v2/certs/by-vfingerprint/04/sought",
                "/pks/v2/prefixlog/sought",
                "/pks/lookup?op=get&search=sought",
                "/pks/lookup?op=sought",
                "/pks/lookup/sought",
                "/sought@example.org",
                "/pks/v2/certs/sought",
                "/oks.css?sought",
                "/help?sought=1");
        try (Logged own = new Logged();
                RunningGateway gateway = new RunningGateway(directory, "[access]\nfile = \"" + log + "\"\n")) {
            for (String path : paths) {
                gateway.get(path);
            }
            gateway.raw("SOUGHT" + "T".repeat(500) + " /pks/lookup HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            gateway.raw("GET /sought HTTP/1.1\r\n\r\n");
            gateway.raw("GET http://sought/sought HTTP/1.1\r\nHost: sought\r\nConnection: close\r\n\r\n");
            gateway.keyserver().answerInstead(new ServiceAnswer.Status("not what was asked for"));
            gateway.get(LOOKUP.replace("alice", "sought"));
            gateway.get("/pks/v2/certs/by-identity/sought@example.org");
            gateway.keyserver()
                    .answerInstead(new ServiceAnswer.Certificates(
                            1, List.of(new ServiceAnswer.Found(1, 1, "sought".getBytes(StandardCharsets.US_ASCII)))));
            assertThat(gateway.get("/pks/v2/index/sought@example.org").statusCode())
                    .isEqualTo(500);
            RunningGateway.until(() -> lines(log).size() == paths.size() + 6);
            assertThat(String.join("\n", lines(log)))
                    .doesNotContain("sought")
                    .contains(" SOUGHTTTTTTTTTTT... ", " GET /pks/v2/certs/by-identity/ v2_certs ");
            assertThat(own.lines()).doesNotContain("sought").contains("could not answer GET /pks/v2/index/");
        }
    }

    /** Asks until refused: how many pass before depends on the time that they take. */
    private static HttpResponse<String> limited(RunningGateway gateway, String address) throws Exception {
        for (int i = 0; i < 10_000; i++) {
            HttpResponse<String> answer = gateway.get(LOOKUP, "X-Forwarded-For", address);
            if (answer.statusCode() == 429) {
                assertThat(i).isGreaterThanOrEqualTo(RateLimit.BURST_SECONDS);
                return answer;
            }
        }
        throw new AssertionError("never refused");
    }

    private static int status(RunningGateway gateway, String forwarded) {
        try {
            return gateway.get(LOOKUP, "X-Forwarded-For", forwarded).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean answered(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        try {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (!answer.toString().endsWith("\r\n\r\nok\n")) {
                int octet = socket.getInputStream().read();
                if (octet < 0) {
                    return false;
                }
                answer.append((char) octet);
            }
            return true;
        } catch (IOException reset) {
            return false;
        }
    }

    private static String raw(RunningGateway gateway, String request) {
        try {
            return gateway.raw(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
