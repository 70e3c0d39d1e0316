package oks.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.page.Pages;
import oks.http.page.SizeHistory;
import oks.http.server.AccessLog;
import oks.http.server.Budgets;
import oks.http.server.ClientLimits;
import oks.http.server.Exchange;
import oks.http.server.Metrics;
import oks.http.server.TlsCertificate;
import oks.service.EventLoops;
import oks.service.Reachability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway: event loops, listeners, connections to oksd. Methods block and are not for event loops. */
final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final String ANOTHER = "another process does";

    private final OksHttpSettings settings;
    private final Vertx vertx;
    private final AccessLog accessLog;
    private final Clock clock;
    private final Queue<GatewayVerticle> loops = new ConcurrentLinkedQueue<>();
    private volatile Pages pages;
    private String deployment;

    private Gateway(OksHttpSettings settings, Vertx vertx, AccessLog accessLog, Clock clock, Pages pages) {
        this.pages = pages;
        this.clock = clock;
        this.accessLog = accessLog;
        this.settings = settings;
        this.vertx = vertx;
    }

    /**
     * Starts a gateway; it answers when this returns, whether oksd is there or not.
     *
     * @param version of the program, told to oksd
     * @param clock decides what has expired
     * @throws OperatorFault FAILED when an address cannot be listened on, USAGE when the certificate for TLS or a page
     *     cannot be used
     */
    static Gateway start(OksHttpSettings settings, String version, Clock clock) {
        return start(settings, version, clock, Budgets.ofHeap());
    }

    /** The same with other budgets than the heap's. */
    static Gateway start(OksHttpSettings settings, String version, Clock clock, Budgets budgets) {
        Optional<TlsCertificate> certificate = certificate(settings, clock);
        Pages pages = Pages.read(settings.pages(), settings.search());
        int cores = Runtime.getRuntime().availableProcessors();
        Vertx vertx = EventLoops.start(cores);
        AccessLog accessLog = null;
        try {
            accessLog = AccessLog.open(settings.access());
            if (GatewayVerticle.largestBody(settings) < settings.http().maxBody()) {
                LOG.warn(
                        "bodies above {} bytes are refused, because the heap has no room for http.max_body",
                        GatewayVerticle.largestBody(settings));
            }
            Gateway gateway = new Gateway(settings, vertx, accessLog, clock, pages);
            gateway.deploy(cores, version, certificate, budgets);
            return gateway;
        } catch (RuntimeException e) {
            await(vertx.close());
            if (accessLog != null) {
                accessLog.close();
            }
            throw e;
        }
    }

    /** The TCP port that is listened on. */
    int port() {
        return loops.element().port();
    }

    /** The TCP port that is listened on for TLS; 0 without. */
    int tlsPort() {
        return loops.element().tlsPort();
    }

    /** Whether clients can connect with TLS, which is decided at the start. */
    boolean hasTls() {
        return tlsPort() != 0;
    }

    /** Whether every event loop is connected to oksd. */
    boolean connected() {
        return loops.stream().allMatch(GatewayVerticle::connected);
    }

    /** Calls back when every event loop has turned since: none of them hangs. Does not wait. */
    void turns(Runnable alive) {
        AtomicInteger left = new AtomicInteger(loops.size());
        loops.forEach(loop -> loop.turn(() -> {
            if (left.decrementAndGet() == 0) {
                alive.run();
            }
        }));
    }

    /** Stops accepting, finishes the requests in flight, closes everything. */
    @Override
    public void close() {
        await(vertx.undeploy(deployment)); // first, and gracefully: vertx.close() alone would cut connections
        await(vertx.close());
        if (accessLog != null) {
            accessLog.close();
        }
    }

    /** Goes on in a new access log, for the platform may have renamed the old one. */
    void reopenLogs() {
        if (accessLog != null) {
            accessLog.reopen();
        }
    }

    /**
     * Shows new clients the certificate that the settings name now; connections that are open go on.
     *
     * @throws OperatorFault USAGE when it cannot be used; then the old one stays in force
     */
    void showCertificate(OksHttpSettings newer) {
        if (!hasTls() || !newer.tls().wanted()) {
            return;
        }
        TlsCertificate certificate = certificate(newer, clock).orElseThrow();
        loops.forEach(loop -> await(loop.show(certificate)));
    }

    /**
     * Shows the pages of the directory that the settings name now, as its files are now.
     *
     * @throws OperatorFault USAGE when one cannot be used; then the old ones stay
     */
    void showPages(OksHttpSettings newer) {
        pages = Pages.read(newer.pages(), settings.search());
    }

    private static Optional<TlsCertificate> certificate(OksHttpSettings settings, Clock clock) {
        Optional<TlsCertificate> certificate =
                settings.tls().wanted() ? Optional.of(TlsCertificate.read(settings.tls())) : Optional.empty();
        certificate.ifPresent(shown -> {
            if (shown.notAfter().isBefore(clock.instant())) {
                LOG.warn("TLS: the certificate for \"{}\" has expired on {}", shown.subject(), shown.notAfter());
            } else {
                LOG.info("TLS: certificate for \"{}\", valid until {}", shown.subject(), shown.notAfter());
            }
        });
        return certificate;
    }

    private void deploy(int cores, String version, Optional<TlsCertificate> certificate, Budgets budgets) {
        String figures = settings.statistics().file();
        SizeHistory growth =
                SizeHistory.open(figures.isEmpty() ? Optional.empty() : Optional.of(Path.of(figures)), clock.instant());
        var shared = new GatewayVerticle.Shared(
                version,
                clock,
                certificate,
                new AtomicInteger(),
                growth,
                new Reachability(),
                new Exchange.Context(
                        new Metrics(budgets),
                        new ClientLimits(settings.limits(), System::nanoTime),
                        accessLog,
                        clock,
                        () -> pages,
                        budgets));
        try {
            deployment = await(vertx.deployVerticle(
                    () -> {
                        GatewayVerticle loop = new GatewayVerticle(settings, shared);
                        loops.add(loop);
                        return loop;
                    },
                    new DeploymentOptions().setInstances(cores)));
        } catch (CompletionException e) {
            throw cannotListen(e.getCause());
        }
    }

    private static OperatorFault cannotListen(Throwable cause) {
        Throwable deepest = cause.getCause() == null ? cause : cause.getCause();
        String why = why(String.valueOf(deepest.getMessage()));
        return OperatorFault.of(ExitCode.FAILED, "could not listen on %s: %s", cause.getMessage(), why)
                .next(help(why) + ", or set address and port under [listen] or [tls] in oks-http.conf")
                .because(cause);
    }

    private static String help(String why) {
        return switch (why) {
            case ANOTHER -> "stop the other process, which \"ss -ltnp\" shows";
            case "Permission denied" ->
                "a port below 1024 needs the capability CAP_NET_BIND_SERVICE: begin oks-http with its unit of systemd";
            case "Cannot assign requested address" ->
                "give this machine the address, which \"ip address\" does not show";
            default -> "see to the reason that is named";
        };
    }

    private static String why(String message) {
        return message.contains("Address already in use")
                ? ANOTHER
                : message.replaceFirst(".*error\\(-\\d+\\): ", ""); // the system's own words, without Netty's
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
