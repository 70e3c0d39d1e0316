package oks.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import oks.openpgp.Fingerprint;
import oks.openpgp.ParsedUpload.Reason;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;

/** What became of an upload, for programs (draft-ietf-openpgp-hkp, section 7.2) and for people. */
final class UploadReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<UploadResult> results;

    UploadReport(Uploaded uploaded) {
        this.results = uploaded.results();
    }

    /**
     * 200 when anything of the upload is in the database now.
     *
     * @param html the pages, for who shows them
     * @throws HttpFault 403, 413 or 422 when all of it was refused
     */
    Answer answer(Optional<Pages> html) throws JsonProcessingException {
        if (results.stream().allMatch(result -> result.outcome() == Outcome.REFUSED)) {
            throw refusal();
        }
        return html.isPresent() ? html.get().upload(page())
                : Answer.of(Answer.JSON, Buffer.buffer(JSON.writeValueAsString(json()) + "\n"));
    }

    private HttpFault refusal() {
        if (results.isEmpty()) {
            return HttpFault.of(422, "the upload holds no certificate");
        }
        UploadResult first = results.get(0);
        String others = results.size() == 1 ? "" : " (and " + (results.size() - 1) + " more refused)";
        return HttpFault.of(status(reason(first)), "refused: " + first.comment() + others);
    }

    private static int status(Optional<Reason> reason) {
        return reason.map(known -> switch (known) {
            case TOO_LARGE, TOO_MANY, TOO_COSTLY -> 413;
            case BLOCKED -> 403;
            case NOT_OPENPGP, NO_CERTIFICATE, PRIVATE_KEY, UNSUPPORTED_VERSION, UNSUPPORTED_ALGORITHM,
                    NO_VALID_SELF_SIGNATURE, MALFORMED, REVOCATION_WITHOUT_CERTIFICATE -> 422;
        }).orElse(422);
    }

    /** Empty for a reason that a newer oksd knows and we do not. */
    private static Optional<Reason> reason(UploadResult result) {
        int ordinal = result.reason() - 1;
        return ordinal >= 0 && ordinal < Reason.values().length ? Optional.of(Reason.values()[ordinal]) : Optional.empty();
    }

    private ObjectNode json() {
        ObjectNode report = JSON.createObjectNode();
        ArrayNode inserted = report.putArray("inserted");
        ArrayNode updated = report.putArray("updated");
        report.putArray("deleted"); // nothing is deleted by an upload
        ArrayNode ignored = report.putArray("ignored");
        ArrayNode invalid = report.putArray("invalid");
        for (UploadResult result : results) {
            ArrayNode list = switch (result.outcome()) {
                case NEW -> inserted;
                case MERGED -> updated;
                case UNCHANGED -> ignored;
                case REFUSED -> invalid;
            };
            describe(list.addObject(), result);
        }
        return report;
    }

    private static void describe(ObjectNode entry, UploadResult result) {
        if (result.fingerprint().length > 0) {
            entry.put("version", Fingerprint.of(result.fingerprint()).version());
            entry.put("fingerprint", HexFormat.of().formatHex(result.fingerprint()));
        }
        String comment = result.comment().isEmpty() && result.outcome() == Outcome.UNCHANGED ? "nothing in it is new" : result.comment();
        if (!comment.isEmpty()) {
            entry.put("comment", comment);
        }
    }

    private UploadPage page() {
        return new UploadPage(results.stream().map(UploadReport::shown).toList());
    }

    private static UploadPage.Result shown(UploadResult result) {
        String outcome = switch (result.outcome()) {
            case NEW -> "published";
            case MERGED -> "updated";
            case UNCHANGED -> "known already, nothing is new";
            case REFUSED -> "refused";
        };
        if (result.fingerprint().length == 0) {
            return new UploadPage.Result(outcome, "", "", result.comment());
        }
        Fingerprint fingerprint = Fingerprint.of(result.fingerprint());
        String page = result.outcome() == Outcome.REFUSED ? "" : PagePaths.search(fingerprint.toString());
        return new UploadPage.Result(outcome, PagePaths.grouped(fingerprint), page, result.comment());
    }
}
