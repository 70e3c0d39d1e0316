package oks.oksctl.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import oks.control.ControlResults.UploadSettings;
import oks.fault.Count;
import oks.json.Json;
import oks.openpgp.DropRule;
import oks.service.ServiceAnswer.LeftOut;

/**
 * Numbers of the parts of certificates that were left out, by rule. As JSON:
 * {"signatures":{"third_party":3},"parts":{"broken":1}}.
 */
final class LeftOutCounts {
    private static final String UPLOAD = "upload.";

    private final Map<String, Long> signatures = new TreeMap<>();
    private final Map<String, Long> parts = new TreeMap<>();

    void add(LeftOut left) {
        String rule = DropRule.ofCode(left.rule())
                .map(known -> known.name().toLowerCase(Locale.ROOT))
                .orElse("rule_" + left.rule());
        (left.signatures() ? signatures : parts).merge(rule, left.count(), Long::sum);
    }

    /** The counts as an object. */
    record Counts(Map<String, Long> signatures, Map<String, Long> parts) {}

    Counts counts() {
        return new Counts(signatures, parts);
    }

    /** Adds counts of an earlier load. */
    void addAll(Counts counts) {
        counts.signatures().forEach((rule, count) -> signatures.merge(rule, count, Long::sum));
        counts.parts().forEach((rule, count) -> parts.merge(rule, count, Long::sum));
    }

    /**
     * A line for people per rule, the most frequent first.
     *
     * @param settings of oksd, which decide
     */
    List<String> lines(UploadSettings settings) {
        List<Map.Entry<String, Long>> all = new ArrayList<>();
        signatures.forEach((rule, count) -> all.add(Map.entry(words(rule, count, true, settings), count)));
        parts.forEach((rule, count) -> all.add(Map.entry(words(rule, count, false, settings), count)));
        return all.stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(line -> "left out: " + line.getKey())
                .toList();
    }

    private static String words(String rule, long count, boolean signatures, UploadSettings settings) {
        return known(rule)
                .map(known -> known.words(count, signatures) + setting(known, settings))
                .orElseGet(() -> Count.grouped(count, signatures ? "signature" : "part")
                        + " for a rule that this oksctl does not know");
    }

    private static Optional<DropRule> known(String name) {
        return Arrays.stream(DropRule.values())
                .filter(rule -> rule.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    private static String setting(DropRule rule, UploadSettings settings) {
        return rule.setting()
                .map(name -> " (" + name + " = " + value(name, settings) + ")")
                .orElse("");
    }

    private static String value(String name, UploadSettings settings) {
        return Json.STANDARD
                .tree(settings)
                .path(name.substring(UPLOAD.length()))
                .asText();
    }

    /**
     * The parts that these settings will leave out, in a line for people.
     *
     * @param trusted whether signatures are not verified
     */
    static String announcement(UploadSettings settings, boolean trusted) {
        List<String> parts = new ArrayList<>();
        String thirdParty = settings.thirdParty();
        if (!thirdParty.equals("all")) {
            parts.add(
                    "signatures by other keys" + (thirdParty.equals("attested") ? " that the owner did not attest" : "")
                            + " (upload.third_party = " + thirdParty + ")");
        }
        long attribute = settings.maxUserAttribute();
        parts.add("photos and other user attributes" + (attribute == 0 ? "" : " above " + attribute + " bytes")
                + " (upload.max_user_attribute = " + attribute + ")");
        String weakHashes = settings.weakHashes();
        if (!trusted && !weakHashes.equals("md5")) {
            parts.add("self-signatures with broken hashes (upload.weak_hashes = " + weakHashes + ")");
        }
        return "oksd leaves out: " + String.join(", ", parts) + ", and what is above its limits";
    }
}
