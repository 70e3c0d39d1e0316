package oks.store;

import java.util.Arrays;

/** Many prefixes of fingerprints, without an object for each; ascending once they are sorted. For one thread. */
final class FingerprintPrefixes {
    private static final int FIRST_ROOM = 16;

    private long[] ordered = new long[FIRST_ROOM];
    private int size;
    private boolean complete = true;

    void add(long order) {
        if (size == ordered.length) {
            ordered = Arrays.copyOf(ordered, 2 * size);
        }
        ordered[size++] = order;
    }

    /** Adds all others. */
    void addAll(FingerprintPrefixes others) {
        for (int at = 0; at < others.size; at++) {
            add(others.ordered[at]);
        }
        complete &= others.complete;
    }

    int size() {
        return size;
    }

    /** The place of a prefix in their order ({@link FingerprintPrefix#order}). */
    long order(int index) {
        return ordered[index];
    }

    FingerprintPrefix get(int index) {
        return FingerprintPrefix.ofOrder(ordered[index]);
    }

    /** Puts them in ascending order, each once. */
    void sort() {
        Arrays.sort(ordered, 0, size);
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || ordered[i] != ordered[kept - 1]) {
                ordered[kept++] = ordered[i];
            }
        }
        size = kept;
    }

    /** The index of the first that is not below; the number of all if there is none. Only of what is sorted. */
    int notBelow(long order, int from) {
        int at = Arrays.binarySearch(ordered, from, size, order);
        return at >= 0 ? at : -at - 1;
    }

    /** Whether these are all that were looked for. */
    boolean isComplete() {
        return complete;
    }

    /** Says that there may be others. */
    void isPart() {
        complete = false;
    }
}
