package oks.store;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The bounds of a search, after which it answers with what it has: certificates it looks at, time, and whether the
 * client still waits for it.
 */
public final class Patience {
    /** So many certificates are looked at most where nobody may wait for long. */
    static final int FEW = 4;

    private static final BooleanSupplier ALWAYS = () -> true;

    private final int most;
    private final LongSupplier nanoTime;
    private final long begun;
    private final long nanos;
    private final BooleanSupplier wanted;

    private Patience(int most, long nanos, LongSupplier nanoTime, BooleanSupplier wanted) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
        this.nanos = nanos;
        this.wanted = wanted;
    }

    /** No bound at all. */
    public static Patience endless() {
        return ofNanos(Long.MAX_VALUE, ALWAYS);
    }

    /** For a thread that may not read for long: {@value #FEW} certificates. */
    public static Patience few() {
        return new Patience(FEW, Long.MAX_VALUE, System::nanoTime, ALWAYS);
    }

    /**
     * A time from now on.
     *
     * @param wanted whether the search shall go on; when it says no, it ends with a CancellationException
     */
    public static Patience ofNanos(long nanos, BooleanSupplier wanted) {
        return ofNanos(nanos, System::nanoTime, wanted);
    }

    static Patience ofNanos(long nanos, LongSupplier nanoTime, BooleanSupplier wanted) {
        return new Patience(Integer.MAX_VALUE, nanos, nanoTime, wanted);
    }

    /** How many certificates may be looked at. */
    int mostCertificates() {
        return most;
    }

    /**
     * Whether the time is over.
     *
     * @throws CancellationException when nobody waits any longer
     */
    boolean isOver() {
        if (!wanted.getAsBoolean()) {
            throw new CancellationException("nobody waits for this search");
        }
        return nanoTime.getAsLong() - begun >= nanos;
    }

    /** Whether half of the time is over, as {@link #isOver}. */
    boolean isHalfOver() {
        return isOver() || nanoTime.getAsLong() - begun >= nanos / 2;
    }
}
