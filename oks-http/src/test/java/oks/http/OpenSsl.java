package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates for TLS, made by openssl(1). */
public final class OpenSsl {
    private OpenSsl() {}

    /** A certificate for localhost that signs itself; the algorithm is what {@code -newkey} takes, and more options. */
    public static void selfSigned(Path certificate, Path key, String... algorithm) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-days",
                "3650",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString(),
                "-newkey"));
        command.addAll(List.of(algorithm));
        ClientCommand made = ClientCommand.run("openssl", command);
        assertThat(made.status()).as(made.err()).isZero();
    }
}
