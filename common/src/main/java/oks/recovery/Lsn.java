package oks.recovery;

/** The number of a change, 1 for the first one ever made to the database, 0 for "before all"; see oks-recovery(5). */
public record Lsn(long number) implements Comparable<Lsn> {
    /** Before the first change. */
    public static final Lsn NONE = new Lsn(0);

    /** No file has a higher one, so that there is room for what comes after it. */
    public static final long LAST = Long.MAX_VALUE / 2;

    public Lsn {
        if (number < 0) {
            throw new IllegalArgumentException("LSN below zero: " + number);
        }
    }

    /** The LSN that a file says; {@link #LAST} at most. */
    static Lsn read(long number) {
        if (number > LAST) {
            throw new IllegalArgumentException("LSN beyond the last one: " + number);
        }
        return new Lsn(number);
    }

    /** The LSN of the change after this one. */
    public Lsn next() {
        return new Lsn(number + 1);
    }

    public boolean isAfter(Lsn other) {
        return number > other.number;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
