package oks.http.hkp;

import java.util.concurrent.atomic.AtomicInteger;
import oks.http.answer.Answer;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Metrics;
import oks.http.server.OksdStatus;
import oks.service.ServiceAnswer;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;

/** {@code GET /metrics}: figures for Prometheus; answered 200 also while oksd is away, and says so. */
public final class MetricsEndpoint implements Endpoint {
    private final ServiceHandler oksd;
    private final Metrics metrics;
    private final AtomicInteger connections;

    public MetricsEndpoint(ServiceHandler oksd, Metrics metrics, AtomicInteger connections) {
        this.oksd = oksd;
        this.metrics = metrics;
        this.connections = connections;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.admitToFigures();
        oksd.handle(
                new ServiceRequest.Status(),
                answer -> exchange.answerWith(false, () -> {
                    if (answer instanceof ServiceAnswer.Status status) {
                        metrics.oksd(OksdStatus.of(status));
                    } else {
                        metrics.oksdIsAway();
                    }
                    return Answer.of(Metrics.CONTENT_TYPE, metrics.text(connections.get()));
                }));
    }
}
