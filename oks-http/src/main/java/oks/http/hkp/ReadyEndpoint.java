package oks.http.hkp;

import oks.control.ControlStatus.State;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.http.server.OksdStatus;
import oks.service.ServiceAnswer;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;

/** {@code GET /readyz}: 200 while oksd is reachable and accepts changes, otherwise 503 and why. */
public final class ReadyEndpoint implements Endpoint {
    private static final int RETRY_AFTER_SECONDS = 5;

    private final ServiceHandler oksd;

    public ReadyEndpoint(ServiceHandler oksd) {
        this.oksd = oksd;
    }

    @Override
    public void handle(Exchange exchange) {
        oksd.handle(new ServiceRequest.Status(), answer -> {
            if (answer instanceof ServiceAnswer.Status status) {
                exchange.answerWith(false, () -> readiness(OksdStatus.of(status).state()));
            } else {
                exchange.fail(Failures.of(answer));
            }
        });
    }

    private static Answer readiness(State state) {
        return switch (state) {
            case RUNNING -> Answer.text(200, "ready\n");
            case DEGRADED -> Answer.text(200, "ready, degraded\n"); // an operator must look, but changes are taken
            case STARTING, PAUSED, STOPPING ->
                throw HttpFault.later(RETRY_AFTER_SECONDS, "oksd is " + state.word() + " and takes no uploads");
        };
    }
}
