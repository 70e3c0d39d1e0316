package oks.oksctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.fault.Count;
import oks.service.ServiceAnswer.Outcome;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What became of the certificates of a load. One thread at a time. */
final class LoadTotals {
    private final EnumMap<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final TreeMap<String, Long> reasons = new TreeMap<>();

    /** @param reason the class of a refusal, such as "malformed"; empty for everything else */
    void add(Outcome outcome, String reason) {
        outcomes.merge(outcome, 1L, Long::sum);
        if (!reason.isEmpty()) {
            reasons.merge(reason, 1L, Long::sum);
        }
    }

    ObjectNode toJson() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Outcome outcome : Outcome.values()) {
            object.put(outcome.name().toLowerCase(Locale.ROOT), outcomes.getOrDefault(outcome, 0L));
        }
        ObjectNode why = object.putObject("reasons");
        reasons.forEach(why::put);
        return object;
    }

    /** Goes on from totals that {@link #toJson} wrote. */
    static LoadTotals of(JsonNode object) {
        LoadTotals totals = new LoadTotals();
        for (Outcome outcome : Outcome.values()) {
            totals.outcomes.put(outcome, object.path(outcome.name().toLowerCase(Locale.ROOT)).asLong());
        }
        object.path("reasons").properties().forEach(why -> totals.reasons.put(why.getKey(), why.getValue().asLong()));
        return totals;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        long all = outcomes.values().stream().mapToLong(Long::longValue).sum();
        lines.add(String.format(Locale.ROOT, "loaded %s: %,d new, %,d merged, %,d unchanged, %,d refused", Count.grouped(all, "certificate"),
                count(Outcome.NEW), count(Outcome.MERGED), count(Outcome.UNCHANGED), count(Outcome.REFUSED)));
        for (Map.Entry<String, Long> why : reasons.entrySet()) {
            lines.add(String.format(Locale.ROOT, "refused: %,d %s", why.getValue(), why.getKey().replace('_', ' ')));
        }
        return lines;
    }

    private long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }
}
