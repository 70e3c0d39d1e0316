package oks.config;

/** The part of a client's address that the access log holds. */
public enum Addresses {
    FULL,
    /** The first 24 bits of an IPv4 address, the first 48 of an IPv6 one. */
    TRUNCATED,
    NONE
}
