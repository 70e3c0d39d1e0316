package oks.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.service.EventLoops;
import oks.service.Reachability;

/** The running gateway: event loops, listeners, connections to oksd. Methods block and are not for event loops. */
public final class Gateway implements AutoCloseable {
    private final OksHttpSettings settings;
    private final Vertx vertx;
    private final AccessLog accessLog;
    private final Queue<GatewayVerticle> loops = new ConcurrentLinkedQueue<>();
    private String deployment;

    private Gateway(OksHttpSettings settings, Vertx vertx, AccessLog accessLog) {
        this.accessLog = accessLog;
        this.settings = settings;
        this.vertx = vertx;
    }

    /**
     * Starts a gateway; it answers when this returns, whether oksd is there or not.
     *
     * @param version of the program, told to oksd
     * @param clock   decides what has expired
     * @throws OperatorFault FAILED when the address cannot be listened on
     */
    public static Gateway start(OksHttpSettings settings, String version, Clock clock) {
        int cores = Runtime.getRuntime().availableProcessors();
        Vertx vertx = EventLoops.start(cores);
        AccessLog accessLog = null;
        try {
            accessLog = AccessLog.open(settings.access());
            Gateway gateway = new Gateway(settings, vertx, accessLog);
            gateway.deploy(cores, version, clock);
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
    public int port() {
        return loops.element().port();
    }

    /** Whether every event loop is connected to oksd. */
    public boolean connected() {
        return loops.stream().allMatch(GatewayVerticle::connected);
    }

    /** Stops accepting, finishes the requests in flight, closes everything. */
    @Override public void close() {
        await(vertx.undeploy(deployment)); // first, and gracefully: vertx.close() alone would cut connections
        await(vertx.close());
        if (accessLog != null) {
            accessLog.close();
        }
    }

    /** Goes on in a new access log, for the platform may have renamed the old one. */
    public void reopenLogs() {
        if (accessLog != null) {
            accessLog.reopen();
        }
    }

    private void deploy(int cores, String version, Clock clock) {
        var shared = new GatewayVerticle.Shared(version, styleSheet(), clock, new AtomicInteger(), new AtomicLong(),
                new Reachability(), new Exchange.Surroundings(new Metrics(),
                        new ClientLimits(settings.limits(), System::nanoTime), accessLog, clock));
        try {
            deployment = await(vertx.deployVerticle(() -> {
                GatewayVerticle loop = new GatewayVerticle(settings, shared);
                loops.add(loop);
                return loop;
            }, new DeploymentOptions().setInstances(cores)));
        } catch (CompletionException e) {
            throw cannotListen(e.getCause());
        }
    }

    private OperatorFault cannotListen(Throwable cause) {
        return OperatorFault.of(ExitCode.FAILED, "could not listen on address \"%s\", port %d: %s",
                        settings.listen().address(), settings.listen().port(), why(String.valueOf(cause.getMessage())))
                .next("stop the other process, or set listen.address and listen.port in oks-http.conf")
                .because(cause);
    }

    private static String why(String message) {
        return message.contains("Address already in use") ? "another process does"
                : message.replaceFirst(".*error\\(-\\d+\\): ", ""); // the system's own words, without Netty's
    }

    private static Buffer styleSheet() {
        try (InputStream in = Gateway.class.getResourceAsStream("oks.css")) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
