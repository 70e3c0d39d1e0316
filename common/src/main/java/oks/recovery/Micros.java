package oks.recovery;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times in files: microseconds since 1970, UTC. */
final class Micros {
    private static final long PER_SECOND = 1_000_000;

    private Micros() {}

    static long of(Instant time) {
        long seconds = time.getEpochSecond();
        long micros = time.getNano() / 1000;
        return seconds >= 0
                ? Math.addExact(Math.multiplyExact(seconds, PER_SECOND), micros)
                : Math.addExact(
                        Math.multiplyExact(seconds + 1, PER_SECOND), micros - PER_SECOND); // down to the least long
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * 1000);
    }

    static Instant truncate(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }
}
