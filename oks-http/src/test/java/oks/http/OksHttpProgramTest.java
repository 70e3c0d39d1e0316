package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.config.OksHttpSettings;
import oks.http.page.PageTemplates;
import oks.testing.ExternalProgram;
import oks.testing.JavaCommand;
import oks.testing.SharedClasses;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: arguments, signals, exit statuses. */
@Timeout(240)
final class OksHttpProgramTest {
    private static final Pattern READY = Pattern.compile("ready: address \"127.0.0.1\", port (\\d+)");
    private static final String PROGRAM = "oks.http.OksHttp";
    private static final List<String> OPTIONS = SharedClasses.options(OksHttpProgramTest::startAndStop);

    @TempDir
    private Path prefix;

    private final List<Process> begun = new ArrayList<>();

    @AfterEach
    void end() {
        begun.forEach(Process::destroyForcibly);
    }

    @Test
    void helpAndVersionGoToStandardOutput() throws Exception {
        Process help = begin("--help");
        assertThat(help.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(help.exitValue()).isZero();
        assertThat(out()).contains("Usage: oks-http", "--check-config");
        Process version = begin("--version");
        assertThat(version.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(version.exitValue()).isZero();
        assertThat(out()).matches("oks-http \\d.*\\n");
    }

    @Test
    void thePagesAreWrittenOnceForWhoWantsOthers() throws Exception {
        Path pages = prefix.resolve("pages");
        Process first = begin("--write-pages", pages.toString());
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(pages).isDirectoryContaining("glob:**.css").isDirectoryContaining("glob:**.mustache");
        Process second = begin("--write-pages", pages.toString());
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(err()).contains("it is there already");
    }

    @Test
    void anUnknownOptionAndABadConfigurationAreUsageErrors() throws Exception {
        Process option = begin("--nonsense");
        assertThat(option.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(option.exitValue()).isEqualTo(2);
        assertThat(err()).contains("nonsense");
        Path file = RunningGateway.configuration(prefix, 0, "[http]\nmax_bodies = 3\n");
        Process configured = begin(file.toString());
        assertThat(configured.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(configured.exitValue()).isEqualTo(2);
        assertThat(err()).contains("oks-http.conf", "max_bodies");
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Path file = RunningGateway.configuration(prefix, taken.getLocalPort(), "");
            Process process = begin(file.toString());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(err())
                    .contains("could not listen on address \"127.0.0.1\", port " + taken.getLocalPort()
                            + ": another process does");
            assertThat(prefix.resolve("var/run/oks-http.pid")).doesNotExist();
        }
    }

    @Test
    void hangUpReadsTheConfigurationAgainAndTermEndsWell() throws Exception {
        Path file = RunningGateway.configuration(prefix, 0, "");
        Process process = begin(file.toString());
        int port = readyPort(process);
        assertThat(prefix.resolve("var/run/oks-http.pid")).hasContent(process.pid() + "\n");
        assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/comm")))
                .isEqualTo("oks-http\n");
        assertThat(answer(port)).startsWith("HTTP/1.0 200 ").endsWith("ok\n");

        Files.writeString(file, "[listen]\nport = \"many\"\n");
        signal("HUP", process);
        RunningGateway.until(() -> err().contains("kept: the settings in force were not changed"));
        assertThat(err()).contains("listen.port");
        RunningGateway.configuration(prefix, 0, "level = \"debug\"\n[search]\nmax_results = 7\n");
        signal("HUP", process);
        RunningGateway.until(() -> err().contains("configuration read again"));
        assertThat(err())
                .contains(
                        "setting log.level has its new value", "setting search.max_results changes at the next start");
        assertThat(answer(port)).startsWith("HTTP/1.0 200 ");

        signal("TERM", process);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(prefix.resolve("var/run/oks-http.pid")).doesNotExist();
    }

    @Test
    void hangUpShowsTheNewCertificateAndABadOneLeavesTheOldInForce() throws Exception {
        OpenSsl.selfSigned(prefix.resolve("tls.pem"), prefix.resolve("tls.key"), "rsa:2048");
        Path file = RunningGateway.configuration(
                prefix, 0, "[tls]\nport = 0\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n");
        Process process = begin(file.toString());
        readyPort(process);
        Pattern ready = Pattern.compile("ready for TLS: address \"127.0.0.1\", port (\\d+)");
        RunningGateway.until(() -> ready.matcher(err()).find());
        Matcher port = ready.matcher(err());
        assertThat(port.find()).isTrue();
        String url = "https://localhost:" + port.group(1) + "/healthz";
        Path old = Files.copy(prefix.resolve("tls.pem"), prefix.resolve("old.pem"));

        Files.writeString(prefix.resolve("tls.pem"), "nothing\n");
        signal("HUP", process);
        RunningGateway.until(() -> err().contains("kept: clients are shown the certificate as before"));
        assertThat(err()).contains("file \"" + prefix.resolve("tls.pem") + "\" holds no certificate for TLS");
        assertThat(ClientCommand.run("curl", "curl", "-sS", "--cacert", old.toString(), url)
                        .out())
                .isEqualTo("ok\n");

        OpenSsl.selfSigned(
                prefix.resolve("tls.pem"), prefix.resolve("tls.key"), "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        signal("HUP", process);
        RunningGateway.until(() -> err().split("configuration read again", -1).length == 3);
        assertThat(ClientCommand.run(
                                "curl",
                                "curl",
                                "-sS",
                                "--cacert",
                                prefix.resolve("tls.pem").toString(),
                                url)
                        .out())
                .isEqualTo("ok\n");
        assertThat(ClientCommand.run("curl", "curl", "-sS", "--cacert", old.toString(), url)
                        .status())
                .isEqualTo(60);
    }

    @Test
    void hangUpSaysThatTlsBeginsWithAStartOnly() throws Exception {
        Path file = RunningGateway.configuration(prefix, 0, "");
        Process process = begin(file.toString());
        readyPort(process);
        OpenSsl.selfSigned(prefix.resolve("tls.pem"), prefix.resolve("tls.key"), "rsa:2048");
        RunningGateway.configuration(prefix, 0, "[tls]\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n");
        signal("HUP", process);
        RunningGateway.until(() -> err().contains("configuration read again"));
        assertThat(err())
                .contains(
                        "setting tls.certificate changes at the next start",
                        "setting tls.key changes at the next start");
    }

    @Test
    void pagesAreWrittenWhereNoneIsYet() throws Exception {
        Path pages = prefix.resolve("pages");
        Process written = begin("--write-pages", pages.toString());
        assertThat(written.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(written.exitValue()).isZero();
        assertThat(pages.toFile().list()).contains("page.mustache", "oks.css").hasSameSizeAs(PageTemplates.FILES);

        for (String file : PageTemplates.FILES) {
            if (!file.equals("oks.css")) {
                Files.delete(pages.resolve(file));
            }
        }
        Process refused = begin("--write-pages", pages.toString());
        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(1);
        assertThat(err()).contains("oks.css\": it is there already", "kept: nothing was written");
        assertThat(pages.toFile().list()).containsExactly("oks.css");
    }

    /** A setting that nobody reads refuses nothing, whoever runs the tests. */
    @Test
    void rootIsRefusedUnlessTold() throws Exception {
        assertThat(OksHttpSettings.standard(prefix).process().allowRoot()).isFalse();
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can be refused");
        Process refused = begin(
                Map.of("OKS_PROCESS_ALLOW_ROOT", "false"),
                RunningGateway.configuration(prefix, 0, "").toString());
        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(2);
        assertThat(err()).contains("oks-http runs as root", "such as \"oks\"");
        assertThat(prefix.resolve("var")).doesNotExist();
    }

    @Test
    void checkingTheConfigurationReadsTheCertificate() throws Exception {
        Path file = RunningGateway.configuration(prefix, 0, "[tls]\ncertificate = \"nowhere.pem\"\n");
        Process checked = begin("--check-config", file.toString());
        assertThat(checked.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(checked.exitValue()).isEqualTo(2);
        assertThat(err())
                .contains(
                        "error oks-http: there is no file \"" + prefix.resolve("nowhere.pem") + "\" for TLS",
                        "next: correct tls.certificate and tls.key");
    }

    @Test
    void checkingTheConfigurationSaysWhoReadTheKey() throws Exception {
        Path key = prefix.resolve("tls.key");
        OpenSsl.selfSigned(prefix.resolve("tls.pem"), key, "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        Path file = RunningGateway.configuration(prefix, 0, "[tls]\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n");
        Process checked = begin("--check-config", file.toString());
        assertThat(checked.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(checked.exitValue()).as(err()).isZero();
        assertThat(out())
                .contains("TLS: checked as user \"" + System.getProperty("user.name")
                        + "\"; the user who runs oks-http must be able to read \"" + key + "\", which belongs to \"");
    }

    /** systemd's end of the notification socket is played by a few lines of Python: a datagram socket that prints. */
    @Test
    void systemdHearsWhenItIsReadyThatItLivesAndThatItStops() throws Exception {
        String socket = "@oks-http-test-" + ProcessHandle.current().pid();
        Process listener = new ProcessBuilder(
                        ExternalProgram.require("python3", "python3").toString(),
                        "-c",
                        String.format(Locale.ROOT, """
                import socket
                listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                listener.bind('\\0%s')
                print('listening', flush=True)
                while True:
                    print(listener.recv(4096).decode().splitlines()[0], flush=True)
                """, socket.substring(1)))
                .start();
        begun.add(listener);
        BufferedReader heard = listener.inputReader();
        assertThat(heard.readLine()).isEqualTo("listening");
        Path file = RunningGateway.configuration(prefix, 0, "");
        Process process = begin(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "20000"), file.toString());
        assertThat(heard.readLine()).isEqualTo("READY=1");
        assertThat(heard.readLine()).isEqualTo("WATCHDOG=1");
        assertThat(heard.readLine()).isEqualTo("WATCHDOG=1");
        signal("TERM", process);
        assertThat(heard.lines().filter(line -> !line.equals("WATCHDOG=1")).findFirst())
                .contains("STOPPING=1");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private Process begin(String... arguments) throws IOException {
        return begin(Map.of(), arguments);
    }

    private Process begin(Map<String, String> environment, String... arguments) throws IOException {
        Process process = begin(prefix, environment, JavaCommand.of(OPTIONS, PROGRAM, arguments));
        begun.add(process);
        return process;
    }

    private static Process begin(Path prefix, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(prefix.resolve("out").toFile())
                .redirectError(prefix.resolve("err").toFile());
        builder.environment().put("OKS_PROCESS_ALLOW_ROOT", "true"); // whoever runs the tests
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void startAndStop(List<String> options) throws Exception {
        Path prefix = Files.createTempDirectory("oks-http");
        Path file = RunningGateway.configuration(prefix, 0, "");
        Process process = begin(prefix, Map.of(), JavaCommand.of(options, PROGRAM, file.toString()));
        RunningGateway.until(() -> READY.matcher(read(prefix, "err")).find() || !process.isAlive());
        signal("TERM", process);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        FileUtils.deleteDirectory(prefix.toFile());
    }

    private int readyPort(Process process) {
        RunningGateway.until(() -> READY.matcher(err()).find() || !process.isAlive());
        Matcher ready = READY.matcher(err());
        assertThat(ready.find()).as(err()).isTrue();
        return Integer.parseInt(ready.group(1));
    }

    private String out() {
        return read("out");
    }

    private String err() {
        return read("err");
    }

    private String read(String name) {
        return read(prefix, name);
    }

    private static String read(Path prefix, String name) {
        try {
            return Files.readString(prefix.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void signal(String name, Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static String answer(int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
