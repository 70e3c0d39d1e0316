package oks.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import oks.config.LogSettings;
import oks.config.RemoteSyslog;
import oks.config.RemoteSyslog.Transport;
import oks.testing.ExternalProgram;
import oks.testing.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real rsyslogd takes our messages, on every way, before and after it is started again. */
final class RsyslogTest {
    private static final String FORGED = "first \u00e9\n<3>1 2026-11-22T10:49:02Z host oksd 1 - - forged";
    private static final String SHOWN = "first \u00e9\\n<3>1 2026-11-22T10:49:02Z host oksd 1 - - forged";
    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    @Test
    void rsyslogdFilesOurMessagesWithTagSeverityAndFacilityAlsoAfterItsRestart() throws Exception {
        LogSettings settings =
                LogSettings.local(LogSettings.Level.INFO, true, directory.resolve("log"), LogSettings.Facility.DAEMON);
        twoMessages(
                settings,
                String.format(Locale.ROOT, """
                module(load="imuxsock" SysSock.Use="off")
                input(type="imuxsock" Socket="%s/log" CreatePath="off")
                """, directory),
                "%syslogfacility-text% %syslogseverity-text% %syslogtag%%msg%");
        assertThat(Rsyslogd.filed(directory))
                .containsExactly("daemon err oksd[" + PID + "]: " + SHOWN, "daemon info oksd[" + PID + "]: stopping");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aServerElsewhereGetsTheFormOfRfc5424AlsoAfterItsRestart(Transport transport) throws Exception {
        int port = freePort(transport);
        String host = transport == Transport.TLS ? "localhost" : "127.0.0.1"; // the name in the certificate
        twoMessages(
                remote(new RemoteSyslog(transport, host, port)),
                input(transport, port),
                "%protocol-version% %syslogfacility-text% %syslogseverity-text% %hostname% %app-name% %procid% %msgid% %msg%");
        String source = HostName.read() + " oksd " + PID;
        assertThat(Rsyslogd.filed(directory))
                .containsExactly(
                        "1 local3 err " + source + " other " + SHOWN, "1 local3 info " + source + " stopping stopping");
    }

    @Test
    void aTlsServerWithAnotherNameThanItsCertificateSaysGetsNothing() throws Exception {
        int port = freePort(Transport.TLS);
        LoggerContext context = new LoggerContext();
        try (Rsyslogd server = new Rsyslogd(directory, input(Transport.TLS, port), "%msg%");
                ProgramLog log = log(context)) {
            log.apply(remote(new RemoteSyslog(Transport.TLS, "127.0.0.1", port)));
            context.getLogger("oks.oksd").error("not for everybody");
            log.apply(remote(new RemoteSyslog(Transport.TLS, "localhost", port))); // ends what went before
            context.getLogger("oks.oksd").error("for the right one");
            server.await("for the right one");
        }
        assertThat(Rsyslogd.filed(directory)).containsExactly("for the right one");
    }

    /** One message before and one after a restart of rsyslogd. */
    private void twoMessages(LogSettings settings, String input, String template) throws Exception {
        LoggerContext context = new LoggerContext();
        try (ProgramLog log = log(context)) {
            log.apply(settings);
            try (Rsyslogd first = new Rsyslogd(directory, input, template)) {
                awaitListening(settings);
                context.getLogger("oks.oksd").error(FORGED);
                first.await("first");
            }
            try (Rsyslogd second = new Rsyslogd(directory, input, template)) {
                awaitListening(settings);
                context.getLogger("oks.oksd").info("stopping");
                second.await("stopping");
            }
        }
    }

    /** A datagram to nobody is lost by nature: the sender cannot know. */
    private void awaitListening(LogSettings settings) throws IOException {
        Optional<RemoteSyslog> udp = settings.remote().filter(server -> server.transport() == Transport.UDP);
        if (udp.isPresent()) {
            String socket = String.format(Locale.ROOT, ":%04X ", udp.get().port());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (Files.readAllLines(Path.of("/proc/net/udp")).stream().noneMatch(line -> line.contains(socket))) {
                assertThat(System.nanoTime()).as("waited in vain for rsyslogd").isLessThan(end);
                Thread.onSpinWait();
            }
        }
    }

    private static ProgramLog log(LoggerContext context) {
        return new ProgramLog(
                "oksd",
                context,
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                false);
    }

    private LogSettings remote(RemoteSyslog server) {
        return new LogSettings(
                LogSettings.Level.INFO,
                false,
                directory.resolve("log"),
                LogSettings.Facility.LOCAL3,
                LogSettings.Stderr.TEXT,
                Optional.of(server),
                Optional.of(directory.resolve("cert.pem")));
    }

    private String input(Transport transport, int port) throws IOException, InterruptedException {
        return switch (transport) {
            case UDP ->
                String.format(
                        Locale.ROOT,
                        "module(load=\"imudp\")\ninput(type=\"imudp\" address=\"127.0.0.1\" port=\"%d\")",
                        port);
            case TCP ->
                String.format(
                        Locale.ROOT,
                        "module(load=\"imtcp\")\ninput(type=\"imtcp\" address=\"127.0.0.1\" port=\"%d\")",
                        port);
            case TLS -> tlsInput(port);
        };
    }

    private String tlsInput(int port) throws IOException, InterruptedException {
        ExternalProgram.requireFile(rsyslogModule("lmnsd_gtls.so"), "rsyslog-gnutls");
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("cert.pem");
        Process openssl = new ProcessBuilder(
                        ExternalProgram.require("openssl", "openssl").toString(),
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.out").toFile())
                .start();
        assertThat(openssl.waitFor()).isZero();
        return String.format(Locale.ROOT, """
                global(DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="%1$s"
                    DefaultNetstreamDriverCertFile="%1$s" DefaultNetstreamDriverKeyFile="%2$s")
                module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
                input(type="imtcp" port="%3$d")
                """, certificate, key, port);
    }

    private static Path rsyslogModule(String name) {
        return List.of("x86_64-linux-gnu", "aarch64-linux-gnu").stream()
                .map(machine -> Path.of("/usr/lib", machine, "rsyslog", name))
                .filter(Files::exists)
                .findFirst()
                .orElse(Path.of("/usr/lib/rsyslog", name));
    }

    private static int freePort(Transport transport) throws IOException {
        if (transport == Transport.UDP) {
            try (DatagramSocket socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                return socket.getLocalPort();
            }
        }
        return FreePort.tcp();
    }
}
