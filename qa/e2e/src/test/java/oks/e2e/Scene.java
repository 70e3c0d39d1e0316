package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import oks.control.ControlRequest;
import oks.recovery.RecoveryFileName;
import oks.service.EventLoops;

/** A keyserver that is about to suffer, streams of uploads to it, and what it has acknowledged. */
final class Scene implements AutoCloseable {
    private static final long SEEDS_APART = 1L << 41;
    private static final int PER_HKP_UPLOAD = 8;

    private final Keyserver keyserver;
    private final Acknowledged acknowledged = new Acknowledged();
    private final Vertx vertx = EventLoops.start(1);
    private final ServiceUploads uploads;
    private final HkpUploads hkp;
    private boolean hasGateway;

    private Scene(Keyserver keyserver, long firstSeed) {
        this.keyserver = keyserver;
        this.uploads =
                new ServiceUploads(vertx, keyserver.prefix().resolve("var/run/oksd.sock"), acknowledged, firstSeed);
        this.hkp = new HkpUploads(keyserver, acknowledged, firstSeed + SEEDS_APART);
    }

    /**
     * An installation in which nothing runs yet.
     *
     * @param settings tables for oksd.conf
     * @param firstSeed the uploads are made from seeds from this one on
     */
    static Scene in(Path prefix, String settings, long firstSeed) throws IOException {
        Files.createDirectories(prefix);
        return new Scene(Keyserver.in(prefix).with(settings), firstSeed);
    }

    Keyserver keyserver() {
        return keyserver;
    }

    ServiceUploads uploads() {
        return uploads;
    }

    HkpUploads hkp() {
        return hkp;
    }

    /**
     * Starts oks-http beside oksd: from now on a part of the uploads goes through it, and it lives on when oksd is
     * killed.
     */
    Scene withGateway() throws IOException, InterruptedException {
        keyserver.startHttp();
        hasGateway = true;
        return this;
    }

    Acknowledged acknowledged() {
        return acknowledged;
    }

    /** Lets the database directory be on another file system. */
    Scene databaseIn(Path directory) throws IOException {
        Files.createDirectories(keyserver.database().getParent());
        Files.createSymbolicLink(keyserver.database(), Files.createDirectories(directory));
        return this;
    }

    /** Uploads until this many more changes are acknowledged, a part of them through a gateway; the streams go on. */
    Scene upload(int more) throws InterruptedException {
        int before = acknowledged.changes();
        uploads.start();
        if (hasGateway) {
            int hkpBefore = hkp.accepted();
            hkp.start();
            Await.until("a part of them through oks-http", () -> hkp.accepted() - hkpBefore >= more / PER_HKP_UPLOAD);
        }
        Await.until(more + " more acknowledged", () -> acknowledged.changes() - before >= more);
        return this;
    }

    /** Kills oksd. */
    void kill() throws IOException, InterruptedException {
        keyserver.killHard();
        uploads.stop();
        hkp.stop();
    }

    /** Everything acknowledged must be there, and the store sound. */
    void prove(String after) throws IOException, InterruptedException {
        List<String> lost = uploads.lost();
        if (!lost.isEmpty()) {
            throw new Lost(lost, after);
        }
        JsonNode check = keyserver.control(new ControlRequest.Check(false)); // throws when it is not
        assertThat(check.path("certificates").asInt()).as(after).isGreaterThanOrEqualTo(acknowledged.certificates());
        assertOrdinals(after);
    }

    /** Names sort in the order of their ordinals, and none is missing. */
    private void assertOrdinals(String after) throws IOException {
        Path directory = Path.of(keyserver.status().at("/recovery/directory").asText());
        try (Stream<Path> files = Files.list(directory)) {
            List<Long> ordinals = files.sorted()
                    .flatMap(file -> RecoveryFileName.of(file).stream())
                    .map(RecoveryFileName::ordinal)
                    .toList();
            for (int i = 1; i < ordinals.size(); i++) {
                assertThat(ordinals.get(i))
                        .as("ordinals after %s: %s", after, ordinals)
                        .isEqualTo(ordinals.get(i - 1) + 1);
            }
        }
    }

    /** What was acknowledged and is not there. */
    static final class Lost extends AssertionError {
        private static final long serialVersionUID = 1;
        private final int changes;

        Lost(List<String> lost, String after) {
            super(lost.size() + " acknowledged changes lost after " + after + ": " + lost);
            changes = lost.size();
        }

        int changes() {
            return changes;
        }
    }

    @Override
    public void close() {
        hkp.close();
        uploads.close();
        keyserver.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
