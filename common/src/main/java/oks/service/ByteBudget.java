package oks.service;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A budget of bytes that may be held for others at once. Whoever wants to hold some takes them first, and gives them
 * back when they are held no longer; when there is no room, nothing is waited for. Thread-safe.
 */
public final class ByteBudget {
    private final ByteBudget whole; // null for one that is no part
    private final long most;
    private final AtomicLong held = new AtomicLong();
    private final LongAdder refusals = new LongAdder();

    /** A budget of its own. */
    public ByteBudget(long most) {
        this(null, most);
    }

    private ByteBudget(ByteBudget whole, long most) {
        this.whole = whole;
        this.most = most;
    }

    /** A budget of the heap divided by a number. */
    public static ByteBudget ofHeap(int divisor) {
        return new ByteBudget(Runtime.getRuntime().maxMemory() / divisor);
    }

    /** A part of this budget: what it takes is taken here, too. */
    public ByteBudget part(long bytes) {
        return new ByteBudget(this, Math.min(bytes, most));
    }

    /** Takes bytes, all or none; false when there is no room for them. */
    public boolean take(long bytes) {
        if (held.addAndGet(bytes) <= most && (whole == null || whole.take(bytes))) {
            return true;
        }
        held.addAndGet(-bytes);
        refusals.increment();
        return false;
    }

    /** Gives back what {@link #take} took. */
    public void give(long bytes) {
        held.addAndGet(-bytes);
        if (whole != null) {
            whole.give(bytes);
        }
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }

    /** Most bytes that may be held. */
    public long most() {
        return most;
    }

    /** How often there was no room. */
    public long refusals() {
        return refusals.sum();
    }
}
