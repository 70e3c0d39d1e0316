package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import oks.openpgp.Armor;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tells an operator, a load balancer and Prometheus how the gateway is. */
@Timeout(120)
final class HealthTest {
    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "");
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @AfterEach
    void answerAgain() {
        gateway.keyserver().answerInstead(null);
    }

    @ParameterizedTest
    @CsvSource({
        "running,200,ready",
        "degraded,200,'ready, degraded'",
        "paused,503,oksd is paused and takes no uploads",
        "starting,503,oksd is starting and takes no uploads",
        "stopping,503,oksd is stopping and takes no uploads"
    })
    void readinessIsWhetherUploadsAreTaken(String state, int status, String text) throws Exception {
        gateway.keyserver().answerInstead(MemoryKeyserver.status(state, 0, 0));
        HttpResponse<String> answer = gateway.get("/readyz");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(text + "\n");
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
        assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutOksdTheProcessIsHealthyAndNotReadyAndTheFiguresSaySo() throws Exception {
        assertThat(gateway.get("/metrics").body()).contains("oks_oksd_reachable 1.0\n");
        gateway.goAway();
        try {
            assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(503);
            HttpResponse<String> metrics = gateway.get("/metrics");
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.body()).contains("oks_oksd_reachable 0.0\n");
        } finally {
            gateway.comeBack();
        }
    }

    @Test
    void theFiguresCountRequestsUploadsAndWhatOksdTells() throws Exception {
        gateway.addForm(Armor.certificates(List.of(SampleCertificates.certificate(60))));
        gateway.addForm(Armor.certificates(List.of(SampleCertificates.certificate(60))));
        gateway.lookup("get", "", SampleCertificates.email(60));
        gateway.lookup("get", "", "nobody@example.org");
        gateway.get("/no/such/place/" + "x".repeat(100));
        gateway.keyserver().answerInstead(new Failure(FailureCode.OVERLOADED, 1, "too much"));
        gateway.addForm(Armor.certificates(List.of(SampleCertificates.certificate(61))));
        gateway.keyserver().answerInstead(null);
        HttpResponse<String> metrics = gateway.get("/metrics");
        assertThat(metrics.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(metrics.body())
                .contains(
                        "oks_http_requests_total{kind=\"get\",status=\"200\"} 1.0\n",
                        "oks_http_requests_total{kind=\"get\",status=\"404\"} 1.0\n",
                        "oks_http_requests_total{kind=\"add\",status=\"200\"} 2.0\n",
                        "oks_http_requests_total{kind=\"add\",status=\"503\"} 1.0\n",
                        "oks_http_requests_total{kind=\"other\",status=\"404\"} 1.0\n",
                        "oks_http_request_duration_seconds_count{kind=\"get\"} 2\n",
                        "oks_http_request_duration_seconds_bucket{kind=\"get\",le=\"+Inf\"} 2\n",
                        "oks_http_uploads_total{result=\"new\"} 1.0\n",
                        "oks_http_uploads_total{result=\"unchanged\"} 1.0\n",
                        "oks_http_uploads_total{result=\"refused\"} 0.0\n",
                        "oks_oksd_certificates 1.0\n",
                        "oks_oksd_lsn{position=\"archived\"} 8.0\n",
                        "oks_oksd_recovery_not_archived_bytes 1234.0\n",
                        "oks_oksd_archive_verified_timestamp_seconds 1.7953164E9\n",
                        "oks_oksd_state{state=\"running\"} 1.0\n",
                        "oks_oksd_state{state=\"paused\"} 0.0\n",
                        "oks_oksd_uploads{result=\"merged\"} 2.0\n");
        assertThat(metrics.body())
                .containsPattern("(?m)^oks_http_connections [1-9]")
                .doesNotContain("/secret", "/no/such");
    }
}
