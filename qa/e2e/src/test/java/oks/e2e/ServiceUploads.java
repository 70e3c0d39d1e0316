package oks.e2e;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import oks.openpgp.Fingerprint;
import oks.service.Asker;
import oks.service.Reachability;
import oks.service.ServiceAnswer;
import oks.service.ServiceClient;
import oks.service.ServiceRequest;
import oks.testing.SampleCertificates;

/**
 * A gateway of its own, straight at oksd's service socket: a stream of uploads, new certificates and updates of them,
 * and the question whether everything acknowledged is there. Connects again by itself when oksd restarts.
 */
final class ServiceUploads implements AutoCloseable {
    private static final int WINDOW = 16;
    private static final int LOOKUPS = 256;
    private static final int UPDATE_EVERY = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 20;

    private final Vertx vertx;
    private final Acknowledged acknowledged;
    private final AtomicLong nextSeed;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong longestWait = new AtomicLong();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final Context context;
    private final Path socket;
    private ServiceClient client; // event loop only

    /** What was sent and waits for its answer. */
    private record Sent(long seed, int update) {}

    /** Connects to the socket, whoever makes it and whenever; uploads made from seeds from this one on. */
    ServiceUploads(Vertx vertx, Path socket, Acknowledged acknowledged, long firstSeed) {
        this.vertx = vertx;
        this.acknowledged = acknowledged;
        this.nextSeed = new AtomicLong(firstSeed);
        this.context = vertx.getOrCreateContext();
        this.socket = socket;
        connect();
    }

    /** Connects at once; the client by itself waits longer and longer while there is nobody. */
    void connect() {
        onLoop(() -> {
            if (client != null) {
                client.close();
            }
            client = new ServiceClient(
                    vertx,
                    new ServiceClient.Options(socket, "torture", 4 * LOOKUPS, PATIENCE.dividedBy(2)),
                    new Reachability());
            client.start();
            return client;
        });
    }

    private interface OnLoop<T> {
        T get();
    }

    private <T> T onLoop(OnLoop<T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            try {
                done.complete(action.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Begins to upload, a bounded number in flight, until {@link #stop}. */
    ServiceUploads start() {
        wanted.set(true);
        for (int i = 0; i < WINDOW; i++) {
            context.runOnContext(nothing -> next());
        }
        return this;
    }

    /** No further upload is begun; one that is in flight may still be acknowledged. */
    void stop() {
        wanted.set(false);
    }

    private void next() {
        if (wanted.get()) {
            long seed = nextSeed.getAndIncrement();
            send(new Sent(seed, Acknowledged.WITHOUT_UPDATE), seed % UPDATE_EVERY == 0 ? 2 : 0);
        }
    }

    /** Sends a certificate, then updates of it as far as each is acknowledged. */
    private void send(Sent sent, int moreUpdates) {
        byte[] body = sent.update() == Acknowledged.WITHOUT_UPDATE
                ? SampleCertificates.certificate(sent.seed())
                : SampleCertificates.updated(sent.seed(), sent.update());
        long begun = System.nanoTime();
        client.handle(new ServiceRequest.Upload("torture", body), answer -> {
            longestWait.accumulateAndGet(System.nanoTime() - begun, Math::max);
            if (accepted(answer)) {
                acknowledged.add(sent.seed(), sent.update());
                if (moreUpdates > 0) {
                    send(new Sent(sent.seed(), sent.update() + 1), moreUpdates - 1);
                } else {
                    context.runOnContext(nothing -> next());
                }
            } else {
                refused.incrementAndGet();
                vertx.setTimer(PAUSE_MILLIS, timer -> next());
            }
        });
    }

    private static boolean accepted(ServiceAnswer answer) {
        return answer instanceof ServiceAnswer.Uploaded uploaded
                && uploaded.results().stream().noneMatch(result -> result.outcome() == ServiceAnswer.Outcome.REFUSED);
    }

    /** Uploads that were not acknowledged so far. */
    int refused() {
        return refused.get();
    }

    /** The longest that an upload has waited for its answer since this was asked last. */
    Duration longestWait() {
        return Duration.ofNanos(longestWait.getAndSet(0));
    }

    /** The first seed that was not used yet. */
    long nextSeed() {
        return nextSeed.get();
    }

    void awaitConnected() throws InterruptedException {
        Await.until("oksd greets", () -> onLoop(() -> client.connected()));
    }

    /** Asks for everything that was acknowledged, and returns what is not there. */
    List<String> lost() throws InterruptedException {
        connect();
        awaitConnected();
        List<String> lost = new ArrayList<>();
        List<CompletableFuture<List<String>>> asked = new ArrayList<>();
        for (Map.Entry<Long, Set<Integer>> each : acknowledged.all().entrySet()) {
            asked.add(lookUp(each.getKey(), each.getValue()));
            if (asked.size() == LOOKUPS) {
                collect(asked, lost);
            }
        }
        collect(asked, lost);
        return lost;
    }

    private static void collect(List<CompletableFuture<List<String>>> asked, List<String> lost) {
        asked.forEach(each -> lost.addAll(
                each.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join()));
        asked.clear();
    }

    private CompletableFuture<List<String>> lookUp(long seed, Set<Integer> updates) {
        CompletableFuture<List<String>> missing = new CompletableFuture<>();
        byte[] fingerprint =
                Fingerprint.parse(SampleCertificates.fingerprint(seed)).bytes();
        ServiceRequest lookup = new ServiceRequest.Lookup(ServiceRequest.By.FINGERPRINT, fingerprint, 1);
        context.runOnContext(nothing -> ask(
                lookup,
                System.nanoTime() + PATIENCE.toNanos(),
                answer -> missing.complete(missing(seed, updates, answer))));
        return missing;
    }

    /** "Not reachable" is no answer: the client may still hold the connection to an oksd that was killed. */
    private void ask(ServiceRequest lookup, long end, Asker reply) {
        client.handle(lookup, answer -> {
            if (answer instanceof ServiceAnswer.Failure && System.nanoTime() - end < 0) {
                vertx.setTimer(PAUSE_MILLIS, timer -> ask(lookup, end, reply));
            } else {
                reply.accept(answer);
            }
        });
    }

    private static List<String> missing(long seed, Set<Integer> updates, ServiceAnswer answer) {
        String name = SampleCertificates.fingerprint(seed);
        if (!(answer instanceof ServiceAnswer.Certificates certificates)) {
            return List.of(name + ": " + answer);
        }
        if (certificates.found().isEmpty()) {
            return List.of(name);
        }
        String content = new String(certificates.found().get(0).certificate(), StandardCharsets.ISO_8859_1);
        return updates.stream()
                .filter(update -> update != Acknowledged.WITHOUT_UPDATE)
                .filter(update -> !content.contains("name" + seed + "-" + update + "@"))
                .map(update -> name + " update " + update)
                .toList();
    }

    @Override
    public void close() {
        stop();
        onLoop(() -> {
            client.close();
            return true;
        });
    }
}
