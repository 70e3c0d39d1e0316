package oks.http.hkp;

import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import oks.control.ControlStatus;
import oks.control.ControlStatus.State;
import oks.http.answer.Answer;
import oks.http.page.Pages;
import oks.http.page.SizeHistory;
import oks.http.page.SizeHistory.Sample;
import oks.http.page.StatisticsPage;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.http.server.OksdStatus;
import oks.json.Json;
import oks.service.ServiceAnswer;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;

/** {@code GET /pks/stats}: what a keyserver tells about itself; nothing about the machine that it runs on. */
public final class StatisticsEndpoint implements Endpoint {
    private final ServiceHandler oksd;
    private final SizeHistory growth;
    private final Clock clock;

    public StatisticsEndpoint(ServiceHandler oksd, SizeHistory growth, Clock clock) {
        this.oksd = oksd;
        this.growth = growth;
        this.clock = clock;
    }

    @Override
    public void handle(Exchange exchange) {
        answer(exchange, exchange.wantsHtml());
    }

    /** Answers with a page or with JSON. */
    void answer(Exchange exchange, boolean page) {
        oksd.handle(new ServiceRequest.Status(), answer -> {
            if (answer instanceof ServiceAnswer.Status status) {
                exchange.answerWith(false, () -> render(exchange.pages(), OksdStatus.of(status), page));
            } else {
                exchange.fail(Failures.of(answer));
            }
        });
    }

    private Answer render(Pages pages, ControlStatus status, boolean page) {
        return page
                ? pages.statistics(StatisticsPage.of(status, upTo(sample(status)), pages.words()))
                : Answer.of(Answer.JSON, Buffer.buffer(Json.STANDARD.tree(Figures.of(status)) + "\n"));
    }

    /** Keeps a sample of the database's size, if one is due. */
    public void sample() {
        if (growth.isDue(clock.instant())) {
            oksd.handle(new ServiceRequest.Status(), answer -> {
                if (answer instanceof ServiceAnswer.Status status) {
                    growth.record(sample(OksdStatus.of(status)));
                }
            });
        }
    }

    private Sample sample(ControlStatus status) {
        return new Sample(clock.instant(), status.certificates(), status.lsn().durable());
    }

    private List<Sample> upTo(Sample now) {
        List<Sample> all = new ArrayList<>(growth.samples());
        all.add(now);
        return all;
    }

    /**
     * Names as Hockeypuck has them where it has them: "software", "version", "numkeys" are what collectors of figures
     * read.
     */
    private record Figures(
            String software,
            String version,
            String database,
            long numkeys,
            long changes,
            State state,
            Instant started,
            ControlStatus.Uploads uploads) {
        static Figures of(ControlStatus status) {
            return new Figures(
                    "OKS",
                    status.process().version(),
                    status.identity().name(),
                    status.certificates(),
                    status.lsn().durable(),
                    status.state(),
                    status.started(),
                    status.uploads());
        }
    }
}
