package oks.e2e;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import oks.control.ControlClient;
import oks.control.ControlRequest;

/** SIGKILL at a random moment of whatever oksd does. Oksd runs before and after each. */
final class Kills {
    /** What oksd does besides uploads when it is killed. */
    enum During {
        UPLOADS,
        ROTATE,
        PAUSE,
        FLUSH,
        SNAPSHOT,
        BACKUP,
        START_UP,
        TWICE_IN_A_ROW
    }

    private static final int MAX_UPLOADS = 60;
    private static final int MAX_COMMAND_MILLIS = 40;
    private static final int MAX_START_UP_MILLIS = 250;
    private static final int MAX_BACKUP_MILLIS = 2500;

    private final Scene scene;
    private final Random random;

    Kills(Scene scene, Random random) {
        this.scene = scene;
        this.random = random;
    }

    /**
     * Kills oksd, once or several times, starts it again, and proves that nothing is lost; returns the number of kills.
     */
    int kill(During during) throws IOException, InterruptedException {
        scene.upload(random.nextInt(MAX_UPLOADS));
        CompletableFuture<Void> command = switch (during) {
            case UPLOADS, START_UP, TWICE_IN_A_ROW -> CompletableFuture.completedFuture(null);
            case ROTATE -> command(new ControlRequest.Rotate());
            case PAUSE -> command(new ControlRequest.Pause(Duration.ofMinutes(1), ControlRequest.Pause.Hold.LIMIT));
            case FLUSH -> command(new ControlRequest.Dump());
            case SNAPSHOT -> command(new ControlRequest.Snapshot());
            case BACKUP -> backup();
        };
        pass(during == During.BACKUP ? MAX_BACKUP_MILLIS : MAX_COMMAND_MILLIS);
        scene.kill();
        command.join();
        int kills = 1
                + switch (during) {
                    case START_UP -> killStartUps(1);
                    case TWICE_IN_A_ROW -> killStartUps(2 + random.nextInt(2));
                    case UPLOADS, ROTATE, PAUSE, FLUSH, SNAPSHOT, BACKUP -> 0;
                };
        scene.keyserver().startOksd();
        scene.prove(kills + " kills during " + during);
        return kills;
    }

    private void pass(int maxMillis) throws InterruptedException {
        Await.pass(Duration.ofNanos(random.nextLong(maxMillis * 1_000_000L)));
    }

    private int killStartUps(int times) throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            scene.keyserver().launchOksd(Map.of());
            Await.until(
                    "oksd has the database's lock",
                    () -> !scene.keyserver().oksd().isAlive() || hasLock());
            pass(MAX_START_UP_MILLIS);
            scene.kill();
        }
        return times;
    }

    /** Whether the start has come to the database: what happens before that kills nothing but Java. */
    private boolean hasLock() throws IOException {
        Path lock = scene.keyserver().database().toRealPath().resolve("LOCK");
        try (DirectoryStream<Path> open = Files.newDirectoryStream(
                Path.of("/proc", Long.toString(scene.keyserver().oksd().pid()), "fd"))) {
            for (Path file : open) {
                if (Files.isSymbolicLink(file) && Files.readSymbolicLink(file).equals(lock)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Gives a command beside the uploads; its end, good or bad, comes at the latest with that of oksd. */
    private CompletableFuture<Void> command(ControlRequest request) {
        ControlClient client = scene.keyserver().controlClient();
        return CompletableFuture.runAsync(
                () -> {
                    try (client) {
                        client.call(request, progress -> {});
                    } catch (RuntimeException killed) {
                        // nobody cares: only what uploads were promised counts
                    }
                },
                task -> new Thread(task, "command").start());
    }

    private CompletableFuture<Void> backup() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        Path out = Files.createDirectories(
                                scene.keyserver().prefix().resolve("backup"));
                        scene.keyserver()
                                .oksBackup(
                                        "full",
                                        "--out",
                                        out.toString(),
                                        "--conf",
                                        scene.keyserver().conf("oksd"));
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "backup").start());
    }
}
