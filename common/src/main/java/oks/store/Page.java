package oks.store;

/**
 * A part of the list of all matches.
 *
 * @param skip how many of the first are left out
 * @param limit how many are read at most
 */
public record Page(int skip, int limit) {
    public Page {
        if (skip < 0 || limit < 0) {
            throw new IllegalArgumentException("skip " + skip + ", limit " + limit);
        }
    }

    /** The beginning of the list. */
    public static Page first(int limit) {
        return new Page(0, limit);
    }
}
