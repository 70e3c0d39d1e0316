package oks.oksctl.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import oks.fault.Count;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.Outcome;

/** Numbers of the certificates of a load by outcome. One thread at a time. */
final class LoadTotals {
    private final EnumMap<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final TreeMap<String, Long> reasons = new TreeMap<>();
    private final Map<String, String> examples = new HashMap<>();
    private final LeftOutCounts leftOut = new LeftOutCounts();

    /**
     * @param reason the class of a refusal, such as "malformed"; empty for everything else
     * @param text why exactly, and where
     */
    void add(Outcome outcome, String reason, String text) {
        outcomes.merge(outcome, 1L, Long::sum);
        if (!reason.isEmpty()) {
            reasons.merge(reason, 1L, Long::sum);
            examples.putIfAbsent(reason, text);
        }
    }

    /** Counts what was left out of a certificate that was taken. */
    void addLeftOut(Detail detail) {
        detail.leftOut().forEach(leftOut::add);
    }

    /** The parts left out of all of them. */
    LeftOutCounts leftOut() {
        return leftOut;
    }

    /** Whether there was something, and nothing of it was taken. */
    boolean isAllRefused() {
        return count(Outcome.REFUSED) > 0 && count(Outcome.REFUSED) == all();
    }

    /** The members of {@code load --json}; see oks-json(7). */
    record Members(
            @JsonProperty("new") long added,
            long merged,
            long unchanged,
            long refused,
            Map<String, Long> reasons,
            LeftOutCounts.Counts leftOut) {}

    Members members() {
        return new Members(
                count(Outcome.NEW),
                count(Outcome.MERGED),
                count(Outcome.UNCHANGED),
                count(Outcome.REFUSED),
                reasons,
                leftOut.counts());
    }

    /** The totals as the state of a load keeps them; an earlier version may have kept fewer. */
    record Kept(
            @JsonProperty("new") Optional<Long> added,
            Optional<Long> merged,
            Optional<Long> unchanged,
            Optional<Long> refused,
            Optional<Map<String, Long>> reasons,
            Optional<LeftOutCounts.Counts> leftOut) {}

    Kept kept() {
        return new Kept(
                Optional.of(count(Outcome.NEW)),
                Optional.of(count(Outcome.MERGED)),
                Optional.of(count(Outcome.UNCHANGED)),
                Optional.of(count(Outcome.REFUSED)),
                Optional.of(reasons),
                Optional.of(leftOut.counts()));
    }

    /** Goes on from the totals of an earlier load. */
    static LoadTotals of(Kept kept) {
        LoadTotals totals = new LoadTotals();
        totals.outcomes.put(Outcome.NEW, kept.added().orElse(0L));
        totals.outcomes.put(Outcome.MERGED, kept.merged().orElse(0L));
        totals.outcomes.put(Outcome.UNCHANGED, kept.unchanged().orElse(0L));
        totals.outcomes.put(Outcome.REFUSED, kept.refused().orElse(0L));
        totals.reasons.putAll(kept.reasons().orElse(Map.of()));
        kept.leftOut().ifPresent(totals.leftOut::addAll);
        return totals;
    }

    /** The totals, as a line for people. */
    String line() {
        return String.format(
                Locale.ROOT,
                "loaded %s: %,d new, %,d merged, %,d unchanged, %,d refused",
                Count.grouped(all(), "certificate"),
                count(Outcome.NEW),
                count(Outcome.MERGED),
                count(Outcome.UNCHANGED),
                count(Outcome.REFUSED));
    }

    /** How many were refused for each reason, and the first of each, a line each. */
    List<String> refusals() {
        List<String> lines = new ArrayList<>();
        reasons.forEach((reason, count) -> lines.add(String.format(
                Locale.ROOT,
                "refused: %,d %s%s",
                count,
                reason.replace('_', ' '),
                examples.containsKey(reason) ? " (" + (count > 1 ? "first: " : "") + examples.get(reason) + ")" : "")));
        return lines;
    }

    private long all() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    private long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }
}
