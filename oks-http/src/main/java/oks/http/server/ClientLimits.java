package oks.http.server;

import io.vertx.core.MultiMap;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import oks.config.ClientHeader;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.answer.HttpFault;

/** The limits of one client: requests per second, connections. One for all event loops; thread-safe. */
public final class ClientLimits {
    private final ClientAddress.Rules rules;
    private final ClientHeader header;
    private final ProxyWarnings warnings = new ProxyWarnings();
    private final List<Network> metrics;
    private final RateLimit lookups;
    private final RateLimit uploads;
    private final int mostConnections;
    private final ClientNumbers numbers = new ClientNumbers(new SecureRandom());
    private final ConcurrentHashMap<Long, Integer> connections = new ConcurrentHashMap<>();

    public ClientLimits(OksHttpSettings.Limits settings, LongSupplier nanoTime) {
        this.rules = new ClientAddress.Rules(
                networks("limits.proxies", settings.proxies()), networks("limits.exempt", settings.exempt()));
        this.header = settings.clientHeader();
        this.metrics = networks("limits.metrics", settings.metrics());
        this.lookups = new RateLimit(settings.lookupsPerSecond(), nanoTime);
        this.uploads = new RateLimit(settings.uploadsPerSecond(), nanoTime);
        this.mostConnections = settings.connectionsPerAddress();
    }

    /** Fails with an {@link OperatorFault} when the settings name what is no address. */
    public static void check(OksHttpSettings.Limits settings) {
        new ClientLimits(settings, System::nanoTime);
    }

    /** Which addresses are special. */
    ClientAddress.Rules rules() {
        return rules;
    }

    /**
     * Whom a request is from.
     *
     * @param peer the other end of its connection
     */
    ClientAddress client(String peer, MultiMap headers) {
        ClientAddress client = ClientAddress.of(peer, Forwarding.hops(headers, header), rules);
        if (!client.known()) {
            warnings.forwarded(
                    header.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    String.valueOf(peer),
                    client.isProxy(rules));
        }
        return client;
    }

    /**
     * Counts a request.
     *
     * @throws HttpFault 429 when the client asks too often
     */
    void admit(RequestKind kind, ClientAddress client) {
        int wait = switch (kind) {
            case ADD, V2_ADD -> uploads.take(client);
            case GET, HGET, INDEX, STATS, HASHQUERY, V2_CERTS, V2_INDEX, V2_PREFIXLOG, LOOKUP, READY, METRICS ->
                lookups.take(client);
            case PAGE, HEALTH, OTHER -> 0; // from memory
        };
        if (wait > 0) {
            throw HttpFault.tooOften(wait);
        }
    }

    /** The number by which oksd shares its work out fairly, without an address. */
    long number(ClientAddress client) {
        return numbers.of(client);
    }

    /** Whether a client may read the figures; not if only an unknown proxy tells its address. */
    boolean mayMeasure(ClientAddress client) {
        return client.known() && Network.anyContains(metrics, client.octets());
    }

    /** Counts a connection; false when the client has too many. */
    boolean connect(ClientAddress client) {
        return client.exempt()
                || mostConnections == 0
                || connections.merge(client.key(), 1, Integer::sum) <= mostConnections;
    }

    /** Ends what {@link #connect} counted, whatever it answered. */
    void disconnect(ClientAddress client) {
        if (!client.exempt() && mostConnections > 0) {
            connections.computeIfPresent(client.key(), (key, open) -> open == 1 ? null : open - 1);
        }
    }

    /** Forgets clients that have been quiet. */
    public void forgetIdle() {
        lookups.forgetIdle();
        uploads.forgetIdle();
    }

    private static List<Network> networks(String setting, List<String> texts) {
        try {
            return texts.stream().map(Network::parse).toList();
        } catch (IllegalArgumentException e) {
            throw OperatorFault.of(ExitCode.USAGE, "setting %s: %s", setting, e.getMessage())
                    .next("correct oks-http.conf");
        }
    }
}
