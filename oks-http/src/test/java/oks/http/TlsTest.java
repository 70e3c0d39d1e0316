package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.server.TlsCertificate;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HKP over TLS: with curl, over HTTP/2 and HTTP/1, and with certificates that do not fit. */
@Timeout(240)
final class TlsTest {
    private static final String FORM = "/pks/lookup?op=get&options=mr&search=0x";

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws Exception {
        selfSigned("rsa", "rsa:2048");
        selfSigned("ec", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        install("rsa");
        gateway = new RunningGateway(
                directory,
                "[tls]\nport = 0\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n"
                        + "[http]\nread_timeout = \"1s\"\nmax_body = \"64KiB\"\n");
        gateway.keyserver().put(SampleCertificates.certificate(1));
    }

    @AfterAll
    static void end() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void curlSpeaksHttp2AndHttp1OverTls() throws Exception {
        for (String version : List.of("2", "1.1", "1.0")) {
            ClientCommand got =
                    curl("--http" + version, "-w", "%{http_version}\n", FORM + SampleCertificates.fingerprint(1));
            assertThat(got.status()).as(got.err()).isZero();
            assertThat(got.out())
                    .startsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
                    .endsWith("-----END PGP PUBLIC KEY BLOCK-----\n" + version.replace("1.0", "1")
                            + "\n"); // curl shows 1.0 as 1
        }
        assertThat(curl("--http2", "-w", "%{http_code}", "-o", "/dev/null", FORM + "0".repeat(40))
                        .out())
                .isEqualTo("404");
    }

    @Test
    void uploadsGoOverHttp2AndOnesThatAreTooLargeAreRefused() throws Exception {
        Path file = Files.write(directory.resolve("up.pgp"), SampleCertificates.certificate(2));
        ClientCommand sent =
                curl("--http2", "-H", "Content-Type: application/pgp-keys", "--data-binary", "@" + file, "/pks/add");
        assertThat(sent.out())
                .as(sent.err())
                .contains("\"inserted\":[{", SampleCertificates.fingerprint(2).toLowerCase(Locale.ROOT));
        Path large = Files.write(directory.resolve("large"), new byte[200_000]);
        assertThat(curl(
                                "--http2",
                                "-w",
                                "%{http_code}",
                                "-H",
                                "Content-Type: application/pgp-keys",
                                "--data-binary",
                                "@" + large,
                                "/pks/add")
                        .out())
                .endsWith("413");
    }

    @Test
    void manyRequestsShareOneHttp2Connection() throws Exception {
        Path config = directory.resolve("many.curl");
        StringBuilder urls = new StringBuilder("http2\nparallel\ncacert = " + directory.resolve("tls.pem")
                + "\nwrite-out = \"%{http_code} %{num_connects}\\n\"\n");
        for (int i = 0; i < 300; i++) {
            urls.append("url = https://localhost:")
                    .append(gateway.tlsPort())
                    .append(FORM)
                    .append(SampleCertificates.fingerprint(1))
                    .append("\noutput = /dev/null\n");
        }
        Files.writeString(config, urls);
        ClientCommand many =
                ClientCommand.run("curl", "curl", "-sS", "--parallel-max", "64", "--config", config.toString());
        assertThat(many.out().lines()).as(many.err()).hasSize(300).allMatch(line -> line.startsWith("200 "));
        assertThat(many.out().lines().filter(line -> line.endsWith(" 1")).count())
                .as("connections opened")
                .isLessThan(65);
    }

    /** Streams that end and connections that break before, while and after oksd answers. */
    @Test
    void abortsOverHttp2AreNoDefects() throws Exception {
        try (Logged own = new Logged();
                Http2Client client = new Http2Client(gateway.tlsPort())) {
            for (int round = 0; round < 20; round++) {
                client.abort(round, FORM + SampleCertificates.fingerprint(1), gateway.keyserver());
            }
            RunningGateway.until(() -> gateway.keyserver().held() == 0);
            assertThat(curl("--http2", FORM + SampleCertificates.fingerprint(1)).status())
                    .isZero();
            assertThat(own.lines()).doesNotContain("NullPointerException", "could not answer");
        }
    }

    @Test
    void onlySuitesWithForwardSecrecyAndAuthenticatedEncryptionAreTaken() throws Exception {
        assertThat(handshake("TLSv1.3", "TLS_AES_256_GCM_SHA384")).isTrue();
        assertThat(handshake("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
                .isTrue();
        for (String weak : List.of(
                "TLS_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_RSA_WITH_AES_256_CBC_SHA",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")) {
            assertThat(handshake("TLSv1.2", weak)).as(weak).isFalse();
        }
        gateway.gateway().showCertificate(settings());
        assertThat(handshake("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"))
                .as("after a new certificate")
                .isFalse();
    }

    private static boolean handshake(String version, String suite) throws Exception {
        try (SSLSocket socket = (SSLSocket)
                trustingAll().getSocketFactory().createSocket(InetAddress.getByName("127.0.0.1"), gateway.tlsPort())) {
            socket.setEnabledProtocols(new String[] {version});
            socket.setEnabledCipherSuites(new String[] {suite});
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            return true;
        } catch (SSLException refused) {
            return false;
        }
    }

    @Test
    void whoSendsNothingOverTlsIsDisconnected() throws Exception {
        try (SSLSocket socket = (SSLSocket)
                trustingAll().getSocketFactory().createSocket(InetAddress.getByName("127.0.0.1"), gateway.tlsPort())) {
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aNewCertificateIsShownToNewClientsAndABadOneIsNot() throws Exception {
        byte[] before = shown();
        Files.copy(directory.resolve("ec.key"), directory.resolve("tls.key"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> gateway.gateway().showCertificate(settings()))
                .isInstanceOfSatisfying(
                        OperatorFault.class,
                        fault -> assertThat(fault.what()).contains("tls.key").contains("not the certificate's"));
        assertThat(shown()).isEqualTo(before);
        install("ec");
        gateway.gateway().showCertificate(settings());
        assertThat(shown()).isNotEqualTo(before);
        assertThat(curl("--http2", FORM + SampleCertificates.fingerprint(1)).status())
                .isZero();
        install("rsa");
        gateway.gateway().showCertificate(settings());
        assertThat(shown()).isEqualTo(before);
    }

    @Test
    void filesThatAreNoCertificateAndKeyAreNamed() throws Exception {
        selfSigned("other", "rsa:2048");
        Path junk = Files.writeString(
                directory.resolve("junk.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Path old = Files.writeString(
                directory.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Path both = Files.writeString(
                directory.resolve("both.pem"),
                Files.readString(directory.resolve("rsa.key")) + Files.readString(directory.resolve("rsa.pem")));
        refused("nowhere.pem", "rsa.key", "there is no file");
        refused("rsa.key", "rsa.key", "holds no certificate");
        refused(junk.toString(), "rsa.key", "is broken");
        refused("rsa.pem", "rsa.pem", "holds no private key");
        refused("rsa.pem", old.toString(), "is not plain PKCS #8 but \"RSA PRIVATE KEY\"");
        refused("rsa.pem", "other.key", "does not belong to the certificate");
        assertThat(TlsCertificate.read(new OksHttpSettings.Tls(both.toString(), "", "::", 0))
                        .subject())
                .isEqualTo("CN=localhost");
    }

    @ParameterizedTest
    @CsvSource({"rsa:3072, ''", "ec, P-256", "ec, P-384", "ed25519, ''"})
    void theKindsThatAreAcceptedServeClients(String kind, String curve) throws Exception {
        selfSigned(
                "kind",
                curve.isEmpty() ? new String[] {kind} : new String[] {kind, "-pkeyopt", "ec_paramgen_curve:" + curve});
        install("kind");
        gateway.gateway().showCertificate(settings());
        assertThat(curl("--http2", FORM + SampleCertificates.fingerprint(1)).out())
                .startsWith("-----BEGIN PGP");
        install("rsa");
        gateway.gateway().showCertificate(settings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256k1", "brainpoolP256r1"})
    void aCurveThatTlsCannotUseIsRefusedBeforeItIsInForce(String curve) throws Exception {
        selfSigned(curve, "ec", "-pkeyopt", "ec_paramgen_curve:" + curve);
        refused(curve + ".pem", curve + ".key", "of a kind that TLS cannot use");
    }

    /** What no reader of keys refuses, the handshake does. */
    @Test
    void aHandshakeThatFailsIsTheCertificatesFault() throws Exception {
        selfSigned("dsa", "dsa:" + dsaParameters());
        refused("dsa.pem", "dsa.key", "of a kind that TLS cannot use");
    }

    private static Path dsaParameters() throws Exception {
        Path file = directory.resolve("dsa.parameters");
        ClientCommand.run("openssl", "openssl", "dsaparam", "-out", file.toString(), "1024");
        return file;
    }

    private static void refused(String certificate, String key, String why) {
        var settings = new OksHttpSettings.Tls(
                directory.resolve(certificate).toString(),
                directory.resolve(key).toString(),
                "::",
                0);
        assertThatThrownBy(() -> TlsCertificate.read(settings)).isInstanceOfSatisfying(OperatorFault.class, fault -> {
            assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
            assertThat(fault.what()).contains(why);
        });
    }

    private static OksHttpSettings settings() {
        return OksHttpSettings.read(directory.resolve("etc/oks-http.conf"));
    }

    private static ClientCommand curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("curl", "-sS", "--cacert", directory.resolve("tls.pem").toString()));
        command.addAll(List.of(arguments).subList(0, arguments.length - 1));
        command.add("https://localhost:" + gateway.tlsPort() + arguments[arguments.length - 1]);
        return ClientCommand.run("curl", command);
    }

    /** The certificate that a new client is shown. */
    private static byte[] shown() throws Exception {
        try (SSLSocket socket = (SSLSocket)
                trustingAll().getSocketFactory().createSocket(InetAddress.getByName("127.0.0.1"), gateway.tlsPort())) {
            return socket.getSession().getPeerCertificates()[0].getEncoded();
        }
    }

    private static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
        return context;
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Makes NAME.pem and NAME.key for localhost. */
    private static void selfSigned(String name, String... algorithm) throws Exception {
        OpenSsl.selfSigned(directory.resolve(name + ".pem"), directory.resolve(name + ".key"), algorithm);
    }

    private static void install(String name) throws IOException {
        Files.copy(directory.resolve(name + ".pem"), directory.resolve("tls.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(directory.resolve(name + ".key"), directory.resolve("tls.key"), StandardCopyOption.REPLACE_EXISTING);
    }
}
