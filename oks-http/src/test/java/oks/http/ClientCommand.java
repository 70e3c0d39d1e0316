package oks.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import oks.testing.ExternalProgram;

/**
 * What a client's program did.
 *
 * @param status its exit status
 * @param out standard output
 * @param err standard error
 */
record ClientCommand(int status, String out, String err) {
    private static final long LONGEST_SECONDS = 120;

    /** Runs a command of a Debian package to its end, with nothing on standard input. */
    static ClientCommand run(String debianPackage, String... command) throws IOException, InterruptedException {
        return run(debianPackage, List.of(command));
    }

    /** Runs a command of a Debian package to its end, with nothing on standard input. */
    static ClientCommand run(String debianPackage, List<String> command) throws IOException, InterruptedException {
        ExternalProgram.require(command.get(0), debianPackage);
        Path out = Files.createTempFile("oks", ".out");
        Path err = Files.createTempFile("oks", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not in time: " + command + ": " + Files.readString(err));
            }
            return new ClientCommand(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.ISO_8859_1),
                    Files.readString(err, StandardCharsets.ISO_8859_1));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
