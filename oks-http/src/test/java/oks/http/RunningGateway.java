package oks.http;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import oks.config.OksHttpSettings;
import oks.http.server.Budgets;
import oks.service.EventLoops;
import oks.service.ServerOptions;
import oks.service.ServiceServer;

/** A gateway on a free port, and behind it, on a real socket, an in-memory keyserver that can go away and come back. */
public final class RunningGateway implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-11-22T10:49:02Z");

    private final Path socket;
    private final MemoryKeyserver keyserver = new MemoryKeyserver();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Gateway gateway;
    private boolean stopped;
    private Vertx vertx;
    private ServiceServer server;

    /** @param more lines of the configuration, table by table */
    public RunningGateway(Path directory, String more) throws IOException {
        this(directory, more, Budgets.ofHeap());
    }

    /** The same with other budgets than the heap's. */
    public RunningGateway(Path directory, String more, Budgets budgets) throws IOException {
        socket = directory.resolve("var/run/oksd.sock");
        gateway = Gateway.start(
                OksHttpSettings.read(configuration(directory, 0, more)),
                "test",
                Clock.fixed(NOW, ZoneOffset.UTC),
                budgets);
        comeBack();
    }

    /** Writes etc/oks-http.conf. */
    public static Path configuration(Path prefix, int port, String more) throws IOException {
        Path file = prefix.resolve("etc/oks-http.conf");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "[listen]\nport = " + port + "\n[log]\nsyslog = false\n" + more);
    }

    public MemoryKeyserver keyserver() {
        return keyserver;
    }

    public int port() {
        return gateway.port();
    }

    public int tlsPort() {
        return gateway.tlsPort();
    }

    Gateway gateway() {
        return gateway;
    }

    /** Ends the keyserver behind the socket and waits until the gateway knows. */
    void goAway() {
        server.close(Duration.ofSeconds(10))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server = null;
        until(() -> !gateway.connected());
    }

    /** Begins the keyserver again and waits until the gateway is connected. */
    void comeBack() {
        vertx = EventLoops.start(1);
        server = new ServiceServer(vertx, new ServerOptions(socket, "oksd test", "test", 100, 1), keyserver);
        server.listen().toCompletionStage().toCompletableFuture().join();
        until(gateway::connected);
    }

    /** {@code GET} of a path with its query. */
    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).version(HttpClient.Version.HTTP_1_1);
        return http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** {@code GET} of a path, the body as it is. */
    public HttpResponse<byte[]> bytes(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).version(HttpClient.Version.HTTP_1_1);
        return http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> postBytes(String path, String contentType, byte[] body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    /** {@code /pks/lookup} with op, options and search. */
    public HttpResponse<String> lookup(String op, String options, String search)
            throws IOException, InterruptedException {
        return get("/pks/lookup?op=" + op + (options.isEmpty() ? "" : "&options=" + options) + "&search="
                + escape(search));
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> post(String contentType, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/pks/add"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a form as gpg does. */
    HttpResponse<String> addForm(byte[] keytext, String... headers) throws IOException, InterruptedException {
        String form = "keytext=" + escape(new String(keytext, StandardCharsets.ISO_8859_1));
        return post("application/x-www-form-urlencoded", form.getBytes(StandardCharsets.US_ASCII), headers);
    }

    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Sends bytes as they are and reads until the gateway closes. */
    public String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(60_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    void reopenLogs() {
        gateway.reopenLogs();
    }

    /** Stops the gateway; what is behind the socket stays. */
    public void stop() {
        stopped = true;
        gateway.close();
    }

    @Override
    public void close() {
        if (!stopped) {
            stop();
        }
        if (server != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    public static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("not in time");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }
}
