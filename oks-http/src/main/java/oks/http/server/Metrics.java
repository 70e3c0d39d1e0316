package oks.http.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import oks.control.ControlStatus;
import oks.control.ControlStatus.State;
import oks.json.Json;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;

/**
 * The gateway's figures, and oksd's as of the last time that it told them; oks-http(8) lists the names. Thread-safe.
 */
public final class Metrics {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double NANOS_PER_SECOND = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("oks_http_requests_total")
            .help("Requests answered, by what they ask for and status.")
            .labelNames("kind", "status")
            .register(registry);
    private final Histogram latency = Histogram.builder()
            .name("oks_http_request_duration_seconds")
            .help("From a request's header to its answer.")
            .labelNames("kind")
            .classicOnly()
            .classicUpperBounds(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
            .register(registry);
    private final Counter uploads = Counter.builder()
            .name("oks_http_uploads_total")
            .help("Certificates uploaded here, by what became of them.")
            .labelNames("result")
            .register(registry);
    private final Gauge connections = Gauge.builder()
            .name("oks_http_connections")
            .help("Open connections of clients.")
            .register(registry);
    private final Gauge reachable = Gauge.builder()
            .name("oks_oksd_reachable")
            .help("1 while oksd answers; if not, the figures of oksd are the last known ones.")
            .register(registry);
    private final Gauge state = Gauge.builder()
            .name("oks_oksd_state")
            .help("1 for the state that oksd is in.")
            .labelNames("state")
            .register(registry);
    private final Gauge certificates = Gauge.builder()
            .name("oks_oksd_certificates")
            .help("Certificates in the database.")
            .register(registry);
    private final Gauge lsn = Gauge.builder()
            .name("oks_oksd_lsn")
            .help("How far the changes have come.")
            .labelNames("position")
            .register(registry);
    private final Gauge notArchived = Gauge.builder()
            .name("oks_oksd_recovery_not_archived_bytes")
            .help("Recovery files that were not copied elsewhere.")
            .register(registry);
    private final Gauge recoveryOrdinal = Gauge.builder()
            .name("oks_oksd_recovery_ordinal")
            .help("Number of the recovery file being written.")
            .register(registry);
    /** Left out while unknown: a time of 0 would be an archive of 1970. */
    private volatile Optional<Instant> archiveVerified = Optional.empty();

    private final Gauge oksdMemory = Gauge.builder()
            .name("oks_oksd_memory")
            .help("What oksd holds for gateways, in bytes, its limits, and refusals.")
            .labelNames("what")
            .register(registry);
    private final Gauge oksdUploads = Gauge.builder()
            .name("oks_oksd_uploads")
            .help("Certificates since oksd started, by what became of them.")
            .labelNames("result")
            .register(registry);

    /** All figures at zero. */
    public Metrics(Budgets budgets) {
        GaugeWithCallback.builder()
                .name("oks_http_memory_held_bytes")
                .labelNames("what")
                .help("Bytes held for clients: bodies of requests, answers.")
                .callback(gauge -> {
                    gauge.call(budgets.bodies().held(), "bodies");
                    gauge.call(budgets.answers().held(), "answers");
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("oks_http_memory_limit_bytes")
                .labelNames("what")
                .help("Bytes that may be held for clients; together, half of the heap.")
                .callback(gauge -> {
                    gauge.call(budgets.bodies().most(), "bodies");
                    gauge.call(budgets.answers().most(), "answers");
                    gauge.call(budgets.all().most(), "all");
                })
                .register(registry);
        CounterWithCallback.builder()
                .name("oks_http_memory_refusals_total")
                .labelNames("what")
                .help("Times that there was no room for a body or an answer.")
                .callback(counter -> {
                    counter.call(budgets.bodies().refusals(), "bodies");
                    counter.call(budgets.answers().refusals(), "answers");
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("oks_oksd_archive_verified_timestamp_seconds")
                .help("When the newest verified archive was begun; missing while none is known.")
                .callback(gauge -> archiveVerified.ifPresent(begun -> gauge.call(begun.getEpochSecond())))
                .register(registry);
        for (Outcome outcome : Outcome.values()) {
            uploads.initLabelValues(word(outcome)); // so that a rate can be taken from the first one on
        }
    }

    /** A request was answered. */
    void answered(RequestKind kind, int status, long nanos) {
        requests.labelValues(
                        kind.word(),
                        HttpResponseStatus.valueOf(status).codeAsText().toString())
                .inc(); // texts that are made already
        latency.labelValues(kind.word()).observe(nanos / NANOS_PER_SECOND);
    }

    /** Certificates came in. */
    public void uploaded(Uploaded uploaded) {
        for (UploadResult result : uploaded.results()) {
            uploads.labelValues(word(result.outcome())).inc();
        }
    }

    /** oksd told how it is: oks-control(5), "STATUS". */
    public void oksd(ControlStatus status) {
        reachable.set(1);
        for (State one : State.values()) {
            state.labelValues(one.word()).set(one == status.state() ? 1 : 0);
        }
        certificates.set(status.certificates());
        lsn.labelValues("durable").set(status.lsn().durable());
        lsn.labelValues("applied").set(status.lsn().applied());
        lsn.labelValues("flushed").set(status.lsn().flushed());
        lsn.labelValues("archived").set(status.lsn().archived());
        notArchived.set(status.recovery().notArchivedBytes());
        recoveryOrdinal.set(status.recovery().ordinal());
        archiveVerified = status.archiveVerified();
        status.memory().ifPresent(memory -> set(oksdMemory, memory));
        set(oksdUploads, status.uploads());
    }

    /** A gauge for each number, labelled with the name that it has in oks-control(5). */
    private static void set(Gauge gauge, Record numbers) {
        Json.STANDARD
                .tree(numbers)
                .properties()
                .forEach(one ->
                        gauge.labelValues(one.getKey()).set(one.getValue().asDouble()));
    }

    /** oksd does not answer. */
    public void oksdIsAway() {
        reachable.set(0);
    }

    /** All figures as Prometheus reads them. */
    public Buffer text(int openConnections) throws IOException {
        connections.set(openConnections);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
        return Buffer.buffer(out.toByteArray());
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
