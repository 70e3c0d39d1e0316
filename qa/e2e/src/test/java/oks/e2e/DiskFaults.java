package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import oks.control.ControlRequest;

/**
 * A disk, or a clock, that fails under a running oksd. Each fault has a directory and a keyserver of its own, ends with
 * a kill, a start, and the proof that nothing acknowledged is lost.
 */
final class DiskFaults {
    private static final String OWN_DIRECTORY = """
            [recovery]
            directory = "%s"
            free_space_floor = "0B"
            retry_after = "200ms"
            """;
    private static final String NO_FLOOR = """
            [recovery]
            free_space_floor = "0B"
            retry_after = "200ms"
            """;
    private static final int FILE_SYSTEM_BYTES = 48 << 20;
    private static final int FULL_BYTES = 1 << 20;
    private static final int BALLAST_BYTES = 3 << 18;
    private static final int MORE_FORCES_THAN_A_START = 10;

    private final Path directory;
    private final Random random;

    /** @param directory an empty one for each fault */
    DiskFaults(Path directory, Random random) {
        this.directory = directory;
        this.random = random;
    }

    /** The directory of the recovery files is full: uploads pause, lookups go on, and a start waits for space, too. */
    void recoveryDiskFull() throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        try (Mount disk = Mount.tmpfs(log, FULL_BYTES);
                Scene scene = Scene.in(
                        directory.resolve("oks"), String.format(Locale.ROOT, OWN_DIRECTORY, log), firstSeed())) {
            Path ballast = Files.write(disk.directory().resolve("ballast"), new byte[BALLAST_BYTES]);
            scene.keyserver().startOksd();
            scene.uploads().start();
            scene.keyserver().awaitOksd("paused");
            assertThat(scene.keyserver().status().path("reason").asText()).contains("recovery file", "No space left");
            assertThat(scene.uploads().lost()).as("lookups go on").isEmpty();
            scene.kill();
            scene.keyserver().launchOksd(Map.of());
            assertThat(scene.keyserver().awaitEnd())
                    .as("a start on a full disk")
                    .isEqualTo(1);
            assertThat(scene.keyserver().log()).contains("could not be sealed", "bytes free in directory \"" + log);
            Files.delete(ballast);
            scene.keyserver().startOksd();
            scene.prove("a full disk");
            scene.upload(1 + random.nextInt(20));
            killAndProve(scene, "a disk that was full");
        }
    }

    /**
     * A rotation fails for want of space: the old file stays, oksd pauses, tries again and again, and rotates in the
     * end.
     */
    void rotationFails() throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        try (Mount disk = Mount.tmpfs(log, FULL_BYTES);
                Scene scene = Scene.in(
                        directory.resolve("oks"), String.format(Locale.ROOT, OWN_DIRECTORY, log), firstSeed())) {
            scene.keyserver().startOksd();
            scene.upload(1 + random.nextInt(20));
            scene.uploads().stop();
            String file = scene.keyserver().status().at("/recovery/file").asText();
            Path ballast = fill(disk);
            scene.keyserver()
                    .oksctl("rotate", "--conf", scene.keyserver().conf("oksd"))
                    .ended(1);
            assertThat(scene.keyserver().status().path("state").asText()).isEqualTo("paused");
            assertThat(scene.keyserver().status().at("/recovery/file").asText()).isEqualTo(file);
            Await.until(
                    "it was tried again twice",
                    () -> scene.keyserver().log().split("paused: recovery file", -1).length > 3);
            Files.delete(ballast);
            scene.keyserver().awaitOksd("running");
            assertThat(scene.keyserver().status().at("/recovery/file").asText()).isGreaterThan(file);
            scene.upload(1);
            killAndProve(scene, "a rotation that failed");
        }
    }

    private static Path fill(Mount disk) throws IOException {
        Path ballast = disk.directory().resolve("ballast");
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            return ballast;
        }
    }

    /** Little space is left: uploads pause before there is none, and an operator may lower the floor. */
    void freeSpaceFloor() throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        try (Mount disk = Mount.tmpfs(log, FULL_BYTES);
                Scene scene = Scene.in(
                        directory.resolve("oks"), String.format(Locale.ROOT, OWN_DIRECTORY, log), firstSeed())) {
            scene.keyserver().startOksd();
            scene.upload(1 + random.nextInt(20));
            Path conf = Path.of(scene.keyserver().conf("oksd"));
            String settings = Files.readString(conf);
            Files.writeString(conf, settings.replace("\"0B\"", "\"" + BALLAST_BYTES + "B\""));
            scene.keyserver().kill("HUP");
            Await.until("the floor is in force", () -> scene.keyserver().log().contains("configuration read again"));
            Path ballast = Files.write(disk.directory().resolve("ballast"), new byte[BALLAST_BYTES]);
            scene.keyserver().awaitOksd("paused");
            assertThat(scene.keyserver().status().path("reason").asText())
                    .contains("free space", "recovery.free_space_floor", log.toString());
            Files.writeString(conf, settings);
            scene.keyserver().kill("HUP");
            scene.keyserver().awaitOksd("running");
            Files.delete(ballast);
            scene.upload(1);
            killAndProve(scene, "little free space");
        }
    }

    /** A recovery file cannot be forced: uploads go on in a fresh one, degraded until an operator has looked. */
    void forceFails() throws IOException, InterruptedException {
        try (Scene scene = Scene.in(directory.resolve("oks"), NO_FLOOR, firstSeed())) {
            String inject = launchWithFailingForce(scene, MORE_FORCES_THAN_A_START + random.nextInt(30));
            scene.keyserver().awaitOksd("running");
            String suspect = scene.keyserver().status().at("/recovery/file").asText();
            scene.uploads().start();
            scene.keyserver().awaitOksd("degraded");
            assertThat(scene.keyserver().status().path("reason").asText()).contains(suspect, "oksctl resume");
            scene.upload(1 + random.nextInt(50));
            assertThat(scene.keyserver().status().at("/recovery/file").asText()).isGreaterThan(suspect);
            assertThat(scene.keyserver()
                            .control(new ControlRequest.Resume())
                            .path("resumed")
                            .asBoolean())
                    .isTrue();
            scene.keyserver().awaitOksd("running");
            killAndProve(scene, inject);
        }
    }

    /**
     * Strace counts each thread's calls by themselves: small numbers hit the thread that starts, large ones the writer.
     */
    private static String launchWithFailingForce(Scene scene, int number) throws IOException {
        String inject = "inject=fdatasync:error=EIO:when=" + number;
        scene.keyserver()
                .launchOksd(
                        Map.of(),
                        "strace",
                        "-D",
                        "-f",
                        "-qq",
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=fdatasync",
                        "-e",
                        inject);
        return inject;
    }

    /** A force fails while oksd starts: it ends, nothing is taken for damaged, and the next start goes on. */
    void startFails() throws IOException, InterruptedException {
        try (Scene scene = Scene.in(directory.resolve("oks"), NO_FLOOR, firstSeed())) {
            scene.keyserver().startOksd();
            scene.upload(1 + random.nextInt(50));
            scene.kill();
            String inject = launchWithFailingForce(scene, 1 + random.nextInt(2));
            assertThat(scene.keyserver().awaitEnd())
                    .as("%s, %s", inject, scene.keyserver().log())
                    .isEqualTo(1);
            assertThat(scene.keyserver().log()).contains("Input/output error", "oksd: next:");
            scene.keyserver().startOksd();
            scene.prove(inject + " at a start");
        }
    }

    /**
     * The power goes: what was not forced is gone, and the file system replays its own journal. What counts is what was
     * acknowledged before: while it shuts down, ext4 lets an fdatasync succeed whose bytes are gone afterwards (Linux
     * 6.18: 9 times in 300 shutdowns under a program that only appends and forces, each time after the shutdown had
     * begun). A machine without power tells nobody of that.
     */
    void powerCut() throws IOException, InterruptedException {
        Path power = directory.resolve("power");
        Path image = directory.resolve("image");
        Mount disk = Mount.ext4(power, image, FILE_SYSTEM_BYTES);
        try (Scene scene = Scene.in(directory.resolve("oks"), NO_FLOOR, firstSeed())) {
            scene.databaseIn(power.resolve("db")).keyserver().startOksd();
            scene.upload(1 + random.nextInt(300));
            Acknowledged before = scene.acknowledged().copy();
            disk.cutPower();
            Await.until("an upload is refused", () -> scene.uploads().refused() > 0);
            scene.kill();
            disk.close();
            disk = Mount.again(power, image);
            scene.keyserver().startOksd();
            scene.acknowledged().backTo(before);
            scene.prove("a power cut");
            scene.upload(1);
        } finally {
            disk.close();
        }
    }

    /** The clock goes back by days while oksd is down: names still sort, and nothing is older than what came before. */
    void clockSetBack() throws IOException, InterruptedException {
        try (Scene scene = Scene.in(directory.resolve("oks"), NO_FLOOR, firstSeed())) {
            scene.keyserver().startOksd();
            scene.upload(1 + random.nextInt(50));
            scene.kill();
            String before =
                    scene.keyserver().recoveryFiles().get(0).getFileName().toString();
            String offset = "-" + (1 + random.nextInt(400)) + "d";
            scene.keyserver()
                    .launchOksd(Map.of(
                            "LD_PRELOAD",
                            faketime().toString(),
                            "FAKETIME",
                            offset,
                            "FAKETIME_DONT_FAKE_MONOTONIC",
                            "1",
                            "FAKETIME_FORCE_MONOTONIC_FIX",
                            "0"))
                    .awaitOksd("running");
            scene.upload(1 + random.nextInt(50));
            scene.keyserver().control(new ControlRequest.Rotate());
            String newest = scene.keyserver().status().at("/recovery/file").asText();
            assertThat(newest).as("with the clock set back by %s", offset).isGreaterThan(before);
            scene.upload(1);
            long pid = scene.keyserver().oksd().pid();
            killAndProve(scene, "a clock set back by " + offset);
            Files.deleteIfExists(Path.of("/dev/shm/faketime_shm_" + pid)); // a killed program leaves them
            Files.deleteIfExists(Path.of("/dev/shm/sem.faketime_sem_" + pid));
        }
    }

    /**
     * The library that the Debian package faketime brings, whatever the machine's architecture; its usual place if
     * missing.
     */
    static Path faketime() throws IOException {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu")) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve("faketime/libfaketimeMT.so.1");
                if (Files.isReadable(library)) {
                    return library;
                }
            }
        }
        return Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
    }

    /** The store's own disk is full: oksd ends with status 1, and its next start replays what the store lacks. */
    void storeDiskFull() throws IOException, InterruptedException {
        Path store = directory.resolve("store");
        String settings = String.format(Locale.ROOT, OWN_DIRECTORY, Files.createDirectories(directory.resolve("log")))
                + "[store]\nflush_size = \"64KiB\"\n";
        try (Mount disk = Mount.tmpfs(store, FULL_BYTES);
                Scene scene = Scene.in(directory.resolve("oks"), settings, firstSeed())) {
            scene.databaseIn(disk.directory().resolve("db")).keyserver().startOksd();
            scene.uploads().start();
            assertThat(scene.keyserver().awaitEnd()).as(scene.keyserver().log()).isEqualTo(1);
            scene.uploads().stop();
            assertThat(scene.keyserver().log()).contains("everything acknowledged is in the recovery files");
            Finished.run(directory, "mount", "-o", "remount,size=" + FILE_SYSTEM_BYTES, store.toString())
                    .done();
            scene.keyserver().startOksd();
            scene.prove("a full disk below the store");
        }
    }

    private long firstSeed() {
        return random.nextLong(1L << 40);
    }

    private static void killAndProve(Scene scene, String after) throws IOException, InterruptedException {
        scene.kill();
        scene.keyserver().startOksd();
        scene.prove(after);
    }
}
