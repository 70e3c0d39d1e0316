package oks.http.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The address of a request's client, as limits and the access log need it.
 *
 * @param octets 4 or 16; none when the address is not known
 * @param exempt whether the limits do not hold for it
 * @param known whether it is the client's; otherwise that of a proxy that is not configured or does not say whom
 */
public record ClientAddress(byte[] octets, boolean exempt, boolean known) {
    private static final int IPV4 = 4;
    private static final int IPV6_KEPT = 6; // of 16 octets: a site's network, not its subnets or machines
    private static final int IPV4_KEPT = 3;

    /** The addresses of trusted proxies, and of clients without limits. */
    public record Rules(List<Network> proxies, List<Network> exempt) {
        public Rules {
            proxies = List.copyOf(proxies);
            exempt = List.copyOf(exempt);
        }
    }

    /** The other end of a connection, proxy or not. */
    static ClientAddress ofPeer(String peer, Rules rules) {
        byte[] octets = peer == null ? new byte[0] : Network.literal(peer).orElse(new byte[0]);
        return new ClientAddress(
                octets,
                Network.anyContains(rules.exempt(), octets) || Network.anyContains(rules.proxies(), octets),
                true);
    }

    /**
     * Where a request comes from. Anybody can send a header that says so: only what configured proxies added counts,
     * from its end. Who forwards without being configured is not exempt, or a proxy on this machine would make
     * everybody so; neither is a client of whom a proxy says nothing that can be read.
     *
     * @param hops whom the request passed, the client first; none when no header says that anybody forwards
     */
    public static ClientAddress of(String peer, List<Optional<byte[]>> hops, Rules rules) {
        byte[] octets = peer == null ? new byte[0] : Network.literal(peer).orElse(new byte[0]);
        if (hops.isEmpty()) {
            return new ClientAddress(octets, Network.anyContains(rules.exempt(), octets), true);
        }
        if (!Network.anyContains(rules.proxies(), octets)) {
            return new ClientAddress(octets, false, false);
        }
        for (int at = hops.size() - 1; at >= 0; at--) {
            Optional<byte[]> hop = hops.get(at);
            if (hop.isEmpty()) {
                return new ClientAddress(octets, false, false);
            }
            octets = hop.get();
            if (!Network.anyContains(rules.proxies(), octets)) {
                break;
            }
        }
        return new ClientAddress(octets, Network.anyContains(rules.exempt(), octets), true);
    }

    /** Whether an address is that of a configured proxy. */
    boolean isProxy(Rules rules) {
        return Network.anyContains(rules.proxies(), octets);
    }

    /**
     * Whether one may say on whose behalf it connects: with the PROXY protocol anybody could.
     *
     * @param real where the connection comes from
     * @param told where it says that it comes from; the same when it says nothing
     */
    static boolean mayTell(String real, String told, Rules rules) {
        return real == null
                || real.equals(told)
                || Network.literal(real)
                        .filter(octets -> Network.anyContains(rules.proxies(), octets))
                        .isPresent();
    }

    /**
     * The addresses that the limits count as one client: an IPv4 address, or the /64 that an IPv6 subscriber has at
     * least.
     */
    long key() {
        ByteBuffer key = ByteBuffer.allocate(Long.BYTES);
        if (octets.length == IPV4) {
            key.putInt(-1).put(octets); // no network begins with ffff:ffff
        } else {
            key.put(octets, 0, Math.min(octets.length, Long.BYTES));
        }
        return key.getLong(0);
    }

    /** The address in digits; truncated to /24 or /48 where asked. */
    public String text(boolean truncated) {
        if (octets.length == 0) {
            return "-";
        }
        byte[] shown = octets.clone();
        if (truncated) {
            Arrays.fill(shown, octets.length == IPV4 ? IPV4_KEPT : IPV6_KEPT, shown.length, (byte) 0);
        }
        try {
            return InetAddress.getByAddress(shown).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientAddress that
                && exempt == that.exempt
                && known == that.known
                && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }
}
