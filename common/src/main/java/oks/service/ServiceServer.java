package oks.service;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.process.SocketFile;

/**
 * oksd's end of the service socket: accepts gateways and hands their requests to a {@link ServiceHandler}.
 *
 * <p>Connections are spread over event loops; the handler is called on the connection's event loop and may reply from
 * any thread. The answers of one event-loop tick leave in one write. A bad frame ends its connection only.
 */
public final class ServiceServer {
    /**
     * How a server is set up.
     *
     * @param socket where to listen; at most 107 bytes long
     * @param name program and version, told to gateways
     * @param database the database's name, told to gateways
     * @param maxInFlight unanswered requests of one connection at which reading from it stops, at least 1
     * @param eventLoops how many event loops serve connections, at least 1
     * @param memory what may be held for gateways
     */
    public record Options(Path socket, String name, String database, int maxInFlight, int eventLoops, Memory memory) {
        /** Options with the standard memory. */
        public Options(Path socket, String name, String database, int maxInFlight, int eventLoops) {
            this(socket, name, database, maxInFlight, eventLoops, Memory.standard());
        }

        public Options {
            if (maxInFlight < 1 || eventLoops < 1) {
                throw new IllegalArgumentException("in flight " + maxInFlight + ", event loops " + eventLoops);
            }
        }
    }

    /**
     * What may be held for all gateways together, in bytes.
     *
     * @param requests requests that are read or not answered yet
     * @param answers answers that no gateway has taken yet
     * @param maxAnswer certificates of one answer; more are left out, but not the first one
     */
    public record Memory(ByteBudget requests, ByteBudget answers, long maxAnswer) {
        private static final int PART_OF_HEAP = 4;
        private static final long MAX_ANSWER = 8L << 20;

        /** A quarter of the heap each. */
        public static Memory standard() {
            return of(MAX_ANSWER);
        }

        /**
         * A quarter of the heap each; answers are smaller where many processors make them at once, since they are
         * counted when they are made.
         */
        public static Memory of(long maxAnswer) {
            ByteBudget answers = ByteBudget.ofHeap(PART_OF_HEAP);
            long inTheMaking = answers.most() / (2L * Runtime.getRuntime().availableProcessors());
            return new Memory(ByteBudget.ofHeap(PART_OF_HEAP), answers, Math.min(maxAnswer, inTheMaking));
        }
    }

    private final Vertx vertx;
    private final Options options;
    private final ServiceHandler handler;
    private volatile SocketFile file;
    private final Queue<NetServer> servers = new ConcurrentLinkedQueue<>();

    /** A server that does not listen yet. {@code vertx} must have been built with its native transport. */
    public ServiceServer(Vertx vertx, Options options, ServiceHandler handler) {
        this.vertx = vertx;
        this.options = options;
        this.handler = handler;
    }

    /**
     * Begins to listen: replaces a dead server's socket file and gives the new one mode 0660. Touches the file system,
     * so not for an event loop. Fails with an {@link OperatorFault} when the socket cannot be had.
     */
    public Future<Void> listen() {
        try {
            file = SocketFile.prepare("service", options.socket());
        } catch (OperatorFault fault) {
            return Future.failedFuture(fault);
        } catch (IOException e) {
            return Future.failedFuture(fault(e));
        }
        DeploymentOptions instances = new DeploymentOptions().setInstances(options.eventLoops());
        return vertx.deployVerticle(Listener::new, instances)
                .compose(deployed -> publish())
                .recover(e -> Future.failedFuture(e instanceof OperatorFault ? e : fault(e)));
    }

    private Future<Void> publish() {
        try {
            file.publish(PosixFilePermissions.fromString("rw-rw----")); // the gateways' group may connect
            return Future.succeededFuture();
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private OperatorFault fault(Throwable cause) {
        return OperatorFault.of(
                        ExitCode.FAILED,
                        "service socket \"%s\" could not be made: %s",
                        options.socket(),
                        cause instanceof IOException io ? IoReason.withFile(io) : cause.getMessage())
                .next("look at the rights of its directory")
                .because(cause);
    }

    /**
     * Stops accepting and reading, lets what was read be answered for at most {@code grace}, closes and removes the
     * socket file.
     */
    public Future<Void> close(Duration grace) {
        Future<Void> all = Future.succeededFuture();
        for (NetServer server : servers) {
            Future<Void> one = server.shutdown(grace);
            all = all.transform(before -> one);
        }
        return all.transform(closed -> removeFile());
    }

    private Future<Void> removeFile() {
        try {
            file.remove();
            return Future.succeededFuture();
        } catch (IOException e) {
            return Future.failedFuture(fault(e));
        }
    }

    /** One event loop's share of the connections: Vert.x spreads those of one address over all who listen on it. */
    private final class Listener extends VerticleBase {
        @Override
        public Future<?> start() {
            NetServer server = vertx.createNetServer();
            servers.add(server);
            return server.connectHandler(socket -> new ServerConnection(context, socket, options, handler).begin())
                    .listen(SocketAddress.domainSocketAddress(file.bindAt().toString()));
        }
    }
}
