package oks.e2e;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What oksd has acknowledged: sample certificates by seed, each with the updates of it. Safe in any thread. */
final class Acknowledged {
    /** Stands for the certificate itself, beside the numbers of its updates. */
    static final int WITHOUT_UPDATE = 0;

    private final Map<Long, Set<Integer>> updates = new ConcurrentSkipListMap<>();

    void add(long seed, int update) {
        updates.computeIfAbsent(seed, first -> ConcurrentHashMap.newKeySet()).add(update);
    }

    /** Seeds, each with the updates that must be there. */
    Map<Long, Set<Integer>> all() {
        return updates;
    }

    /** What is acknowledged by now. */
    Acknowledged copy() {
        Acknowledged copy = new Acknowledged();
        updates.forEach((seed, numbers) -> numbers.forEach(number -> copy.add(seed, number)));
        return copy;
    }

    /** Forgets what came after an earlier copy. */
    void backTo(Acknowledged earlier) {
        updates.clear();
        updates.putAll(earlier.updates);
    }

    int certificates() {
        return updates.size();
    }

    /** Changes that were acknowledged. */
    int changes() {
        return updates.values().stream().mapToInt(Set::size).sum();
    }
}
