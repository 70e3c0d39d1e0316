package oks.http.hkp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;
import oks.http.page.PagePaths;
import oks.http.page.Pages;
import oks.http.page.UploadPage;
import oks.http.page.Words;
import oks.json.Json;
import oks.openpgp.DropRule;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.ParsedUpload.Reason;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.LeftOut;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;

/** The result of an upload, for programs (draft-ietf-openpgp-hkp, section 7.2) and for people. */
final class UploadReport {

    /** Characters of a user ID on the page. */
    private static final int LONGEST_SHOWN = 300;

    private static final String CUT = "…";

    /** So many certificates are told with details, the others in one line each. */
    private static final int MOST_DETAILED = 100;

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
    Answer answer(Optional<Pages> html) {
        if (results.stream().allMatch(result -> result.outcome() == Outcome.REFUSED)) {
            throw refusal();
        }
        return html.isPresent()
                ? html.get().upload(page(html.get().words()))
                : Answer.of(Answer.JSON, Buffer.buffer(JsonText.visible(json().toString()) + "\n"));
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
                    case NOT_OPENPGP,
                            NO_CERTIFICATE,
                            PRIVATE_KEY,
                            UNSUPPORTED_VERSION,
                            UNSUPPORTED_ALGORITHM,
                            NO_VALID_SELF_SIGNATURE,
                            MALFORMED,
                            REVOCATION_WITHOUT_CERTIFICATE,
                            WEAK_KEY -> 422;
                })
                .orElse(422);
    }

    /** Empty for a reason that a newer oksd knows and we do not. */
    private static Optional<Reason> reason(UploadResult result) {
        return Reason.ofCode(result.reason());
    }

    private ObjectNode json() {
        ObjectNode report = Json.object();
        ArrayNode inserted = report.putArray("inserted");
        ArrayNode updated = report.putArray("updated");
        report.putArray("deleted"); // nothing is deleted by an upload
        ArrayNode ignored = report.putArray("ignored");
        ArrayNode invalid = report.putArray("invalid");
        int detailed = 0;
        for (UploadResult result : results) {
            ArrayNode list = switch (result.outcome()) {
                case NEW -> inserted;
                case MERGED -> updated;
                case UNCHANGED -> ignored;
                case REFUSED -> invalid;
            };
            describe(list.addObject(), result, detailed++ < MOST_DETAILED);
        }
        return report;
    }

    private static void describe(ObjectNode entry, UploadResult result, boolean detailed) {
        if (result.fingerprint().length > 0) {
            entry.put("version", Fingerprint.of(result.fingerprint()).version());
            entry.put("fingerprint", HexFormat.of().formatHex(result.fingerprint()));
        }
        String comment = comment(result);
        if (!comment.isEmpty()) {
            entry.put("comment", comment);
        }
        if (detailed && result.outcome() != Outcome.REFUSED) {
            detail(entry, result);
        }
    }

    /** One sentence for people, as HKP v2 has it. */
    private static String comment(UploadResult result) {
        if (result.outcome() == Outcome.REFUSED) {
            return result.comment();
        }
        List<String> said = new ArrayList<>(3);
        if (result.outcome() == Outcome.UNCHANGED) {
            said.add("nothing in it is new");
        }
        if (!result.comment().isEmpty()) {
            said.add(result.comment());
        }
        String left = result.detail().leftOut().stream()
                .map(one -> DropRule.ofCode(one.rule())
                        .map(rule -> rule.words(one.count(), one.signatures()) + setting(rule))
                        .orElse(one.count() + " for another reason"))
                .collect(Collectors.joining("; "));
        if (!left.isEmpty()) {
            said.add("left out: " + left);
        }
        return String.join("; ", said);
    }

    private static String setting(DropRule rule) {
        return rule.setting().map(name -> " (" + name + ")").orElse("");
    }

    private static void detail(ObjectNode entry, UploadResult result) {
        Detail detail = result.detail();
        entry.put("user_ids", detail.userIds());
        detail.named().forEach(entry.putArray("user_ids_named")::add);
        ObjectNode searchable = entry.putObject("searchable");
        if (result.fingerprint().length > 0) {
            Fingerprint fingerprint = Fingerprint.of(result.fingerprint());
            searchable.put("fingerprint", HexFormat.of().formatHex(result.fingerprint()));
            keyId(fingerprint).ifPresent(keyId -> searchable.put("key_id", keyId.toLowerCase(Locale.ROOT)));
        }
        addresses(detail).forEach(searchable.putArray("addresses")::add);
        ArrayNode leftOut = entry.putArray("left_out");
        for (LeftOut one : detail.leftOut()) {
            Optional<DropRule> rule = DropRule.ofCode(one.rule());
            ObjectNode left = leftOut.addObject()
                    .put(
                            "rule",
                            rule.map(known -> known.name().toLowerCase(Locale.ROOT))
                                    .orElse("rule_" + one.rule()))
                    .put("signatures", one.signatures())
                    .put("count", one.count());
            rule.flatMap(DropRule::setting).ifPresent(setting -> left.put("setting", setting));
        }
        detail.examples().forEach(entry.putArray("examples")::add);
    }

    /** Version 3 key IDs are of the key itself, not of the fingerprint. */
    private static Optional<String> keyId(Fingerprint fingerprint) {
        return fingerprint.version() == 3
                ? Optional.empty()
                : Optional.of(fingerprint.keyId().toString());
    }

    private static List<String> addresses(Detail detail) {
        return detail.named().stream()
                .filter(userId -> !userId.endsWith(CUT))
                .flatMap(userId -> IndexTerms.emailsOf(userId).stream())
                .distinct()
                .toList();
    }

    private UploadPage page(Words words) {
        List<UploadPage.Result> shown = new ArrayList<>(results.size());
        for (UploadResult result : results) {
            shown.add(shown(shown.size() < MOST_DETAILED ? result : result.plain(), words));
        }
        return new UploadPage(shown);
    }

    private static UploadPage.Result shown(UploadResult result, Words words) {
        String outcome = switch (result.outcome()) {
            case NEW -> words.of("published");
            case MERGED -> words.of("updated");
            case UNCHANGED -> words.of("known already, nothing is new");
            case REFUSED -> words.of("refused");
        };
        if (result.fingerprint().length == 0) {
            return UploadPage.Result.refused(outcome, "", result.comment());
        }
        Fingerprint fingerprint = Fingerprint.of(result.fingerprint());
        if (result.outcome() == Outcome.REFUSED) {
            return UploadPage.Result.refused(outcome, PagePaths.grouped(fingerprint), result.comment());
        }
        Detail detail = result.detail();
        List<String> userIds =
                detail.named().stream().map(UploadReport::shortened).toList();
        List<String> addresses = addresses(detail);
        List<UploadPage.LeftOut> leftOut =
                detail.leftOut().stream().map(one -> leftOut(one, words)).toList();
        return new UploadPage.Result(
                outcome,
                PagePaths.grouped(fingerprint),
                PagePaths.search(fingerprint.toString()),
                words.of(result.comment()),
                !words.has(result.comment()),
                keyId(fingerprint).orElse(""),
                userIds,
                detail.userIds() - userIds.size(),
                addresses,
                leftOut,
                detail.examples());
    }

    private static UploadPage.LeftOut leftOut(LeftOut left, Words words) {
        Optional<DropRule> rule = DropRule.ofCode(left.rule());
        return new UploadPage.LeftOut(
                words.of(rule.map(known -> known.label(left.signatures())).orElse("parts for another reason")),
                Long.toString(left.count()),
                rule.flatMap(DropRule::setting).orElse(""));
    }

    private static String shortened(String userId) {
        return userId.codePointCount(0, userId.length()) <= LONGEST_SHOWN
                ? userId
                : userId.substring(0, userId.offsetByCodePoints(0, LONGEST_SHOWN)) + CUT;
    }
}
