package oks.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import oks.cli.Console;
import oks.cli.Program;

/**
 * What a command did that ran inside the test.
 *
 * @param out standard output as bytes
 */
public record CommandRun(int status, byte[] out, String stderr) {

    /** Runs a program's command line with standard streams of its own. */
    public static CommandRun of(String program, Supplier<Object> command, String... args) {
        return of(program, command, false, Map.of(), args);
    }

    /** The same, for a person who reads standard error on a terminal of 120 columns without colours. */
    public static CommandRun onTerminal(String program, Supplier<Object> command, String... args) {
        return of(program, command, true, Map.of("NO_COLOR", "1", "COLUMNS", "120"), args);
    }

    /** The same as {@link #of(String, Supplier, String...)} with environment variables. */
    public static CommandRun with(
            Map<String, String> environment, String program, Supplier<Object> command, String... args) {
        return of(program, command, false, environment, args);
    }

    private static CommandRun of(
            String program,
            Supplier<Object> command,
            boolean terminal,
            Map<String, String> environment,
            String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(print(out), print(err), false, terminal, environment);
        int status = Program.of(program, console).run(args, log -> command.get());
        return new CommandRun(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** Standard output as text. */
    public String stdout() {
        return new String(out, StandardCharsets.UTF_8);
    }

    /** Standard output as the one JSON object that it should be. */
    public JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + stdout(), e);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
