package oks.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import oks.config.OksHttpSettings;
import oks.http.answer.Answer;
import oks.http.hkp.AddEndpoint;
import oks.http.hkp.HashQueryEndpoint;
import oks.http.hkp.LookupEndpoint;
import oks.http.hkp.MetricsEndpoint;
import oks.http.hkp.ReadyEndpoint;
import oks.http.hkp.StatisticsEndpoint;
import oks.http.hkp.V2Lookups;
import oks.http.page.SizeHistory;
import oks.http.server.Budgets;
import oks.http.server.Connections;
import oks.http.server.Exchange;
import oks.http.server.Metrics;
import oks.http.server.RequestKind;
import oks.http.server.Routes;
import oks.http.server.Routes.Route;
import oks.http.server.TlsCertificate;
import oks.service.ByteBudget;
import oks.service.Reachability;
import oks.service.ServiceClient;

/** One event loop's share of the gateway: its listener, its connections, its connection to oksd. */
final class GatewayVerticle extends VerticleBase {
    /** How long a stop waits for requests in flight. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final long OVERDUE_CHECK_MILLIS = 1000;

    private static final long FORGET_MILLIS = 10_000;

    /** How often it is asked whether a sample for the plot is due. */
    private static final long SAMPLE_MILLIS = 10_000;

    /**
     * Requests that one HTTP/2 connection may have in work at once; what RFC 9113, section 6.5.2, recommends at least.
     */
    private static final int STREAMS = 100;

    /** Memory of a stream besides its answer: request, response, states of Netty. */
    private static final long BYTES_OF_A_STREAM = 16 << 10;

    private static final long REFUSED_STREAM = 7; // RFC 9113, section 7: may be tried again

    // A negative port is Vert.x's for one free port that all event loops share; each number is another port.
    private static final int FREE_PORT = -1;
    private static final int FREE_TLS_PORT = -2;

