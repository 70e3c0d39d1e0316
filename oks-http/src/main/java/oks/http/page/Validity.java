package oks.http.page;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The validity of a key, user ID or certificate, for people: in words, not in colours alone.
 *
 * @param badge "revoked", "expired", or empty when there is nothing to say
 * @param created a date; empty when not known
 * @param expires a date, past ones too; empty for never
 * @param expired whether that date is past
 */
record Validity(String badge, String created, String expires, boolean expired) {

    static Validity of(
            Optional<Instant> created, Optional<Instant> expires, boolean revoked, Instant now, Words words) {
        boolean expired = isOver(expires, now);
        return new Validity(
                revoked ? words.of("revoked") : expired ? words.of("expired") : "",
                date(created),
                date(expires),
                expired);
    }

    static boolean isOver(Optional<Instant> expires, Instant now) {
        return expires.filter(time -> !time.isAfter(now)).isPresent();
    }

    /** The day in UTC, as in {@code 2026-11-22}; empty for none. */
    static String date(Optional<Instant> time) {
        return time.map(instant -> LocalDate.ofInstant(instant, ZoneOffset.UTC).toString())
                .orElse("");
    }
}
