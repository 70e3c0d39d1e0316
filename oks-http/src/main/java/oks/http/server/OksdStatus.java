package oks.http.server;

import oks.control.ControlStatus;
import oks.http.answer.HttpFault;
import oks.json.Json;
import oks.service.ServiceAnswer;

/** oksd's status, which the service socket tells in the words of the control socket: oks-control(5), "STATUS". */
public final class OksdStatus {
    private OksdStatus() {}

    /**
     * The status that an answer holds.
     *
     * @throws HttpFault 500 when it is no JSON object
     * @throws oks.fault.OperatorFault FAILED when a member is missing or of another type
     */
    public static ControlStatus of(ServiceAnswer.Status answer) {
        return ControlStatus.fromJson(
                Json.object(answer.json()).orElseThrow(() -> HttpFault.of(500, "oksd's status is no JSON")));
    }
}
