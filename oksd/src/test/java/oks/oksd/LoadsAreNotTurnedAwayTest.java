package oks.oksd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.fault.ExitCode;
import oks.log.ProgramLog;
import oks.service.ServiceAnswer;
import oks.service.ServiceRequest.Upload;
import oks.service.UploadConnection;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A load sends as much at once as oksd takes: whoever is turned away comes again a second later. */
@Timeout(120)
final class LoadsAreNotTurnedAwayTest {
    private static final int UPLOADS = 3000;
    private static final int SAMPLES = 8;
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path prefix;

    private final List<ServiceAnswer> others = Collections.synchronizedList(new ArrayList<>());

    @Test
    void twoAtOnceAreAnsweredWithoutAnOverload() throws Exception {
        Path conf = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
        Files.writeString(conf, "[log]\nsyslog = false\n[process]\nallow_root = true\n");
        Daemon daemon = new Daemon(OksdSettings.read(conf), ProgramLog.begin("oksd", System.err));
        CompletableFuture<ExitCode> ended = new CompletableFuture<>();
        new Thread(() -> run(daemon, ended), "oksd").start();
        Path socket = prefix.resolve("var/run/oksd.sock");
        awaitSocket(socket);

        CountDownLatch answers = new CountDownLatch(2 * UPLOADS);
        List<Thread> loads = IntStream.range(0, 2)
                .mapToObj(load -> new Thread(() -> load(socket, answers), "load " + load))
                .toList();
        loads.forEach(Thread::start);
        assertThat(answers.await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(others).isEmpty();

        try (ControlClient control = ControlClient.connect(prefix.resolve("var/run/oksd.ctl"))) {
            control.call(new ControlRequest.Stop(), nothing -> {});
        }
        assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(ExitCode.DONE);
    }

    private static void run(Daemon daemon, CompletableFuture<ExitCode> ended) {
        try {
            ended.complete(daemon.run());
        } catch (Exception e) {
            ended.completeExceptionally(e);
        }
    }

    private static void awaitSocket(Path socket) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!Files.exists(socket) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(socket).exists();
    }

    private void load(Path socket, CountDownLatch answers) {
        List<byte[]> samples = IntStream.range(0, SAMPLES)
                .mapToObj(SampleCertificates::certificate)
                .toList();
        try (UploadConnection oksd = UploadConnection.connect(socket, "test")) {
            for (int i = 0; i < UPLOADS; i++) {
                oksd.send(new Upload("load", "", samples.get(i % SAMPLES)), answer -> {
                    if (!(answer instanceof ServiceAnswer.Uploaded)) {
                        others.add(answer);
                    }
                    answers.countDown();
                });
            }
            assertThat(answers.await(100, TimeUnit.SECONDS)).isTrue(); // answered, not only sent
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
