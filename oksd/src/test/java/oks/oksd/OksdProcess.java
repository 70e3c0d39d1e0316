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

/** An oksd in a process of its own, from this build's classes; killed at the latest when the test closes it. */
final class OksdProcess implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private OksdProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static OksdProcess start(Path directory, String... args) throws IOException {
        return start(directory, Map.of("OKS_PROCESS_ALLOW_ROOT", "true"), args); // whoever runs the tests
    }

    static OksdProcess start(Path directory, Map<String, String> environment, String... args) throws IOException {
        return start(directory, environment, List.of(), args);
    }

    /** Started by a shell that lets everybody write everything. */
    static OksdProcess startWithoutUmask(Path directory, String... args) throws IOException {
        return start(
                directory,
                Map.of("OKS_PROCESS_ALLOW_ROOT", "true"),
                List.of("sh", "-c", "umask 000; exec \"$@\"", "sh"),
                args);
    }

    private static OksdProcess start(Path directory, Map<String, String> environment, List<String> by, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(by);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Oksd.class.getName()));
        command.addAll(List.of(args));
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
