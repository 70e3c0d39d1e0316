package oks.config;

/** The header in which proxies tell whom they forward. */
public enum ClientHeader {
    X_FORWARDED_FOR,
    /** RFC 7239. */
    FORWARDED,
    X_REAL_IP
}
