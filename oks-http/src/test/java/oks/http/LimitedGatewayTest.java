package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import oks.openpgp.Armor;
import oks.testing.SampleCertificates;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that limits its clients and logs them. */
@Timeout(120)
final class LimitedGatewayTest {
    private static final String LOOKUP = "/pks/lookup?op=get&search=alice@example.org";

    @TempDir private Path directory;

    @Test
    void whoAsksTooOftenIsToldWhenToComeBackAndNobodyElseIs() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory,
                "[limits]\nlookups_per_second = 1\nuploads_per_second = 1\nproxies = [\"127.0.0.1\"]\nexempt = []\n")) {
            HttpResponse<String> refused = limited(gateway, "203.0.113.1");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
            assertThat(refused.body()).isEqualTo("too many requests from your address\n");
            assertThat(gateway.get(LOOKUP, "X-Forwarded-For", "203.0.113.2").statusCode()).isEqualTo(404);
            byte[] upload = Armor.certificates(List.of(SampleCertificates.certificate(1)));
            assertThat(gateway.addForm(upload, "X-Forwarded-For", "203.0.113.1").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/healthz", "X-Forwarded-For", "203.0.113.1").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/", "X-Forwarded-For", "203.0.113.1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aConnectionTooManyOfOneAddressIsClosed() throws Exception {
        try (RunningGateway gateway = new RunningGateway(directory, "[limits]\nconnections_per_address = 2\nexempt = []\n");
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
        try (RunningGateway gateway = new RunningGateway(directory,
                "[limits]\nproxies = [\"127.0.0.1\"]\n[access]\nfile = \"" + log + "\"\n")) {
            gateway.get(LOOKUP, "X-Forwarded-For", "203.0.113.77");
            RunningGateway.until(() -> lines(log).size() == 1);
            assertThat(lines(log).get(0)).matches("2026-11-22T10:49:02Z 203\\.0\\.113\\.0 GET /pks/lookup get 404 \\d+ \\d+us");
            Path old = Files.move(log, directory.resolve("access.log.1"));
            gateway.reopenLogs();
            gateway.get("/odd%0Aplace");
            RunningGateway.until(() -> Files.exists(log) && lines(log).size() == 1);
            assertThat(lines(log).get(0)).contains(" 127.0.0.0 GET /odd%0Aplace other 404 ");
            assertThat(lines(old)).hasSize(1);
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
            socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
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
}
