package oks.http.hkp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.service.ServiceAnswer;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;

/** {@code GET /readyz}: 200 while oksd is reachable and accepts changes, otherwise 503 and why. */
public final class ReadyEndpoint implements Endpoint {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RETRY_AFTER_SECONDS = 5;

    private final ServiceHandler oksd;

    public ReadyEndpoint(ServiceHandler oksd) {
        this.oksd = oksd;
    }

    @Override
    public void handle(Exchange exchange) {
        oksd.handle(new ServiceRequest.Status(), answer -> {
            if (answer instanceof ServiceAnswer.Status status) {
                exchange.answerWith(false, () -> readiness(status.json()));
            } else {
                exchange.fail(Failures.of(answer));
            }
        });
    }

    private static Answer readiness(String json) throws JsonProcessingException {
        JsonNode status = JSON.readTree(json);
        String state = status.path("state").asText();
        if (!state.equals("running")
                && !state.equals("degraded")) { // degraded: an operator must look, but changes are taken
            throw HttpFault.later(RETRY_AFTER_SECONDS, "oksd is " + state + " and takes no uploads");
        }
        return Answer.text(200, state.equals("running") ? "ready\n" : "ready, degraded\n");
    }
}
