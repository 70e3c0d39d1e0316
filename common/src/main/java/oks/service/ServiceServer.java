package oks.service;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
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
    private final Vertx vertx;
    private final ServerOptions options;
    private final ServiceHandler handler;
    private volatile SocketFile file;
    private final Queue<NetServer> servers = new ConcurrentLinkedQueue<>();

    /** A server that does not listen yet. {@code vertx} must have been built with its native transport. */
    public ServiceServer(Vertx vertx, ServerOptions options, ServiceHandler handler) {
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
