package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import oks.testing.ExternalProgram;
import oks.testing.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules, dashboard and logrotate's file, with promtool, logrotate and the figures of daemons that run. */
final class MonitoringIT {
    private static final Path PREFIX = Path.of("target/oks").toAbsolutePath();
    private static final Path SAMPLES = PREFIX.resolve("share/doc/oks/monitoring");
    private static final Path TESTS = Path.of("src/test/resources/monitoring/oks-alerts.test.yml");
    private static final Pattern SELECTOR = Pattern.compile("\\b(oks_[a-z_]+)(?:\\{([^}]*)\\})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!=|!~|=)\"([^\"]*)\"");
    /** Labels that Prometheus adds. */
    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

    private static final int TRIES = 600;
    private static final long MILLIS_BETWEEN_TRIES = 100;

    @TempDir
    private Path scratch;

    private final List<Process> started = new ArrayList<>();
    private int port;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process daemon : started) {
            daemon.destroy();
            if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        }
    }

    @Test
    void promtoolFindsTheRulesAndTheConfigurationRight() throws Exception {
        Path promtool = ExternalProgram.require("promtool", "prometheus");
        Run rules = Run.of(
                Map.of(),
                promtool,
                "check",
                "rules",
                SAMPLES.resolve("oks-alerts.yml").toString());
        assertThat(rules.status()).as(rules.out() + rules.err()).isZero();
        assertThat(rules.out()).contains("SUCCESS: " + alerts().size() + " rules found");
        Run configuration = Run.of(
                Map.of(),
                promtool,
                "check",
                "config",
                SAMPLES.resolve("prometheus.yml").toString());
        assertThat(configuration.status())
                .as(configuration.out() + configuration.err())
                .isZero();
    }

    @Test
    void everyAlertFiresWhenItShouldAndNotBefore() throws Exception {
        Path promtool = ExternalProgram.require("promtool", "prometheus");
        Run tests = Run.of(Map.of(), promtool, "test", "rules", TESTS.toString());
        assertThat(tests.status()).as(tests.out() + tests.err()).isZero();
        String text = Files.readString(TESTS);
        assertThat(found("alertname: (\\w+)\\n +exp_alerts:\\n", text))
                .as("alerts that fire in a test")
                .isEqualTo(alerts());
        assertThat(found("alertname: (\\w+)\\n +exp_alerts: \\[\\]", text))
                .as("alerts that do not fire in a test")
                .isEqualTo(alerts());
    }

    @Test
    void everyAlertSaysWhatHappenedAndWhatToDo() throws IOException {
        String rules = Files.readString(SAMPLES.resolve("oks-alerts.yml"));
        for (String part : List.of("summary", "description", "next")) {
            assertThat(Pattern.compile("^ +" + part + ": \".{10,}\"$", Pattern.MULTILINE)
                            .matcher(rules)
                            .results()
                            .count())
                    .as(part)
                    .isEqualTo(alerts().size());
        }
    }

    /** What rules and dashboard ask for is what oks-http prints, names and labels. */
    @Test
    void everyFigureOfRulesAndDashboardIsThere() throws Exception {
        startBoth("");
        upload();
        String metrics = until(text -> text.contains("oks_oksd_archive_verified_timestamp_seconds "));
        Set<String> missing = new TreeSet<>();
        int selectors = 0;
        for (String expression : expressions()) {
            for (Matcher selector = SELECTOR.matcher(expression); selector.find(); selectors++) {
                if (!printed(metrics, selector.group(1), selector.group(2))) {
                    missing.add(selector.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(selectors).isGreaterThan(25);
        assertThat(printed(metrics, "oks_oksd_state", "state=\"asleep\""))
                .as("a word that is none is missed")
                .isFalse();
    }

    private static boolean printed(String metrics, String name, String matchers) {
        List<Matcher> wanted = new ArrayList<>();
        for (Matcher one = MATCHER.matcher(matchers == null ? "" : matchers); one.find(); ) {
            if (!OF_PROMETHEUS.contains(one.group(1))) {
                Matcher kept = MATCHER.matcher(one.group());
                assertThat(kept.matches()).isTrue();
                wanted.add(kept);
            }
        }
        return metrics.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .anyMatch(line -> wanted.stream()
                        .allMatch(one -> one.group(2).equals("=")
                                ? line.contains(one.group(1) + "=\"" + one.group(3) + "\"")
                                : line.contains(one.group(1) + "=\"")));
    }

    private static List<String> expressions() throws IOException {
        List<String> all = new ArrayList<>();
        Pattern.compile("^ +expr: '(.*)'$", Pattern.MULTILINE)
                .matcher(Files.readString(SAMPLES.resolve("oks-alerts.yml")))
                .results()
                .forEach(match -> all.add(match.group(1)));
        JsonNode dashboard = new ObjectMapper()
                .readTree(SAMPLES.resolve("grafana-dashboard.json").toFile());
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).isTrue();
            panel.path("targets").forEach(target -> all.add(target.path("expr").asText()));
        }
        dashboard
                .at("/templating/list")
                .forEach(variable -> all.add(variable.path("query").asText()));
        assertThat(ids).hasSizeGreaterThan(10);
        return all;
    }

    /** With the file of the package, apart from its paths and its user. */
    @Test
    void logrotateRotatesTheAccessLogAndTheGatewayGoesOnInANewOne() throws Exception {
        Path logrotate = ExternalProgram.require("logrotate", "logrotate");
        Path log = Files.createDirectories(scratch.resolve("log")).resolve("access.log");
        startBoth("[access]\nfile = \"" + log + "\"\n");
        get("/pks/lookup?op=get&search=0x" + "0".repeat(40));
        await("a line", () -> Files.readString(log).contains(" /pks/lookup get 404 "));
        Path file = Files.writeString(
                scratch.resolve("logrotate.conf"),
                Files.readString(Path.of("src/main/logrotate/oks"))
                        .replace("/var/log/oks/access.log", log.toString())
                        .replace(
                                "/run/oks/oks-http.pid",
                                scratch.resolve("var/run/oks-http.pid").toString())
                        .replaceFirst("(?m)^ +su oks oks\n", ""));
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(
                log.getParent(), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Run rotated = Run.of(
                Map.of(),
                logrotate,
                "--force",
                "--state",
                scratch.resolve("state").toString(),
                file.toString());
        assertThat(rotated.status()).as(rotated.err()).isZero();
        assertThat(rotated.err()).isEmpty();
        await("a new file", () -> Files.exists(log));
        get("/pks/lookup?op=index&search=nobody");
        await("a line in it", () -> Files.readString(log).contains(" /pks/lookup index 404 "));
        assertThat(Files.readString(log.resolveSibling("access.log.1")))
                .contains(" /pks/lookup get 404 ")
                .doesNotContain(" index ");
    }

    private void startBoth(String ofGateway) throws Exception {
        port = FreePort.tcp();
        Path etc = Files.createDirectories(scratch.resolve("etc"));
        Path oksd = Files.writeString(etc.resolve("oksd.conf"), "[log]\nsyslog = false\n");
        Path gateway = Files.writeString(
                etc.resolve("oks-http.conf"),
                String.format(Locale.ROOT, "[listen]\nport = %d\n[log]\nsyslog = false\n%s", port, ofGateway));
        start("oksd", oksd);
        start("oks-http", gateway);
        await("the keyserver", () -> get("/readyz").statusCode() == 200);
    }

    private void start(String program, Path configuration) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        PREFIX.resolve("bin").resolve(program).toString(), configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve(program + ".log").toFile());
        builder.environment().put("OKS_PROCESS_ALLOW_ROOT", "true"); // whoever runs the tests
        started.add(builder.start());
    }

    /** An upload, a lookup, an archive, and copies of recovery files: every figure has been counted once. */
    private void upload() throws Exception {
        HttpResponse<String> added = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri("/pks/add"))
                                .header("Content-Type", "application/pgp-keys")
                                .POST(HttpRequest.BodyPublishers.ofFile(Path.of("src/main/share/samples.asc")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(added.statusCode()).as(added.body()).isEqualTo(200);
        get("/pks/lookup?op=get&search=nobody");
        Path out = Files.createDirectory(scratch.resolve("out"));
        for (String[] words : new String[][] {{"full"}, {"recovery", "--rotate"}}) {
            List<String> all = new ArrayList<>(List.of(words));
            all.addAll(List.of(
                    "--out",
                    out.toString(),
                    "--conf",
                    scratch.resolve("etc/oksd.conf").toString(),
                    "-q"));
            Run run = Run.of(Map.of(), PREFIX.resolve("bin/oks-backup"), all.toArray(String[]::new));
            assertThat(run.status()).as(run.err()).isZero();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private interface TextCondition {
        boolean holds(String text);
    }

    private String until(TextCondition condition) throws Exception {
        String[] text = {""};
        await("figures", () -> condition.holds(text[0] = get("/metrics").body()));
        return text[0];
    }

    private void await(String what, Condition condition) throws Exception {
        Exception last = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException e) {
                last = e;
            }
            Thread.sleep(MILLIS_BETWEEN_TRIES);
        }
        throw new AssertionError(
                "waited a minute for " + what + ": " + Files.readString(scratch.resolve("oksd.log"))
                        + Files.readString(scratch.resolve("oks-http.log")),
                last);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Set<String> alerts() throws IOException {
        return found("- alert: (\\w+)", Files.readString(SAMPLES.resolve("oks-alerts.yml")));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
