package oks.e2e;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import oks.testing.SampleCertificates;

/** A stream of uploads from several clients; remembers which ones were acknowledged. */
final class Uploader implements AutoCloseable {
    private final Keyserver keyserver;
    private final AtomicLong nextSeed;
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicBoolean wanted = new AtomicBoolean(true);
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();

    private Uploader(Keyserver keyserver, long firstSeed) {
        this.keyserver = keyserver;
        this.nextSeed = new AtomicLong(firstSeed);
    }

    /** Starts uploading new certificates, made from seeds from this one on. */
    static Uploader start(Keyserver keyserver, int clients, long firstSeed) {
        Uploader uploader = new Uploader(keyserver, firstSeed);
        for (int i = 0; i < clients; i++) {
            uploader.clients.add(
                    CompletableFuture.runAsync(uploader::upload, task -> new Thread(task, "uploader").start()));
        }
        return uploader;
    }

    private void upload() {
        while (wanted.get()) {
            long seed = nextSeed.getAndIncrement();
            try {
                HttpResponse<String> answer = keyserver.add(SampleCertificates.certificate(seed));
                if (answer.statusCode() == 200) {
                    acknowledged.add(SampleCertificates.fingerprint(seed));
                }
            } catch (IOException notAcknowledged) {
                // The gateway may end too; only what it acknowledged counts.
                if (!wanted.get()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** The fingerprints acknowledged so far. */
    Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    /** The first seed that was not used yet. */
    long nextSeed() {
        return nextSeed.get();
    }

    /** Ends the stream; every acknowledgement has been seen when this returns. */
    @Override
    public void close() {
        wanted.set(false);
        clients.forEach(CompletableFuture::join);
    }
}
