package oks.recovery;

/** The number of a change, 1 for the first one ever made to the database, 0 for "before all"; see oks-recovery(5). */
public record Lsn(long number) implements Comparable<Lsn> {
    /** Before the first change. */
    public static final Lsn NONE = new Lsn(0);

    public Lsn {
        if (number < 0) {
            throw new IllegalArgumentException("LSN below zero: " + number);
        }
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
