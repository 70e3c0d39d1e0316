package oks.oksctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import oks.cli.Console;
import oks.cli.Program;
import oks.control.ControlAccess;
import oks.control.ControlHandler;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlServer;
import oks.control.Progress;
import oks.control.ProgressListener;
import oks.control.SampleRequests;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** oksctl's commands against a control socket whose other end follows a script. */
@Timeout(60)
class OksctlTest {
    private static final String ONE = "0123456789ABCDEF0123456789ABCDEF01234567";
    private static final String ROTATED =
            "{\"rotated\":true,\"sealed\":\"sample-202611221049020000000042.recovery\",\"changes\":12,"
                    + "\"file\":\"sample-202611221112130000000043.recovery\",\"lsn\":12}";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> waits = new ArrayList<>();
    private volatile Runnable afterAnswer = () -> {};
    private volatile ControlHandler script = (request, peer, progress) -> json("{}");
    private ControlServer server;

    @BeforeEach
    void open() {
        server = ControlServer.open(socket(), ControlAccess.OWN, new ControlHandler() {
            @Override
            public ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress) {
                requests.add(SampleRequests.line(request));
                return script.handle(request, peer, progress);
            }

            @Override
            public void answered(ControlRequest request) {
                afterAnswer.run();
            }
        });
    }

    @AfterEach
    void close() {
        server.close();
        System.clearProperty("oks.prefix");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "resume | {\"resumed\":true} | resumed",
                "resume | {\"resumed\":false,\"reason\":\"oksd was not paused\"} | not resumed: oksd was not paused",
                "rotate | " + ROTATED
                        + " | rotated: sealed sample-202611221049020000000042.recovery (12 changes, LSN 12),"
                        + " now writing sample-202611221112130000000043.recovery",
                "rotate | {\"rotated\":false,\"changes\":0,\"reason\":\"nothing was written\",\"file\":\"a.recovery\",\"lsn\":12}"
                        + " | not rotated: nothing was written, still writing a.recovery",
                "dump | " + ROTATED
                        + " | everything is on disk (LSN 12): sealed sample-202611221049020000000042.recovery"
                        + " (12 changes, LSN 12), now writing sample-202611221112130000000043.recovery",
                "dump | {\"rotated\":false,\"changes\":0,\"reason\":\"nothing was written\",\"file\":\"a.recovery\",\"lsn\":12}"
                        + " | everything is on disk (LSN 12): nothing was written, still writing a.recovery",
                "pause | {\"rotated\":false,\"changes\":0,\"reason\":\"nothing was written\",\"file\":\"a.recovery\",\"lsn\":12,\"until\":\"2026-11-22T11:00:00.5Z\"}"
                        + " | paused until 2026-11-22T11:00:00Z or \"oksctl resume\": everything is on disk (LSN 12)",
                "pause | {\"rotated\":true,\"sealed\":\"a\",\"changes\":1,\"file\":\"b\",\"lsn\":12,\"until\":\"2026-11-22T11:00:00Z\"}"
                        + " | paused until 2026-11-22T11:00:00Z or \"oksctl resume\": everything is on disk (LSN 12),"
                        + " sealed a (1 change, LSN 12), now writing b",
                "reload | {\"changed\":[],\"restart\":[]} | reloaded: no setting changed",
                "reload | {\"changed\":[\"log.level\",\"control.allow\"],\"restart\":[\"service.socket\"]}"
                        + " | reloaded: changed log.level, control.allow; restart oksd for service.socket",
                "config | {\"path\":\"/c\",\"settings\":[{\"name\":\"a.b\",\"value\":\"5s\",\"origin\":\"line 3\"},"
                        + "{\"name\":\"a.cd\",\"value\":[],\"origin\":\"default\",\"after_restart\":[\"x\"]}]}"
                        + " | `# /c\na.b = \"5s\"  # line 3\na.cd = []   # default; [\"x\"] after a restart`",
                "check | {\"certificates\":10,\"tombstones\":0,\"index_entries\":20,\"lsn\":12,\"digest\":\"00ff\"}"
                        + " | checked: certificates, indexes and digest agree (10 certificates, LSN 12, digest 00ff)",
            })
    void aCommandIsSentAndItsResultSaidInOneLine(String command, String result, String told) {
        script = (request, peer, progress) -> json(result);
        assertThat(oksctl(command)).isZero();
        assertThat(requests).singleElement().asString().contains("{\"command\":\"" + command + "\"");
        assertThat(out()).isEqualTo(told + "\n");
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "check --repair | {\"command\":\"check\",\"repair\":true} | {\"certificates\":10,\"tombstones\":0,\"index_entries\":20,\"lsn\":12,\"digest\":\"00ff\",\"added\":2,"
                        + "\"removed\":1,\"recounted\":false} | repaired: 2 index entries added, 1 removed; checked: certificates, indexes and digest agree"
                        + " (10 certificates, LSN 12, digest 00ff)",
                "point now | {\"command\":\"point\",\"name\":\"now\"} | {\"lsn\":7,\"name\":\"now\",\"time\":\"2026-11-22T10:49:02.000000Z\"} | restore point \"now\": LSN 7",
                "delete 0x" + ONE + " --reason asked --block | {\"command\":\"delete\",\"fingerprint\":\"" + ONE
                        + "\",\"reason\":\"asked\","
                        + "\"block\":true} | {\"lsn\":7,\"fingerprint\":\"" + ONE
                        + "\",\"deleted\":true,\"blocked\":true}"
                        + " | deleted " + ONE + ", uploads of it are refused (LSN 7)",
                "delete 01234567 89abcdef 01234567 89abcdef 01234567 --reason asked | {\"command\":\"delete\",\"fingerprint\":\""
                        + ONE
                        + "\",\"reason\":\"asked\",\"block\":false} | {\"lsn\":7,\"fingerprint\":\"" + ONE
                        + "\",\"deleted\":true,\"blocked\":false} | deleted " + ONE + " (LSN 7)",
                "unblock " + ONE + " | {\"command\":\"unblock\",\"fingerprint\":\"" + ONE
                        + "\"} | {\"lsn\":7,\"fingerprint\":\"" + ONE + "\",\"unblocked\":true} | unblocked " + ONE
                        + ": uploads of it are taken again (LSN 7)",
            })
    void aCommandWithArgumentsIsSentAndItsResultSaidInOneLine(String line, String request, String result, String told) {
        script = (asked, peer, progress) -> json(result);
        assertThat(oksctl(line.split(" "))).isZero();
        assertThat(requests).containsExactly(request);
        assertThat(out()).isEqualTo(told + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "point",
                "delete " + ONE,
                "delete 0123 --reason x",
                "delete --reason x",
                "unblock",
                "unblock 0123"
            })
    void wrongArgumentsAreErrorsOfUsageAndNothingIsSent(String line) {
        assertThat(oksctl(line.split(" "))).isEqualTo(ExitCode.USAGE.status());
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "load /no/such/file | \"/no/such/file\" cannot be read: does not exist",
                "export /no/such/directory/all | \"/no/such/directory/all\" could not be written: file \"/no/such/directory/all.new\": does not exist",
            })
    void aFileThatCannotBeUsedIsNamedWithTheReasonInWords(String line, String told) {
        assertThat(oksctl(line.split(" "))).isEqualTo(ExitCode.FAILED.status());
        assertThat(err()).startsWith("oksctl: error: " + told + "\n").contains("oksctl: next: ");
        assertThat(requests).isEmpty();
    }

    @Test
    void theResultIsOneObjectWithJsonAndNothingIsSaidWithQuiet() {
        script = (request, peer, progress) -> json(ROTATED);
        assertThat(oksctl("rotate", "--json")).isZero();
        assertThat(out()).isEqualTo("{\"ok\":true," + ROTATED.substring(1) + "\n");
        out.reset();
        assertThat(oksctl("rotate", "--quiet")).isZero();
        assertThat(out() + err()).isEmpty();
    }

    @Test
    void aPauseIsALeaseOfTenMinutesOrAsGiven() {
        script = (request, peer, progress) -> {
            throw OperatorFault.of(ExitCode.BUSY, "not now");
        };
        oksctl("pause");
        oksctl("pause", "--max", "90s");
        oksctl("pause", "--max=1d");
        assertThat(requests)
                .containsExactly(
                        "{\"command\":\"pause\",\"max_seconds\":600,\"hold\":\"limit\"}",
                        "{\"command\":\"pause\",\"max_seconds\":90,\"hold\":\"limit\"}",
                        "{\"command\":\"pause\",\"max_seconds\":86400,\"hold\":\"limit\"}");
    }

    @ParameterizedTest
    @EnumSource(value = ExitCode.class, names = "DONE", mode = EnumSource.Mode.EXCLUDE)
    void aFaultOfOksdIsSaidInItsPartsWithItsExitStatus(ExitCode code) {
        script = (request, peer, progress) -> {
            throw OperatorFault.of(code, "it is 100%% \"so\"\u001b[31m")
                    .kept("all was kept")
                    .next("do this");
        };
        assertThat(oksctl("dump")).isEqualTo(code.status());
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("""
                oksctl: error: it is 100%% "so"\\u001b[31m
                oksctl: kept: all was kept
                oksctl: next: do this
                """);
    }

    @Test
    void aFaultIsOneObjectWithJson() {
        script = (request, peer, progress) -> {
            throw OperatorFault.of(ExitCode.DAMAGED, "it is damaged").next("restore it");
        };
        assertThat(oksctl("check", "--json")).isEqualTo(5);
        assertThat(json(out()))
                .isEqualTo(
                        json(
                                "{\"ok\":false,\"error\":{\"what\":\"it is damaged\",\"kept\":null,\"next\":\"restore it\",\"exit\":5}}"));
        assertThat(err()).isEmpty();
    }

    @Test
    void aQuickCommandSaysNothingOfItsProgress() {
        script = (request, peer, progress) -> {
            progress.progress(new Progress("reading", 5, 10, "certificates"));
            return json("{\"certificates\":10,\"tombstones\":0,\"index_entries\":20,\"lsn\":12,\"digest\":\"00ff\"}");
        };
        assertThat(oksctl("check")).isZero();
        assertThat(err()).isEmpty();
        assertThat(out()).hasLineCount(1).startsWith("checked: ");
        assertThat(oksctl("check", "--quiet")).isZero();
        assertThat(err()).isEmpty();
    }

    @Test
    void withoutOksdTheStatusIsThreeAndTheSocketIsNamed() {
        server.close();
        assertThat(oksctl("status")).isEqualTo(3);
        assertThat(err())
                .startsWith("oksctl: error: oksd cannot be reached: there is no socket \"" + socket()
                        + "\"\noksctl: next: start oksd");
    }

    @Test
    void whenOksdGoesInTheMiddleTheStatusIsThree() {
        script = (request, peer, progress) -> {
            server.close();
            return json("{}");
        };
        assertThat(oksctl("dump")).isEqualTo(3);
        assertThat(err()).contains("before it had answered command \"dump\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "format",
                "status --color",
                "status now",
                "status --watch soon",
                "status --watch 0",
                "status --watch 3601",
                "pause --max",
                "pause --max 10",
                "pause --max 0s",
                "pause --max 25h",
                "pause --max 1500ms",
                "rotate --max 10m",
            })
    void aWrongCommandLineIsTwoAndNothingIsAskedOfOksd(String line) {
        List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
        arguments.remove("");
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err())
                .startsWith("oksctl: error: ")
                .contains("oksctl: next: ")
                .contains("--help");
        assertThat(out()).isEmpty();
        assertThat(requests).isEmpty();
    }

    @Test
    void helpAndVersionAreOnStandardOutput() {
        assertThat(run(List.of("--help"))).isZero();
        String help = out();
        for (ControlRequest.Kind kind : ControlRequest.Kind.values()) {
            boolean given = switch (kind) {
                case STATUS,
                        PAUSE,
                        RESUME,
                        ROTATE,
                        DUMP,
                        STOP,
                        RELOAD,
                        CONFIG,
                        CHECK,
                        POINT,
                        DELETE,
                        UNBLOCK,
                        LOAD,
                        EXPORT,
                        HISTORY -> true;
                case SNAPSHOT, RELEASE, ARCHIVED, ARCHIVE_VERIFIED, EXPORT_NEXT -> false; // of programs alone
            };
            if (given) {
                assertThat(help).contains("\n  " + kind.word() + " ");
                out.reset();
                assertThat(run(List.of(kind.word(), "--help"))).isZero();
                assertThat(out()).contains("oksctl " + kind.word(), "--conf", "--socket", "--json");
            } else {
                assertThat(help).doesNotContain("\n  " + kind.word());
            }
        }
        out.reset();
        assertThat(run(List.of("--version"))).isZero();
        assertThat(out()).matches("oksctl \\d+\\.\\d+\\.\\d+\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void theSocketIsFoundThroughTheConfigurationAndAGivenOneWins() throws IOException {
        script = (request, peer, progress) -> json("{\"resumed\":true}");
        Path etc = Files.createDirectory(directory.resolve("etc"));
        Path conf = Files.writeString(etc.resolve("oksd.conf"), "control.socket = \"oksd.ctl\"\n");
        assertThat(run(List.of("resume", "--conf", conf.toString()))).isZero();
        System.setProperty("oks.prefix", directory.toString());
        assertThat(run(List.of("resume"))).isZero();
        Path elsewhere = directory.resolve("elsewhere.ctl");
        assertThat(run(List.of("resume", "--conf", conf.toString(), "--socket", elsewhere.toString())))
                .isEqualTo(3);
        assertThat(err()).contains(elsewhere.toString());
        assertThat(requests).hasSize(2);
    }

    @Test
    void statusIsATableForPeopleAndTheObjectAsItCameForProgramsAndOk() throws IOException {
        String status = StatusTableTest.stored().put("of_a_later_release", 1).toString();
        script = (request, peer, progress) -> json(status);
        assertThat(oksctl("status")).isZero();
        assertThat(out()).isEqualTo(StatusTableTest.TABLE);
        out.reset();
        assertThat(oksctl("status", "--json")).isZero();
        assertThat(out()).isEqualTo("{\"ok\":true," + status.substring(1) + "\n");
    }

    @Test
    void watchShowsTheStatusAgainUntilOksdGoes() throws IOException {
        ObjectNode status = StatusTableTest.stored();
        script = (request, peer, progress) -> {
            if (requests.size() == 4) {
                server.close();
            }
            return status;
        };
        assertThat(oksctl("status", "--watch", "5")).isEqualTo(3);
        assertThat(out()).isEqualTo(String.join("\n", Collections.nCopies(3, StatusTableTest.TABLE)));
        assertThat(waits).containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    @Test
    void watchWithoutANumberLooksEveryTwoSeconds() throws IOException {
        ObjectNode status = StatusTableTest.stored();
        script = (request, peer, progress) -> {
            if (requests.size() == 2) {
                server.close();
            }
            return status;
        };
        assertThat(oksctl("status", "--watch", "--json")).isEqualTo(3);
        assertThat(waits).containsExactly(Duration.ofSeconds(2));
        assertThat(out().lines().findFirst())
                .contains("{\"ok\":true," + status.toString().substring(1));
    }

    @Test
    void stopReturnsOnlyWhenOksdHasLetGo() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        AtomicBoolean free = new AtomicBoolean();
        script = (request, peer, progress) -> json("{\"stopping\":true}");
        afterAnswer = answered::countDown;
        ExecutorService program = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> freeAtTheEnd = program.submit(() -> oksctl("stop") == 0 && free.get());
            answered.await();
            free.set(true);
            server.close();
            assertThat(freeAtTheEnd.get()).isTrue();
        } finally {
            program.shutdown();
        }
        assertThat(out()).startsWith("stopped: everything is on disk");
    }

    @Test
    void aCommandLoadsNothingThatItDoesNotNeed() throws IOException, InterruptedException {
        script = (request, peer, progress) -> json(ROTATED);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Oksctl.class.getName(),
                        "rotate",
                        "--socket",
                        socket().toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor()).isZero();
        assertThat(lines)
                .anyMatch(line -> line.contains("oks.control.ControlClient "))
                .noneMatch(line -> line.contains("io.netty.")
                        || line.contains("io.vertx.")
                        || line.contains("org.rocksdb.")
                        || line.contains("org.bouncycastle.")
                        || line.contains("me.tongfei."));
    }

    private int oksctl(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", socket().toString()));
        return run(all);
    }

    private int run(List<String> arguments) {
        Console console = new Console(stream(out), stream(err), false, false, Map.of());
        return Program.of("oksctl", console).run(arguments.toArray(String[]::new), log -> Oksctl.commands(waits::add));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path socket() {
        return directory.resolve("oksd.ctl");
    }
}
