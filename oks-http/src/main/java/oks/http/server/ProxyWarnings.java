package oks.http.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings about proxies whose clients cannot be told apart: once for each proxy, and only for a few. Thread-safe. */
final class ProxyWarnings {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyWarnings.class);

    /** Anybody can send such a header: it must not fill the log. */
    private static final int MOST = 10;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * Warns of a forwarded request whose client is not known.
     *
     * @param header in which the client is expected
     * @param peer who forwarded it
     * @param isProxy whether that one is configured
     */
    void forwarded(String header, String peer, boolean isProxy) {
        if (told.size() >= MOST || !told.add(peer)) {
            return;
        }
        if (isProxy) {
            LOG.warn(
                    "proxy \"{}\" does not say in {} whom it forwards: its clients are limited together", peer, header);
        } else {
            LOG.warn(
                    "address \"{}\" forwards requests, but is not in limits.proxies: its clients are limited together",
                    peer);
        }
    }
}
