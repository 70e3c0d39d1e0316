package oks.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.testing.FreePort;
import oks.testing.JavaCommand;

/** An installation in a scratch directory whose programs run as processes of their own, from this build's classes. */
final class Keyserver implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOBODY = "0".repeat(40);
    private static final int PROBES = 16;

    private final Path prefix;
    private final int port;
    private final List<String> options;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Process> started = new ArrayList<>();
    private Process oksd;

    private Keyserver(Path prefix, int port, List<String> options) {
        this.prefix = prefix;
        this.port = port;
        this.options = options;
    }

    /** An installation with its own ports and sockets; nothing runs yet. */
    static Keyserver in(Path prefix) throws IOException {
        return in(prefix, Programs.OPTIONS);
    }

    /** The same with other options of Java for its programs. */
    static Keyserver in(Path prefix, List<String> options) throws IOException {
        Keyserver keyserver = new Keyserver(prefix, FreePort.tcp(), options);
        Files.createDirectories(prefix.resolve("etc"));
        Files.writeString(prefix.resolve("etc/oksd.conf"), """
                [database]
                name = "sample"
                [log]
                syslog = false
                """);
        Files.writeString(prefix.resolve("etc/oks-http.conf"), String.format(Locale.ROOT, """
                [listen]
                port = %d
                [log]
                syslog = false
                """, keyserver.port));
        return keyserver;
    }

    /** Adds settings of oksd, whole tables of TOML; they count from its next start or reload on. */
    Keyserver with(String tables) throws IOException {
        Files.writeString(Path.of(conf("oksd")), tables, StandardOpenOption.APPEND);
        return this;
    }

    /** Starts oksd and waits until it accepts changes. */
    Keyserver startOksd() throws IOException, InterruptedException {
        return launchOksd(Map.of()).awaitOksd("running");
    }

    /** Starts oksd with this environment, below another program such as strace, and waits for nothing. */
    Keyserver launchOksd(Map<String, String> environment, String... below) throws IOException {
        List<String> command = new ArrayList<>(List.of(below));
        command.addAll(java("oks.oksd.Oksd", conf("oksd")));
        oksd = start(command, environment);
        return this;
    }

    /** Waits until oksd, which must live, is in a state. */
    Keyserver awaitOksd(String state) throws InterruptedException {
        Await.until("oksd is " + state, () -> {
            if (!oksd.isAlive()) {
                throw new AssertionError("oksd ended: " + log());
            }
            return status().path("state").asText().equals(state);
        });
        return this;
    }

    /** Starts oks-http and waits until it answers. */
    Keyserver startHttp() throws IOException, InterruptedException {
        Process gateway = start(java("oks.http.OksHttp", conf("oks-http")), Map.of());
        Await.until("oks-http answers", () -> {
            if (!gateway.isAlive()) {
                throw new AssertionError("oks-http ended: " + log());
            }
            return get("/pks/lookup?op=get&search=0x" + NOBODY).statusCode() == 404;
        });
        awaitGateway();
        return this;
    }

    private Process start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(prefix.resolve("log").toFile()))
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(prefix.resolve("log").toFile()));
        builder.environment().put("OKS_PROCESS_ALLOW_ROOT", "true"); // whoever runs the tests
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private List<String> java(String mainClass, String... arguments) {
        return JavaCommand.of(options, mainClass, arguments);
    }

    String conf(String program) {
        return prefix.resolve("etc").resolve(program + ".conf").toString();
    }

    Path prefix() {
        return prefix;
    }

    /** The process that is, or was, oksd. */
    ProcessHandle oksd() {
        return oksd.toHandle();
    }

    Path database() {
        return prefix.resolve("var/db");
    }

    /** What the daemons have logged. */
    String log() throws IOException {
        return Files.readString(prefix.resolve("log"));
    }

    /** The names of the recovery files, sorted. */
    List<Path> recoveryFiles() throws IOException {
        try (Stream<Path> files = Files.list(database())) {
            return files.filter(file -> file.toString().endsWith(".recovery"))
                    .sorted()
                    .toList();
        }
    }

    /** Sends a signal as an operator does. */
    void kill(String signal) throws IOException, InterruptedException {
        Finished.run(prefix, "kill", "-" + signal, Long.toString(oksd.pid())).done();
    }

    /** Kills oksd with SIGKILL and waits until it is gone. */
    void killHard() throws IOException, InterruptedException {
        oksd.destroyForcibly(); // SIGKILL, at once
        awaitEnd();
    }

    /** Waits until oksd has ended; returns its exit status. */
    int awaitEnd() throws IOException, InterruptedException {
        if (!oksd.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("oksd did not end: " + log());
        }
        return oksd.exitValue();
    }

    Finished oksctl(String... arguments) throws IOException, InterruptedException {
        return tool("oks.oksctl.Oksctl", arguments);
    }

    /** Starts oksctl and waits for nothing. */
    Process launchOksctl(String... arguments) throws IOException {
        return start(java("oks.oksctl.Oksctl", arguments), Map.of("OKS_PREFIX", prefix.toString()));
    }

    Finished oksBackup(String... arguments) throws IOException, InterruptedException {
        return tool("oks.backup.OksBackup", arguments);
    }

    Finished oksRestore(String... arguments) throws IOException, InterruptedException {
        return tool("oks.restore.OksRestore", arguments);
    }

    /** Runs oksd to its end, as for a configuration that is wrong. */
    Finished oksdOnce(String... arguments) throws IOException, InterruptedException {
        return tool("oks.oksd.Oksd", arguments);
    }

    Finished tool(String mainClass, String... arguments) throws IOException, InterruptedException {
        return begin(mainClass, arguments).end();
    }

    /** Begins to run a program to its end. */
    RunningCommand begin(String mainClass, String... arguments) throws IOException {
        return RunningCommand.begin(
                prefix,
                Map.of("OKS_PREFIX", prefix.toString(), "OKS_PROCESS_ALLOW_ROOT", "true"),
                java(mainClass, arguments));
    }

    /** Starts a program that goes on by itself; what it says goes to {@link #log}. */
    Process launch(String mainClass, String... arguments) throws IOException {
        return start(
                java(mainClass, arguments), Map.of("OKS_PREFIX", prefix.toString(), "OKS_PROCESS_ALLOW_ROOT", "true"));
    }

    /** A program's command for a line of the shell. */
    static String shell(String mainClass, String... arguments) {
        return JavaCommand.of(Programs.OPTIONS, mainClass, arguments).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
    }

    JsonNode status() {
        return control(new ControlRequest.Status());
    }

    /** What {@code oksctl} does, without a process of its own. */
    JsonNode control(ControlRequest request) {
        try (ControlClient client = controlClient()) {
            return client.call(request, progress -> {});
        }
    }

    ControlClient controlClient() {
        return ControlClient.connect(prefix.resolve("var/run/oksd.ctl"));
    }

    String url() {
        return "hkp://127.0.0.1:" + port;
    }

    URI uri(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + port + pathAndQuery);
    }

    HttpResponse<String> get(String pathAndQuery) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(pathAndQuery))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Uploads a certificate as gpg does: a form with an armored block. */
    HttpResponse<String> add(byte[] certificate) throws IOException, InterruptedException {
        String armored = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END PGP PUBLIC KEY BLOCK-----\n";
        return addText(armored);
    }

    HttpResponse<String> addText(String keytext) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri("/pks/add"))
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("keytext=" + URLEncoder.encode(keytext, UTF_8)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /**
     * Whether the keyserver has a certificate with this fingerprint; "temporarily unavailable" is neither yes nor no.
     */
    boolean has(String fingerprint) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/pks/lookup?op=get&options=mr&search=0x" + fingerprint);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 404);
        return answer.statusCode() == 200 && answer.body().startsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----");
    }

    /**
     * Waits until each event loop of the gateway is connected to oksd: several fresh connections are spread over them.
     */
    void awaitGateway() throws InterruptedException {
        Await.until("oks-http is connected", () -> {
            for (int probe = 0; probe < PROBES; probe++) {
                HttpURLConnection fresh = (HttpURLConnection)
                        uri("/pks/lookup?op=get&search=0x" + NOBODY).toURL().openConnection();
                fresh.setRequestProperty("Connection", "close");
                if (fresh.getResponseCode() != 404) {
                    return false;
                }
            }
            return true;
        });
    }

    static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    /** Ends what still runs. */
    @Override
    public void close() {
        for (Process process : started) {
            process.destroyForcibly().onExit().join();
        }
    }
}
