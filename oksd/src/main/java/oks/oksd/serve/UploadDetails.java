package oks.oksd.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import oks.openpgp.DropRule;
import oks.openpgp.Fingerprint;
import oks.openpgp.ParsedUpload;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.LeftOut;

/** The kept and the left-out parts of each certificate of an upload, pieces of one certificate together. One thread. */
final class UploadDetails {
    /** Characters of texts in one answer; the certificates after that are told with numbers only. */
    private static final int MOST_TEXT = 1 << 17;

    private static final int LONGEST_USER_ID = 2048;

    private final Map<Fingerprint, Parts> certificates = new LinkedHashMap<>();
    private int text;

    private record Rule(DropRule rule, boolean signatures) {}

    private static final class Parts {
        private final Map<Rule, Long> leftOut = new LinkedHashMap<>();
        private final Set<String> examples = new LinkedHashSet<>();
        private final Set<String> userIds = new LinkedHashSet<>();
    }

    /** Adds a piece of a certificate. */
    void add(ParsedUpload.Accepted piece) {
        Parts parts = certificates.computeIfAbsent(piece.certificate().fingerprint(), first -> new Parts());
        for (ParsedUpload.Dropped dropped : piece.dropped()) {
            parts.leftOut.merge(new Rule(dropped.rule(), dropped.signatures()), (long) dropped.count(), Long::sum);
            if (parts.examples.size() < Detail.MOST_EXAMPLES) {
                parts.examples.add(dropped.line());
            }
        }
        parts.userIds.addAll(piece.certificate().userIds());
    }

    /** The report on a certificate; empty if no piece of it was added. */
    Detail of(Fingerprint fingerprint) {
        Parts parts = certificates.get(fingerprint);
        if (parts == null) {
            return Detail.NONE;
        }
        List<LeftOut> leftOut = new ArrayList<>();
        parts.leftOut.forEach((rule, count) ->
                leftOut.add(new LeftOut(rule.rule.code(), rule.signatures, Math.min(count, 0xffff_ffffL))));
        List<String> named = parts.userIds.stream()
                .limit(Detail.MOST_NAMED)
                .map(UploadDetails::shortened)
                .toList();
        Detail detail = new Detail(leftOut, List.copyOf(parts.examples), parts.userIds.size(), named);
        text += parts.examples.stream().mapToInt(String::length).sum()
                + named.stream().mapToInt(String::length).sum();
        return text <= MOST_TEXT ? detail : detail.counts();
    }

    private static String shortened(String userId) {
        return userId.codePointCount(0, userId.length()) <= LONGEST_USER_ID
                ? userId
                : userId.substring(0, userId.offsetByCodePoints(0, LONGEST_USER_ID)) + "…";
    }
}
