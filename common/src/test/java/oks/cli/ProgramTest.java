package oks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import oks.config.LogSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

final class ProgramTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private boolean terminal;

    /** What the command under test was given. */
    private CommonOptions given;

    /** What the command under test does. */
    private Callable<Integer> work = () -> 0;

    @Test
    void helpIsWrittenToStandardOutput() {
        assertThat(run("--help")).isZero();
        assertThat(out()).startsWith("Usage: oksctl ").contains("--version", "look");
        assertThat(err()).isEmpty();
        out.reset();
        assertThat(run("look", "--help")).isZero();
        assertThat(out())
                .startsWith("Usage: oksctl look ")
                .contains("--conf=FILE", "--socket=SOCKET", "--json", "--quiet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "look --version"})
    void theVersionIsWrittenToStandardOutput(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(out()).isEqualTo("oksctl 2.0.0\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void anUnknownOptionIsAUsageErrorWithAHint() {
        assertThat(run("look", "--zzz\n=5")).isEqualTo(2);
        assertThat(err())
                .isEqualTo(
                        "oksctl: error: unknown option: '--zzz =5'\n" + "oksctl: next: run \"oksctl look --help\"\n");
        assertThat(out()).isEmpty();
    }

    @Test
    void aMistypedOptionGetsASuggestion() {
        assertThat(run("look", "--quite")).isEqualTo(2);
        assertThat(err()).contains("next: did you mean \"--quiet\"? run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"look --jsno", "look --quite", "loook"})
    void whatIsNearlyRightGetsASuggestion(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err()).contains("next: did you mean \"");
    }

    @Test
    void anUnknownCommandIsCalledOne() {
        assertThat(run("loook", "at")).isEqualTo(2);
        assertThat(err())
                .isEqualTo("oksctl: error: unknown command \"loook\"\n"
                        + "oksctl: next: did you mean \"look\"? run \"oksctl --help\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"look --colour", "peek", "-x", "--jjjjjjjjjj look"})
    void whatIsFarFromEverythingGetsNone(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err()).doesNotContain("did you mean");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--json look", "look --json", "--json look --json", "-q --json look", "--conf f --json look -q"})
    void sharedOptionsAreTakenBeforeAndAfterTheCommand(String arguments) throws IOException {
        work = () -> {
            throw OperatorFault.of(ExitCode.BUSY, "as object: %s", given.json());
        };
        assertThat(run(arguments.split(" "))).isEqualTo(4);
        assertThat(new ObjectMapper().readTree(out()).at("/error/what").textValue())
                .isEqualTo("as object: true");
    }

    @Test
    void whatStandsAfterTheCommandCountsMore() {
        work = () -> {
            throw OperatorFault.of(ExitCode.BUSY, "%s", given.controlSocket());
        };
        run("--socket", "before", "look", "--socket", "after");
        assertThat(err()).startsWith("oksctl: error: after\n");
    }

    @Test
    void anOptionThatTheCommandDoesNotTakeIsRefusedBeforeIt() {
        assertThat(run("--json", "version")).isEqualTo(2);
        assertThat(out()).contains("unknown option: '--json'");
    }

    @Test
    void helpAndVersionAreCommandsToo() {
        assertThat(run("help")).isZero();
        assertThat(out()).startsWith("Usage: oksctl ");
        out.reset();
        assertThat(run("help", "look")).isZero();
        assertThat(out()).startsWith("Usage: oksctl look ");
        out.reset();
        assertThat(run("version")).isZero();
        assertThat(out()).isEqualTo("oksctl 2.0.0\n");
        assertThat(run("help", "nothing")).isEqualTo(2);
    }

    @Test
    void anUnknownOptionWithJsonIsAnObject() throws IOException {
        assertThat(run("look", "--json", "--colour")).isEqualTo(2);
        assertThat(new ObjectMapper().readTree(out()).at("/error/exit").intValue())
                .isEqualTo(2);
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ExitCode.class)
    void aFaultIsToldInPartsAndGivesItsStatus(ExitCode code) {
        work = () -> {
            throw OperatorFault.of(code, "file \"a\nb\" is gone\nfile \"c\" too")
                    .kept("nothing")
                    .next("look for it");
        };
        assertThat(run("look")).isEqualTo(code.status());
        assertThat(err()).isEqualTo("""
                oksctl: error: file "a
                oksctl: error: b" is gone
                oksctl: error: file "c" too
                oksctl: kept: nothing
                oksctl: next: look for it
                """);
        assertThat(out()).isEmpty();
    }

    @Test
    void aFaultWithJsonIsOneObjectOnStandardOutput() throws IOException {
        work = () -> {
            throw OperatorFault.of(ExitCode.BUSY, "oksd is paused")
                    .kept("all of it")
                    .next("oksctl resume");
        };
        assertThat(run("look", "--json")).isEqualTo(4);
        JsonNode answer = new ObjectMapper().readTree(out());
        assertThat(answer).isEqualTo(new ObjectMapper().readTree("""
                {"ok":false,"error":{"what":"oksd is paused","kept":"all of it","next":"oksctl resume","exit":4}}"""));
        assertThat(out()).hasLineCount(1);
        assertThat(err()).isEmpty();
    }

    @Test
    void anUnexpectedExceptionIsOneLineAndItsTraceOnlyForDebugging() {
        work = () -> {
            throw new IllegalStateException("odd\u0007");
        };
        assertThat(run("look")).isEqualTo(1);
        assertThat(err().lines())
                .containsExactly(
                        "oksctl: error: this should not have happened: java.lang.IllegalStateException: odd\\u0007",
                        "oksctl: next: set OKS_DEBUG=1 to see where it happened, and report it");
        environment.put("OKS_DEBUG", "1");
        run("look");
        assertThat(err()).contains("\tat oks.cli.ProgramTest");
    }

    @Test
    void aMissingFileIsNamed() {
        work = () -> {
            throw new UncheckedIOException(new NoSuchFileException("/srv/a.tar.gz"));
        };
        assertThat(run("look")).isEqualTo(1);
        assertThat(err()).isEqualTo("oksctl: error: file \"/srv/a.tar.gz\": does not exist\n");
    }

    @Test
    void aFullDiskIsNamedAndWhatToDo() {
        work = () -> {
            throw new UncheckedIOException(new FileSystemException("/srv/a.tar.gz", null, "No space left on device"));
        };
        assertThat(run("look")).isEqualTo(1);
        assertThat(err())
                .isEqualTo(
                        "oksctl: error: file \"/srv/a.tar.gz\": No space left on device\n"
                                + "oksctl: next: make room on that disk, then run the command again; \"df -h /srv\" says how much there is\n");
    }

    @Test
    void theCommandsOwnStatusIsTheProgramsStatus() {
        work = () -> 5;
        assertThat(run("look")).isEqualTo(5);
    }

    @Test
    void aNameThatBeginsWithAnAtSignIsAName() {
        assertThat(run("look", "@/etc/passwd")).isZero();
        assertThat(out()).isEqualTo("@/etc/passwd\n");
    }

    @Test
    void helpHasColoursOnlyOnATerminalThatWantsThem() {
        run("--help");
        assertThat(out()).doesNotContain("\u001b");
        terminal = true;
        run("--help");
        assertThat(out()).contains("\u001b[");
        out.reset();
        environment.put("NO_COLOR", "1");
        run("--help");
        assertThat(out()).doesNotContain("\u001b");
        environment.remove("NO_COLOR");
        environment.put("TERM", "dumb");
        run("--help");
        assertThat(out()).doesNotContain("\u001b");
    }

    @Test
    void aDaemonsFaultIsLogged() {
        work = () -> {
            LoggerFactory.getLogger("oks.oksd").info("starting");
            throw OperatorFault.of(ExitCode.BUSY, "directory is in use").next("stop the other oksd");
        };
        assertThat(program("oksd").runDaemon(new String[] {"look"}, log -> new Root()))
                .isEqualTo(4);
        assertThat(err().lines().map(line -> line.substring(21)))
                .containsExactly(
                        "info oksd: starting",
                        "error oksd: directory is in use",
                        "error oksd: next: stop the other oksd");
    }

    private int run(String... arguments) {
        return program("oksctl").run(arguments, log -> new Root());
    }

    private Program program(String name) {
        LogSettings log =
                LogSettings.local(LogSettings.Level.INFO, false, Path.of("/dev/log"), LogSettings.Facility.DAEMON);
        return new Program(name, new Console(stream(out), stream(err), terminal, terminal, environment), log);
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Command(description = "A program with a subcommand.")
    private final class Root {
        @Mixin
        private HelpOptions options;

        @Command(description = "Does what the test says.")
        int look(@Mixin CommonOptions common, @Parameters(arity = "0..1") String name) throws Exception {
            given = common;
            if (name != null) {
                common.out().println(name);
            }
            return work.call();
        }
    }
}
