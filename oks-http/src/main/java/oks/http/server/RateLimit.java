package oks.http.server;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * So many requests per second and address, and {@value #BURST_SECONDS} seconds' worth at once (token bucket).
 * Thread-safe; memory is bounded: while there are more than {@value #MOST_ADDRESSES} addresses, new ones are not
 * limited here.
 */
public final class RateLimit {
    public static final int BURST_SECONDS = 10;
    static final int MOST_ADDRESSES = 200_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final int perSecond;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Long, Bucket> buckets = new ConcurrentHashMap<>();

    /** The requests that an address may still send: a token bucket. */
    private record Bucket(double tokens, long at) {}

    /** @param perSecond 0 for no limit */
    RateLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes one request.
     *
     * @return 0 when it may pass, otherwise the seconds after which the next one may
     */
    int take(ClientAddress client) {
        if (perSecond == 0 || client.exempt()) {
            return 0;
        }
        long key = client.key();
        if (buckets.size() >= MOST_ADDRESSES && !buckets.containsKey(key)) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        boolean[] passes = new boolean[1];
        Bucket after = buckets.compute(key, (address, before) -> {
            double tokens = before == null ? capacity() : refilled(before, now);
            passes[0] = tokens >= 1;
            return new Bucket(passes[0] ? tokens - 1 : tokens, now);
        });
        return passes[0] ? 0 : (int) Math.max(1, Math.ceil((1 - after.tokens()) / perSecond));
    }

    /** Forgets the addresses that have their whole burst again. */
    void forgetIdle() {
        long now = nanoTime.getAsLong();
        buckets.values().removeIf(bucket -> refilled(bucket, now) >= capacity());
    }

    int addresses() {
        return buckets.size();
    }

    private double capacity() {
        return (double) perSecond * BURST_SECONDS;
    }

    private double refilled(Bucket bucket, long now) {
        return Math.min(capacity(), bucket.tokens() + (now - bucket.at()) / NANOS_PER_SECOND * perSecond);
    }
}
