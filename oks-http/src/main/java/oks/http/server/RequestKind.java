package oks.http.server;

import java.util.Locale;

/** The kind of a request in the figures: few and fixed, whatever clients send. */
public enum RequestKind {
    GET,
    HGET,
    INDEX,
    STATS,
    ADD,
    HASHQUERY,
    V2_CERTS,
    V2_INDEX,
    V2_PREFIXLOG,
    V2_ADD,
    /** A lookup whose op is not known yet, or wrong. */
    LOOKUP,
    PAGE,
    HEALTH,
    READY,
    METRICS,
    OTHER;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The kind in figures and logs. */
    String word() {
        return word;
    }
}
