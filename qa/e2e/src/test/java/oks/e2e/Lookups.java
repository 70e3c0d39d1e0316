package oks.e2e;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import oks.openpgp.Certificate;
import oks.service.EventLoops;
import oks.service.Reachability;
import oks.service.ServiceAnswer;
import oks.service.ServiceClient;
import oks.service.ServiceRequest;
import oks.service.ServiceRequest.By;

/** Many lookups at once, straight at oksd's service socket. */
final class Lookups implements AutoCloseable {
    private static final int MAX_IN_FLIGHT = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Vertx vertx = EventLoops.start(1);
    private final Context context = vertx.getOrCreateContext();
    private final Map<String, CompletableFuture<Answer>> asked = new TreeMap<>();
    private ServiceClient client; // event loop only, once started

    /** How many certificates match, and the fingerprints of those that came. */
    record Answer(long total, List<String> fingerprints) {}

    Lookups(Path socket) throws InterruptedException {
        onLoop(() -> {
            client = new ServiceClient(
                    vertx, new ServiceClient.Options(socket, "test", 2 * MAX_IN_FLIGHT, PATIENCE), new Reachability());
            client.start();
        });
        Await.until("oksd greets", () -> client.connected());
    }

    private void onLoop(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            action.run();
            done.complete(null);
        });
        done.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Asks, and returns at once unless too many are asked already. */
    CompletableFuture<Answer> ask(By by, byte[] value, int limit) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        if (asked.size() >= MAX_IN_FLIGHT) {
            CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                    .join();
            asked.clear();
        }
        asked.put(by + HexFormat.of().formatHex(value), answer);
        context.runOnContext(nothing ->
                client.handle(new ServiceRequest.Lookup(by, value, limit), reply -> complete(answer, reply)));
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void complete(CompletableFuture<Answer> answer, ServiceAnswer reply) {
        if (reply instanceof ServiceAnswer.Certificates found) {
            answer.complete(new Answer(
                    found.total(),
                    found.found().stream()
                            .map(one -> Certificate.ofStored(one.certificate())
                                    .fingerprint()
                                    .toString())
                            .collect(Collectors.toList())));
        } else {
            answer.completeExceptionally(new CompletionException("answer: " + reply, null));
        }
    }

    @Override
    public void close() {
        onLoop(client::close);
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
