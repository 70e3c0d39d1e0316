package oks.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.service.EventLoops;

/**
 * What the HTTP framework costs alone: answers every request with the same bytes, on as many event loops as oks-http
 * has.
 *
 * <p>{@code PlainHandler PORT FILE}, where FILE holds the bytes; says "ready" and runs until it is killed.
 */
public final class PlainHandler extends VerticleBase {
    private final int port;
    private final Buffer body;

    private PlainHandler(int port, Buffer body) {
        this.port = port;
        this.body = body;
    }

    public static void main(String[] args) throws IOException {
        int cores = Runtime.getRuntime().availableProcessors();
        int port = Integer.parseInt(args[0]);
        Buffer body = Buffer.buffer(Files.readAllBytes(Path.of(args[1])));
        Vertx vertx = EventLoops.start(cores);
        vertx.deployVerticle(() -> new PlainHandler(port, body), new DeploymentOptions().setInstances(cores))
                .onComplete(
                        started -> System.out.println(started.succeeded() ? "ready" : "failed: " + started.cause()));
    }

    @Override
    public Future<?> start() {
        String length = Integer.toString(body.length());
        return vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/pgp-keys")
                        .putHeader(HttpHeaders.CONTENT_LENGTH, length)
                        .end(body))
                .listen(port, "127.0.0.1");
    }
}
