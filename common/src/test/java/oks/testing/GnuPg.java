package oks.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** gpg with a home of its own, which closing removes. Used by one thread. */
public final class GnuPg implements AutoCloseable {
    private static final long SECONDS = 120;

    private final Path program;
    private final GnuPgHome home;

    private GnuPg(Path program, GnuPgHome home) {
        this.program = program;
        this.home = home;
    }

    /** A gpg with an empty home; the test is skipped if there is no gpg. */
    public static GnuPg open() throws IOException {
        Path program = ExternalProgram.require("gpg", "gnupg");
        return new GnuPg(program, GnuPgHome.create());
    }

    /** What a run of gpg left behind. */
    public record Outcome(int status, byte[] out, String err) {
        /** Standard output as text. */
        public String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    /** GNUPGHOME, for settings files. */
    public Path home() {
        return home.directory();
    }

    /** Runs gpg, which must succeed; returns its standard output. */
    public byte[] run(byte[] input, String... arguments) throws IOException {
        Outcome outcome = tryRun(input, arguments);
        if (outcome.status != 0) {
            throw new IOException(
                    "gpg " + String.join(" ", arguments) + ": status " + outcome.status + "\n" + outcome.err);
        }
        return outcome.out;
    }

    /** Runs gpg, whatever comes of it, for at most two minutes. */
    public Outcome tryRun(byte[] input, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--homedir",
                home().toString(),
                "--batch",
                "--no-tty",
                "--quiet",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                ""));
        command.addAll(List.of(arguments));
        return run(command, input);
    }

    /** Makes a key without a passphrase and returns its certificate. */
    public byte[] generate(String userId, String algorithm) throws IOException {
        run(new byte[0], "--quick-generate-key", userId, algorithm, "default", "never");
        return run(new byte[0], "--export", "=" + userId);
    }

    @Override
    public void close() throws IOException {
        home.close();
    }

    private Outcome run(List<String> command, byte[] input) throws IOException {
        Path err = Files.createTempFile("oksg", ".err");
        Path in = Files.createTempFile("oksg", ".in");
        try {
            Files.write(in, input);
            Process process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectError(err.toFile())
                    .start();
            return finish(process, err);
        } finally {
            Files.delete(err);
            Files.delete(in);
        }
    }

    private static Outcome finish(Process process, Path err) throws IOException {
        try (InputStream out = process.getInputStream()) {
            byte[] bytes = out.readAllBytes();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("gpg did not end within " + SECONDS + " seconds");
            }
            return new Outcome(process.exitValue(), bytes, Files.readString(err, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while gpg ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
