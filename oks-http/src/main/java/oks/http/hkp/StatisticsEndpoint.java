package oks.http.hkp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import oks.http.answer.Answer;
import oks.http.page.Pages;
import oks.http.page.SizeHistory;
import oks.http.page.SizeHistory.Sample;
import oks.http.page.StatisticsPage;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.service.ServiceAnswer;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;

/** {@code GET /pks/stats}: what a keyserver tells about itself; nothing about the machine that it runs on. */
public final class StatisticsEndpoint implements Endpoint {
    private static final ObjectMapper JSON = new ObjectMapper();

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
                exchange.answerWith(false, () -> render(exchange.pages(), JSON.readTree(status.json()), page));
            } else {
                exchange.fail(Failures.of(answer));
            }
        });
    }

    private Answer render(Pages pages, JsonNode status, boolean page) throws JsonProcessingException {
        return page
                ? pages.statistics(StatisticsPage.of(status, upTo(sample(status)), pages.words()))
                : Answer.of(Answer.JSON, Buffer.buffer(JSON.writeValueAsString(figures(status)) + "\n"));
    }

    /** Keeps a sample of the database's size, if one is due. */
    public void sample() {
        if (growth.isDue(clock.instant())) {
            oksd.handle(new ServiceRequest.Status(), answer -> {
                if (answer instanceof ServiceAnswer.Status status) {
                    keep(status.json());
                }
            });
        }
    }

    private void keep(String json) {
        try {
            growth.record(sample(JSON.readTree(json)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("oksd's status is no JSON", e);
        }
    }

    private Sample sample(JsonNode status) {
        return new Sample(
                clock.instant(),
                status.path("certificates").asLong(),
                status.path("durable_lsn").asLong());
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
    private static ObjectNode figures(JsonNode status) {
        ObjectNode figures = JSON.createObjectNode();
        figures.put("software", "OKS");
        figures.put("version", status.path("version").asText());
        figures.put("database", status.path("database").asText());
        figures.put("numkeys", status.path("certificates").asLong());
        figures.put("changes", status.path("durable_lsn").asLong());
        figures.put("state", status.path("state").asText());
        figures.put("started", status.path("started").asText());
        figures.set("uploads", status.path("uploads").deepCopy());
        return figures;
    }
}