    private static final List<HttpVersion> VERSIONS =
            List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1, HttpVersion.HTTP_1_0);

    /**
     * Forward secrecy and authenticated encryption only: no static RSA, no CBC (RFC 9325, section 4.2; RFC 9113,
     * section 9.2.2).
     */
    private static final List<String> TLS_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final OksHttpSettings settings;
    private final Shared shared;

    private HttpServer server;
    private HttpServer tlsServer; // null without TLS
    private ServiceClient oksd;
    private Connections connections;

    /** The objects that all event loops share. */
    record Shared(
            String version,
            Clock clock,
            Optional<TlsCertificate> certificate,
            AtomicInteger connections,
            SizeHistory growth,
            Reachability reachability,
            Exchange.Context around) {}

    GatewayVerticle(OksHttpSettings settings, Shared shared) {
        this.settings = settings;
        this.shared = shared;
    }

    @Override
    public Future<?> start() {
        oksd = new ServiceClient(
                vertx,
                new ServiceClient.Options(
                        settings.oksd().socket(),
                        "oks-http " + shared.version(),
                        settings.oksd().maxInFlight(),
                        settings.oksd().timeout(),
                        shared.around().budgets().bodies(),
                        shared.around().budgets().answers()),
                shared.reachability());
        connections = new Connections(
                shared.connections(),
                settings.http().maxConnections(),
                settings.http().readTimeout(),
                System::nanoTime,
                shared.around().limits());
        vertx.setPeriodic(OVERDUE_CHECK_MILLIS, timer -> connections.closeOverdue());
        vertx.setPeriodic(FORGET_MILLIS, timer -> shared.around().limits().forgetIdle());
        Routes routes = routes();
        server = server(options(), routes);
        Future<?> listening =
                listen(server, settings.listen().address(), settings.listen().port(), FREE_PORT);
        if (shared.certificate().isPresent()) {
            tlsServer = server(tls(options(), shared.certificate().get()), routes);
            listening = listening.compose(first ->
                    listen(tlsServer, settings.tls().address(), settings.tls().port(), FREE_TLS_PORT));
        }
        return listening.onSuccess(all -> oksd.start());
    }

    private HttpServer server(HttpServerOptions options, Routes routes) {
        return vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .invalidRequestHandler(request -> Routes.refuse(exchange(request)))
                .requestHandler(request -> {
                    if (connections.takes(request.connection())) {
                        begin(request, routes);
                    }
                });
    }

    /** A stream of HTTP/2 is held as long as its client likes: it is counted, too. */
    private void begin(HttpServerRequest request, Routes routes) {
        ByteBudget budget = shared.around().budgets().answers();
        if (request.version() != HttpVersion.HTTP_2) {
            routes.handle(exchange(request));
        } else if (budget.take(BYTES_OF_A_STREAM)) {
            Exchange exchange = exchange(request);
            exchange.whenOver(() -> budget.give(BYTES_OF_A_STREAM));
            routes.handle(exchange);
        } else {
            request.response().reset(REFUSED_STREAM);
        }
    }

    /** The largest body that is taken: the setting, or what the heap has room for. */
    static int largestBody(OksHttpSettings settings) {
        return (int) Math.min(
                settings.http().maxBody(),
                Budgets.largestBody(Runtime.getRuntime().maxMemory()));
    }

    private static Future<HttpServer> listen(HttpServer server, String address, int port, int free) {
        return server.listen(port == 0 ? free : port, address)
                .recover(cause -> Future.failedFuture(new CannotListen(address, port, cause)));
    }

    /** An address and port that cannot be listened on. */
    static final class CannotListen extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotListen(String address, int port, Throwable cause) {
            super("address \"" + address + "\", port " + port, cause);
        }
    }

    /**
     * New connections with TLS are shown this certificate from now on; open ones go on. Only for a gateway that has
     * TLS.
     */
    Future<?> show(TlsCertificate certificate) {
        ServerSSLOptions options = new ServerSSLOptions()
                .setKeyCertOptions(certificate.options())
                .setUseAlpn(true)
                .setApplicationLayerProtocols(
                        VERSIONS.stream().map(HttpVersion::alpnName).toList());
        TLS_SUITES.forEach(options::addEnabledCipherSuite);
        return tlsServer.updateSSLOptions(options, true);
    }

    /** Stops accepting, finishes what is in flight for at most {@link #GRACE}, then lets go of oksd. */
    @Override
    public Future<?> stop() {
        Future<?> plain = server.shutdown(GRACE);
        return Future.join(plain, tlsServer == null ? plain : tlsServer.shutdown(GRACE))
                .onComplete(closed -> oksd.close());
    }

    /** Runs something on this event loop. Safe in any thread. */
    void turn(Runnable step) {
        context.runOnContext(now -> step.run());
    }

    /** The port that is listened on. */
    int port() {
        return server.actualPort();
    }

    /** The port that is listened on for TLS; 0 without. */
    int tlsPort() {
        return tlsServer == null ? 0 : tlsServer.actualPort();
    }

    /** Whether oksd is there. */
    boolean connected() {
        return oksd.connected();
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setMaxInitialLineLength(settings.http().maxUrl())
                .setMaxHeaderSize(settings.http().maxHeader())
                .setTcpNoDelay(true)
                .setPerFrameWebSocketCompressionSupported(
                        false) // there are no web sockets: two handlers less for each request
                .setPerMessageWebSocketCompressionSupported(false)
                .setHttp2ClearTextEnabled(false) // its detection would hide connections that send nothing
                .setUseProxyProtocol(settings.limits().proxyProtocol())
                .setProxyProtocolTimeout(settings.http().readTimeout().toMillis())
                .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHandle100ContinueAutomatically(false);
    }

    private HttpServerOptions tls(HttpServerOptions options, TlsCertificate certificate) {
        TLS_SUITES.forEach(options::addEnabledCipherSuite);
        return options.setSsl(true)
                .setUseAlpn(true)
                .setAlpnVersions(VERSIONS)
                .setKeyCertOptions(certificate.options())
                .setSslHandshakeTimeout(settings.http().readTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(STREAMS)
                        .setMaxHeaderListSize(settings.http().maxHeader()));
    }

    private Exchange exchange(HttpServerRequest request) {
        return new Exchange(vertx, request, connections.begin(request.connection()), shared.around());
    }

    private Routes routes() {
        StatisticsEndpoint statistics = new StatisticsEndpoint(oksd, shared.growth(), shared.clock());
        vertx.setPeriodic(0, SAMPLE_MILLIS, timer -> statistics.sample());
        Map<String, Route> reading = new HashMap<>(pages());
        reading.putAll(health());
        int most = settings.search().maxResults();
        reading.put(
                "/pks/lookup",
                new Route(RequestKind.LOOKUP, new LookupEndpoint(oksd, statistics, settings.search(), shared.clock())));
        reading.put("/pks/stats", new Route(RequestKind.STATS, statistics));
        return new Routes(
                reading,
                new V2Lookups(oksd, most, shared.clock()).categories(),
                posting(shared.around().budgets().bodies()),
                AddEndpoint.ACCEPTED);
    }

    private static Map<String, Route> pages() {
        return Map.of(
                "/", page(exchange -> exchange.pages().start()),
                "/help",
                        page(exchange -> exchange.pages()
                                .help(exchange.authority(), exchange.request().isSSL())),
                "/api",
                        page(exchange -> exchange.pages()
                                .api(exchange.authority(), exchange.request().isSSL())));
    }

    private static Route page(Function<Exchange, Answer> page) {
        return new Route(RequestKind.PAGE, exchange -> exchange.answer(page.apply(exchange)));
    }

    private Map<String, Route> health() {
        MetricsEndpoint metrics = new MetricsEndpoint(oksd, shared.around().metrics(), shared.connections());
        return Map.of(
                "/healthz", new Route(RequestKind.HEALTH, exchange -> exchange.answer(Answer.text(200, "ok\n"))),
                "/readyz", new Route(RequestKind.READY, new ReadyEndpoint(oksd)),
                "/metrics", new Route(RequestKind.METRICS, metrics));
    }

    private Map<String, Route> posting(ByteBudget bodies) {
        int largest = largestBody(settings);
        Metrics metrics = shared.around().metrics();
        return Map.of(
                "/pks/hashquery", new Route(RequestKind.HASHQUERY, new HashQueryEndpoint(oksd, bodies)),
                "/pks/v2/certs", new Route(RequestKind.V2_ADD, AddEndpoint.v2(vertx, oksd, largest, bodies, metrics)),
                "/pks/add", new Route(RequestKind.ADD, AddEndpoint.legacy(vertx, oksd, largest, bodies, metrics)));
    }
}
