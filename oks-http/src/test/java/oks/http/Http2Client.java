package oks.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;

/** A client that speaks HTTP/2 as no good client does: aborts, and windows that never open. */
public final class Http2Client implements AutoCloseable {
    private static final int STREAMS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClientAgent http = vertx.createHttpClient(new HttpClientOptions()
            .setSsl(true)
            .setTrustAll(true)
            .setVerifyHost(false)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(0)));
    private final int port;

    public Http2Client(int port) {
        this.port = port;
    }

    /** A connection whose streams have no window. */
    public HttpClientConnection connect() {
        return await(http.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(port)));
    }

    /** Sends requests on one connection; their answers never come through. */
    public List<HttpClientRequest> ask(HttpClientConnection connection, String path, int times) {
        List<HttpClientRequest> asked = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            HttpClientRequest request = await(connection.request());
            request.setMethod(HttpMethod.GET).setURI(path).exceptionHandler(aborted -> {});
            request.end();
            asked.add(request);
        }
        return asked;
    }

    /** Begins uploads that do not end, or that end after all when {@code whole}. */
    List<HttpClientRequest> send(HttpClientConnection connection, int times, boolean whole) {
        List<HttpClientRequest> sent = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            HttpClientRequest request = await(connection.request());
            request.setMethod(HttpMethod.POST)
                    .setURI("/pks/add")
                    .putHeader("Content-Type", "application/pgp-keys")
                    .exceptionHandler(aborted -> {});
            request.setChunked(true).write(Buffer.buffer(new byte[10_000]));
            if (whole) {
                request.end();
            }
            sent.add(request);
        }
        return sent;
    }

    /** Asks and goes away: resets each stream, or breaks the connection, before or after there are answers. */
    void abort(int round, String path, MemoryKeyserver keyserver) {
        HttpClientConnection connection = connect();
        if (round % 2 == 0) {
            keyserver.hold();
        }
        List<HttpClientRequest> asked = ask(connection, path, STREAMS);
        asked.addAll(send(connection, STREAMS, round % 3 == 0));
        RunningGateway.until(() -> round % 2 != 0 || keyserver.held() >= STREAMS);
        if (round % 4 < 2) {
            asked.forEach(request -> request.reset(8)); // CANCEL
        } else {
            await(connection.close());
        }
        keyserver.answerHeld();
        connection.close();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        await(http.close());
        await(vertx.close());
    }
}
