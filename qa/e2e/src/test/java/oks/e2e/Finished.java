package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that has come to its end: what it said, and how it ended. */
record Finished(List<String> command, int status, String stdout, String stderr) {
    private static final long LIMIT_SECONDS = 300;

    /** Runs a command to its end, at most five minutes. */
    static Finished run(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("oks-", ".out");
        Path err = Files.createTempFile("oks-", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
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

    static Finished run(Path directory, String... command) throws IOException, InterruptedException {
        return run(directory, Map.of(), List.of(command));
    }

    /** The command must have done its work. */
    Finished done() {
        return ended(0);
    }

    /** The command must have ended with this status. */
    Finished ended(int expected) {
        assertThat(status)
                .as("%s%nstdout: %s%nstderr: %s", command, stdout, stderr)
                .isEqualTo(expected);
        return this;
    }

    static List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        return command;
    }
}
