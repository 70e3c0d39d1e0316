package oks.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import oks.config.OksHttpSettings;
import oks.http.Routes.Route;
import oks.service.Reachability;
import oks.service.ServiceClient;

/** One event loop's share of the gateway: its listener, its connections, its connection to oksd. */
final class GatewayVerticle extends VerticleBase {
    /** How long a stop waits for requests in flight. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final long OVERDUE_CHECK_MILLIS = 1000;

    private static final long FORGET_MILLIS = 10_000;

    private final OksHttpSettings settings;
    private final Shared shared;

    private HttpServer server;
    private ServiceClient oksd;
    private Connections connections;

    /** What the event loops have in common. */
    record Shared(String version, Buffer styleSheet, Clock clock, AtomicInteger connections, AtomicLong bodiesInMemory,
            Reachability reachability, Exchange.Surroundings around) { }

    GatewayVerticle(OksHttpSettings settings, Shared shared) {
        this.settings = settings;
        this.shared = shared;
    }

    @Override public Future<?> start() {
        oksd = new ServiceClient(vertx, new ServiceClient.Options(settings.oksd().socket(), "oks-http " + shared.version(),
                settings.oksd().maxInFlight(), settings.oksd().timeout()), shared.reachability());
        connections = new Connections(shared.connections(), settings.http().maxConnections(), settings.http().readTimeout(),
                System::nanoTime, shared.around().limits());
        vertx.setPeriodic(OVERDUE_CHECK_MILLIS, timer -> connections.closeOverdue());
        vertx.setPeriodic(FORGET_MILLIS, timer -> shared.around().limits().forgetIdle());
        Routes routes = routes();
        server = vertx.createHttpServer(options())
                .connectionHandler(connections::opened)
                .invalidRequestHandler(request -> Routes.refuse(exchange(request)))
                .requestHandler(request -> routes.handle(exchange(request)));
        // A negative port is Vert.x's for one free port that all event loops share.
        int port = settings.listen().port() == 0 ? -1 : settings.listen().port();
        return server.listen(port, settings.listen().address()).onSuccess(listening -> oksd.start());
    }

    /** Stops accepting, finishes what is in flight for at most {@link #GRACE}, then lets go of oksd. */
    @Override public Future<?> stop() {
        return server.shutdown(GRACE).onComplete(closed -> oksd.close());
    }

    /** The port that is listened on. */
    int port() {
        return server.actualPort();
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
                .setHttp2ClearTextEnabled(false) // its detection would hide connections that send nothing
                .setHandle100ContinueAutomatically(false);
    }

    private Exchange exchange(HttpServerRequest request) {
        return new Exchange(vertx, request, connections.of(request.connection()), shared.around());
    }

    private Routes routes() {
        StatisticsEndpoint statistics = new StatisticsEndpoint(oksd);
        return new Routes(
                Map.of(
                        "/", new Route(RequestKind.PAGE, exchange -> exchange.answer(Answer.page(Page.start()))),
                        "/oks.css", new Route(RequestKind.PAGE, exchange -> exchange.answer(
                                Answer.of("text/css; charset=utf-8", shared.styleSheet()).with("Cache-Control", "max-age=3600"))),
                        "/healthz", new Route(RequestKind.HEALTH, exchange -> exchange.answer(Answer.text(200, "ok\n"))),
                        "/readyz", new Route(RequestKind.READY, new ReadyEndpoint(oksd)),
                        "/metrics", new Route(RequestKind.METRICS, new MetricsEndpoint(oksd, shared.around().metrics(),
                                shared.connections())),
                        "/pks/lookup", new Route(RequestKind.LOOKUP,
                                new LookupEndpoint(oksd, statistics, settings.search().maxResults(), shared.clock())),
                        "/pks/stats", new Route(RequestKind.STATS, statistics)),
                new V2Lookups(oksd, settings.search().maxResults(), shared.clock()).categories(),
                Map.of(
                        "/pks/hashquery", new Route(RequestKind.HASHQUERY, new HashQueryEndpoint(oksd, shared.bodiesInMemory())),
                        "/pks/v2/certs", new Route(RequestKind.V2_ADD, AddEndpoint.v2(vertx, oksd, settings.http().maxBody(),
                                shared.bodiesInMemory(), shared.around().metrics())),
                        "/pks/add", new Route(RequestKind.ADD, AddEndpoint.legacy(vertx, oksd, settings.http().maxBody(),
                                shared.bodiesInMemory(), shared.around().metrics()))));
    }
}
