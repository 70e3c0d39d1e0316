package oks.http;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Whether a key or user ID can be relied on, for people: in words, not in colours alone. */
final class Validity {
    private Validity() { }

    /** A badge, when there is something to say. */
    static String badge(Optional<Instant> expires, boolean revoked, Instant now) {
        if (revoked) {
            return " <strong class=\"bad\">revoked</strong>";
        }
        return isOver(expires, now) ? " <strong class=\"bad\">expired</strong>" : "";
    }

    /** "created 2024-01-01, expires 2026-01-01". */
    static String dates(Optional<Instant> created, Optional<Instant> expires, Instant now) {
        StringBuilder out = new StringBuilder();
        created.ifPresent(time -> out.append("created ").append(date(time)));
        expires.ifPresent(time -> out.append(out.length() == 0 ? "" : ", ").append(time.isAfter(now) ? "expires " : "expired ").append(date(time)));
        return out.toString();
    }

    static String date(Instant time) {
        LocalDate date = LocalDate.ofInstant(time, ZoneOffset.UTC);
        return "<time datetime=\"" + date + "\">" + date + "</time>";
    }

    private static boolean isOver(Optional<Instant> expires, Instant now) {
        return expires.filter(time -> !time.isAfter(now)).isPresent();
    }
}
