package oks.http.server;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The share of each client in the budget of answers, large answers only: a client that reads slowly over many
 * connections leaves room for the others. Thread-safe.
 */
public final class ClientShares {
    /** Bytes from which an answer is large. */
    static final int LARGE = 64 << 10;

    private final long most;
    private final ConcurrentHashMap<Long, Long> held = new ConcurrentHashMap<>();

    /** @param most bytes of one client */
    public ClientShares(long most) {
        this.most = most;
    }

    /** Takes bytes, all or none; false when the client has too many. */
    public boolean take(ClientAddress client, long bytes) {
        if (client.exempt()) {
            return true;
        }
        boolean[] fits = new boolean[1];
        held.compute(client.key(), (key, before) -> {
            long after = (before == null ? 0 : before) + bytes;
            fits[0] = after <= most;
            return fits[0] ? Long.valueOf(after) : before;
        });
        return fits[0];
    }

    /** Gives back what {@link #take} took. */
    public void give(ClientAddress client, long bytes) {
        if (!client.exempt()) {
            held.computeIfPresent(client.key(), (key, before) -> before <= bytes ? null : Long.valueOf(before - bytes));
        }
    }
}
