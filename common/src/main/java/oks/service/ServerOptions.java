package oks.service;

import java.nio.file.Path;

/**
 * The options of a server.
 *
 * @param socket where to listen; at most 107 bytes long
 * @param name program and version, told to gateways
 * @param database the database's name, told to gateways
 * @param maxInFlight unanswered requests of one connection at which reading from it stops, at least 1
 * @param eventLoops how many event loops serve connections, at least 1
 * @param memory what may be held for gateways
 */
public record ServerOptions(
        Path socket, String name, String database, int maxInFlight, int eventLoops, ServerMemory memory) {
    /** Options with the standard memory. */
    public ServerOptions(Path socket, String name, String database, int maxInFlight, int eventLoops) {
        this(socket, name, database, maxInFlight, eventLoops, ServerMemory.standard());
    }

    public ServerOptions {
        if (maxInFlight < 1 || eventLoops < 1) {
            throw new IllegalArgumentException("in flight " + maxInFlight + ", event loops " + eventLoops);
        }
    }
}
