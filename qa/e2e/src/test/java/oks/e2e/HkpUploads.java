package oks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import oks.testing.SampleCertificates;

/** Uploads as gpg sends them, through oks-http: only an answer 200 is an acknowledgement. */
final class HkpUploads implements AutoCloseable {
    private static final int CLIENTS = 3;

    private final Keyserver keyserver;
    private final Acknowledged acknowledged;
    private final AtomicLong nextSeed;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private List<CompletableFuture<Void>> clients = List.of();

    /** @param firstSeed certificates are made from seeds from this one on */
    HkpUploads(Keyserver keyserver, Acknowledged acknowledged, long firstSeed) {
        this.keyserver = keyserver;
        this.acknowledged = acknowledged;
        this.nextSeed = new AtomicLong(firstSeed);
    }

    /** Begins to upload, if that is not under way. */
    void start() {
        if (wanted.compareAndSet(false, true)) {
            List<CompletableFuture<Void>> begun = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                begun.add(CompletableFuture.runAsync(this::upload, task -> new Thread(task, "hkp uploads").start()));
            }
            clients = begun;
        }
    }

    private void upload() {
        while (wanted.get()) {
            long seed = nextSeed.getAndIncrement();
            try {
                if (keyserver.add(SampleCertificates.certificate(seed)).statusCode() == 200) {
                    acknowledged.add(seed, Acknowledged.WITHOUT_UPDATE);
                    accepted.incrementAndGet();
                }
            } catch (IOException notAcknowledged) {
                continue; // by nobody: the next certificate is another one
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Uploads answered with 200 so far. */
    int accepted() {
        return accepted.get();
    }

    /** Ends the uploads; every acknowledgement has been seen when this returns. */
    void stop() {
        wanted.set(false);
        clients.forEach(CompletableFuture::join);
        clients = List.of();
    }

    @Override
    public void close() {
        stop();
    }
}
