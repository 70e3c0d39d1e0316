package oks.service;

import java.util.Objects;

/**
 * The first frame each way.
 *
 * @param version the client's highest version, then the version the server chose; 1 to 65535
 * @param program name (and version) of the program that speaks
 * @param database name of the server's database; empty in the client's frame, which does not carry it
 */
record Hello(int version, String program, String database) {
    /** The version of the protocol that this code speaks. */
    static final int VERSION = 4;
    /** From this version on, a request can say for which client it is, skip certificates, and be cancelled. */
    static final int WITH_CLIENTS = 2;
    /** From this version on, the answer to an upload tells what was left out. */
    static final int WITH_DETAILS = 3;
    /** From this version on, a search by words can be bound to domains. */
    static final int WITH_DOMAINS = 4;

    Hello {
        Objects.requireNonNull(program);
        Objects.requireNonNull(database);
        if (version < 1 || version > 0xffff) {
            throw new IllegalArgumentException("version outside 1 to 65535: " + version);
        }
    }
}
