package oks.fault;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The form of times in JSON, the same in all programs, so that texts sort as the times do; see oks-json(7). */
public final class UtcTime {
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private UtcTime() {}

    /** To the microsecond, always with six digits: {@code 2026-11-22T10:49:02.000000Z}; what is finer is cut off. */
    public static String of(Instant time) {
        return MICROSECONDS.format(time);
    }

    /** The same; null for none. */
    public static String orNull(Optional<Instant> time) {
        return time.map(UtcTime::of).orElse(null);
    }
}
