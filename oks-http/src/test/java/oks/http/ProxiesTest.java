package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import oks.openpgp.Armor;
import oks.testing.ExternalProgram;
import oks.testing.FreePort;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The samples for proxies, with the proxies themselves; clients come from 127.0.0.2, the proxies from 127.0.0.1. */
@Timeout(240)
final class ProxiesTest {
    private static final Path SAMPLES = Path.of("../packaging/src/main/proxies");

    @TempDir
    private Path directory;

    /** A proxy, its sample, and how its program is started with it. */
    private enum Proxy {
        NGINX("nginx.conf") {
            @Override
            String adapted(String sample, int port, int oks) {
                return "daemon off; user root; pid nginx.pid; error_log stderr; events { }\nhttp { access_log off; client_body_temp_path body; proxy_temp_path proxy;"
                        + " fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n"
                        + sample.replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                                .replace("127.0.0.1:11371", "127.0.0.1:" + oks)
                        + "\n}\n";
            }

            @Override
            List<String> command(Path file) {
                return List.of("-p", file.getParent().toString(), "-e", "stderr", "-c", file.toString());
            }
        },
        CADDY("Caddyfile") {
            @Override
            String adapted(String sample, int port, int oks) {
                return "{\n\tadmin off\n\tauto_https off\n}\n"
                        + sample.replace("\nkeys.example.org {", "\nhttp://keys.example.org:" + port + " {")
                                .replace("\nexample.org {", "\nhttp://example.org:" + port + " {")
                                .replace("127.0.0.1:11371", "127.0.0.1:" + oks);
            }

            @Override
            List<String> command(Path file) {
                return List.of("run", "--config", file.toString(), "--adapter", "caddyfile");
            }
        },
        HAPROXY("haproxy.cfg") {
            @Override
            String adapted(String sample, int port, int oks) {
                return sample.replace("bind :80", "bind 127.0.0.1:" + port)
                        .replace("127.0.0.1:11371", "127.0.0.1:" + oks);
            }

            @Override
            List<String> command(Path file) {
                return List.of("-db", "-f", file.toString());
            }
        };

        private final String sample;

        Proxy(String sample) {
            this.sample = sample;
        }

        abstract String adapted(String sample, int port, int oks);

        abstract List<String> command(Path file);
    }

    @ParameterizedTest
    @EnumSource(Proxy.class)
    void itsClientsAreToldApartAndPagesWorkUnderAPathOfTheirOwn(Proxy proxy) throws Exception {
        String name = proxy.name().toLowerCase(Locale.ROOT);
        Path program = ExternalProgram.require(name, name);
        Path log = directory.resolve("access.log");
        try (RunningGateway gateway = new RunningGateway(
                directory,
                "[limits]\nproxies = [\"127.0.0.1\"]\nexempt = []\nmetrics = [\"127.0.0.1\"]\n[access]\nfile = \"" + log
                        + "\"\naddresses = \"full\"\n")) {
            int port = FreePort.tcp();
            Path file = Files.writeString(
                    directory.resolve(proxy.sample),
                    proxy.adapted(Files.readString(SAMPLES.resolve(proxy.sample)), port, gateway.port()));
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(proxy.command(file));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("proxy.log").toFile());
            builder.environment().put("HOME", directory.toString());
            builder.environment().put("XDG_DATA_HOME", directory.toString());
            builder.environment().put("XDG_CONFIG_HOME", directory.toString());
            Process process = builder.start();
            try {
                RunningGateway.until(() -> listens(port) || !process.isAlive());
                assertThat(process.isAlive())
                        .as(Files.readString(directory.resolve("proxy.log")))
                        .isTrue();
                serves(port, log);
            } finally {
                process.destroy();
                process.onExit().join();
            }
        }
    }

    @Test
    void theManualShowsTheSampleForNginx() throws Exception {
        String sample = Files.readString(SAMPLES.resolve("nginx.conf"));
        int begin = sample.indexOf("\nserver {\n") + 1;
        String server = sample.substring(begin, sample.indexOf("\n}\n", begin) + 3);
        assertThat(Files.readString(Path.of("../man/oks-http.8"))).contains(server);
    }

    private void serves(int port, Path log) throws Exception {
        Path upload = Files.write(
                directory.resolve("up.asc"), Armor.certificates(List.of(SampleCertificates.certificate(1))));
        String root = "http://keys.example.org:" + port;
        String below = "http://example.org:" + port + "/keys";
        assertThat(curl(port, "-F", "keytext=@" + upload, root + "/pks/add").out())
                .contains("inserted");
        Path large = Files.write(directory.resolve("large"), new byte[3 << 20]);
        assertThat(curl(
                                port,
                                "-w",
                                "%{http_code}",
                                "-H",
                                "Content-Type: application/pgp-keys",
                                "--data-binary",
                                "@" + large,
                                below + "/pks/add")
                        .out())
                .as("taken and read")
                .endsWith("422");
        assertThat(curl(port, root + "/pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(1))
                        .out())
                .startsWith("-----BEGIN PGP");
        assertThat(curl(
                                port,
                                below + "/pks/v2/certs/by-identity/name1%40example.org",
                                "-o",
                                "/dev/null",
                                "-w",
                                "%{http_code}")
                        .out())
                .isEqualTo("200");
        assertThat(curl(port, "-w", "%{redirect_url}", below).out()).contains(below + "/");
        String start = curl(port, "-H", "Accept: text/html", below + "/").out();
        assertThat(start).contains("action=\"./pks/lookup\"");
        String list = curl(port, "-H", "Accept: text/html", below + "/pks/lookup?op=index&search=name1")
                .out();
        assertThat(list).contains("href=\"../pks/lookup?op=vindex&amp;search=0x" + SampleCertificates.fingerprint(1));
        assertThat(curl(port, "-o", "/dev/null", "-w", "%{content_type}", below + "/pks/../oks.css")
                        .out())
                .startsWith("text/css");

        curl(
                port,
                "-H",
                "X-Forwarded-For: 203.0.113.9, 127.0.0.1",
                "-H",
                "Forwarded: for=203.0.113.8",
                "-H",
                "X-Real-IP: 203.0.113.7",
                root + "/pks/stats");
        RunningGateway.until(() -> lines(log).stream().anyMatch(line -> line.contains(" /pks/stats ")));
        assertThat(lines(log))
                .filteredOn(line -> !line.contains(" health "))
                .as("whatever a client says of itself")
                .allMatch(line -> line.contains(" 127.0.0.2 "));
        assertThat(curl(port, "-w", "%{http_code}", "-o", "/dev/null", root + "/metrics")
                        .out())
                .isEqualTo("403");
    }

    private static ClientCommand curl(int port, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--interface",
                "127.0.0.2",
                "--resolve",
                "keys.example.org:" + port + ":127.0.0.1",
                "--resolve",
                "example.org:" + port + ":127.0.0.1"));
        command.addAll(List.of(arguments));
        return ClientCommand.run("curl", command);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
