package oks.oksd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import oks.testing.JavaCommand;
import oks.testing.SharedClasses;
import org.apache.commons.io.FileUtils;

/** An oksd in a process of its own, from this build's classes; killed at the latest when the test closes it. */
final class OksdProcess implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Map<String, String> WHOEVER_RUNS_THE_TESTS = Map.of("OKS_PROCESS_ALLOW_ROOT", "true");
    private static final List<String> OPTIONS = SharedClasses.options(OksdProcess::startAndStop);

    private final Process process;
    private final Path out;
    private final Path err;

    private OksdProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static OksdProcess start(Path directory, String... args) throws IOException {
        return start(directory, WHOEVER_RUNS_THE_TESTS, args);
    }

    static OksdProcess start(Path directory, Map<String, String> environment, String... args) throws IOException {
        return start(directory, environment, JavaCommand.of(OPTIONS, Oksd.class.getName(), args));
    }

    /** Started by a shell that lets everybody write everything. */
    static OksdProcess startWithoutUmask(Path directory, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 000; exec \"$@\"", "sh"));
        command.addAll(JavaCommand.of(OPTIONS, Oksd.class.getName(), args));
        return start(directory, WHOEVER_RUNS_THE_TESTS, command);
    }

    private static void startAndStop(List<String> options) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("oksd");
        Path conf = Files.writeString(
                Files.createDirectory(directory.resolve("etc")).resolve("oksd.conf"), "[log]\nsyslog = false\n");
        try (OksdProcess oksd = start(
                directory, WHOEVER_RUNS_THE_TESTS, JavaCommand.of(options, Oksd.class.getName(), conf.toString()))) {
            oksd.awaitLog("ready:");
            oksd.signal("TERM");
            oksd.status();
        } finally {
            FileUtils.deleteDirectory(directory.toFile());
        }
    }

    private static OksdProcess start(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path out = Files.createTempFile(directory, "oksd", ".out");
        Path err = Files.createTempFile(directory, "oksd", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new OksdProcess(process, out, err);
    }

    /** Waits for its end. */
    int status() throws InterruptedException {
        assertThat(process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS))
                .as("ended")
                .isTrue();
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    long pid() {
        return process.pid();
    }

    void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Waits until it has logged this. */
    void awaitLog(String text) {
        await(() -> err().contains(text));
    }

    /** Waits until something holds, as long as the process lives. */
    void await(BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(process.isAlive() && System.nanoTime() < end).as(err()).isTrue();
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
