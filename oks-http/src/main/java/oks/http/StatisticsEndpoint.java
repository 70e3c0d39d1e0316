package oks.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import oks.service.ServiceAnswer;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;

/** {@code GET /pks/stats}: what a keyserver tells about itself; nothing about the machine that it runs on. */
final class StatisticsEndpoint implements Endpoint {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServiceHandler oksd;

    StatisticsEndpoint(ServiceHandler oksd) {
        this.oksd = oksd;
    }

    @Override public void handle(Exchange exchange) {
        answer(exchange, exchange.wantsHtml());
    }

    /** Answers with a page or with JSON. */
    void answer(Exchange exchange, boolean page) {
        oksd.handle(new ServiceRequest.Status(), answer -> {
            if (answer instanceof ServiceAnswer.Status status) {
                exchange.answerWith(false, () -> render(JSON.readTree(status.json()), page));
            } else {
                exchange.fail(Failures.of(answer));
            }
        });
    }

    private static Answer render(JsonNode status, boolean page) throws JsonProcessingException {
        return page ? Answer.page(StatisticsPage.of(status))
                : Answer.of(Answer.JSON, Buffer.buffer(JSON.writeValueAsString(figures(status)) + "\n"));
    }

    /** Names as Hockeypuck has them where it has them: "software", "version", "numkeys" are what collectors of figures read. */
    private static ObjectNode figures(JsonNode status) {
        ObjectNode figures = JSON.createObjectNode();
        figures.put("software", "OKS");
        figures.put("version", status.path("version").asText());
        figures.put("database", status.path("database").asText());
        figures.put("numkeys", status.path("certificates").asLong());
        figures.put("changes", status.path("lsn").path("durable").asLong());
        figures.put("state", status.path("state").asText());
        figures.put("started", status.path("started").asText());
        figures.set("uploads", status.path("uploads").deepCopy());
        return figures;
    }
}
