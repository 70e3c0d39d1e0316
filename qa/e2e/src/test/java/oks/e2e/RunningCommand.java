package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that runs, and comes to its end by itself; whoever began it awaits that. */
final class RunningCommand {
    private static final long LIMIT_SECONDS = 300;

    private final List<String> command;
    private final Process process;
    private final Path out;
    private final Path err;

    private RunningCommand(List<String> command, Process process, Path out, Path err) {
        this.command = command;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static RunningCommand begin(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path out = Files.createTempFile("oks-", ".out");
        Path err = Files.createTempFile("oks-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new RunningCommand(command, builder.start(), out, err);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal as an operator does. */
    void kill(String signal) throws IOException, InterruptedException {
        Finished.run(Path.of("/"), "kill", "-" + signal, Long.toString(process.pid()))
                .done();
    }

    /** Waits for the end, at most five minutes. */
    Finished end() throws IOException, InterruptedException {
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            assertThat(ended).as("%s ended; it said: %s", command, text(err)).isTrue();
            return new Finished(command, process.exitValue(), text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Old user IDs are not always UTF-8. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
