package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways and the real gpg in front of a real oksd that pauses, stops, is killed and comes back. */
@Timeout(240)
final class GatewayIT {
    @TempDir
    private Path directory;

    @Test
    void severalGatewaysServeOneDatabaseAndOutliveItsRestart() throws Exception {
        try (Keyserver first = Keyserver.in(directory.resolve("a")).startOksd().startHttp();
                Keyserver second = Keyserver.in(directory.resolve("b"))) {
            Files.writeString(
                    Path.of(second.conf("oks-http")),
                    "[oksd]\nsocket = \"" + first.prefix().resolve("var/run/oksd.sock") + "\"\n",
                    StandardOpenOption.APPEND);
            second.startHttp();
            assertThat(first.add(SampleCertificates.certificate(1)).statusCode())
                    .isEqualTo(200);
            assertThat(second.add(SampleCertificates.certificate(2)).statusCode())
                    .isEqualTo(200);
            assertThat(first.has(SampleCertificates.fingerprint(2))).isTrue();
            assertThat(second.has(SampleCertificates.fingerprint(1))).isTrue();
            first.killHard();
            Await.until("both gateways know", () -> status(first) == 503 && status(second) == 503);
            first.startOksd();
            first.awaitGateway();
            second.awaitGateway();
            for (Keyserver each : List.of(first, second)) {
                assertThat(each.has(SampleCertificates.fingerprint(1)) && each.has(SampleCertificates.fingerprint(2)))
                        .isTrue();
            }
        }
    }

    @Test
    void gpgIsToldWhileOksdIsPausedAndGoesOnWhenItIsNot() throws Exception {
        try (Keyserver keyserver = Keyserver.in(directory).startOksd().startHttp();
                Gnupg alice = Gnupg.create();
                Gnupg bob = Gnupg.create()) {
            String before = alice.makeKey("Alice Before <before@example.org>");
            alice.send(keyserver, List.of(before)).done();
            keyserver.oksctl("pause").done();
            String during = alice.makeKey("Alice During <during@example.org>");
            assertThat(alice.send(keyserver, List.of(during)).status())
                    .as("a paused server takes nothing")
                    .isNotZero();
            bob.receive(keyserver, List.of(before)).done();
            assertThat(keyserver.get("/readyz").statusCode()).isEqualTo(503);
            keyserver.oksctl("resume").done();
            alice.send(keyserver, List.of(during)).done();
            keyserver.killHard();
            keyserver.startOksd();
            keyserver.awaitGateway();
            bob.receive(keyserver, List.of(during)).done();
            assertThat(bob.fingerprints()).containsExactlyInAnyOrder(before, during);
        }
    }

    @Test
    void gpgIsToldThatACertificateIsTooLargeAndThatOneIsUnknown() throws Exception {
        try (Keyserver keyserver = Keyserver.in(directory)) {
            Files.writeString(
                    Path.of(keyserver.conf("oks-http")), "[http]\nmax_body = \"16KiB\"\n", StandardOpenOption.APPEND);
            keyserver.startOksd().startHttp();
            try (Gnupg gnupg = Gnupg.create()) {
                byte[] large = new SampleKey(9)
                        .certificate(IntStream.range(0, 100)
                                .mapToObj(n -> "Name " + n + " <name" + n + "@example.org>")
                                .toArray(String[]::new));
                Path file = Files.write(directory.resolve("large.pgp"), large);
                gnupg.gpg("--import", file.toString()).done();
                Finished sent = gnupg.send(keyserver, List.of(SampleCertificates.fingerprint(9)));
                assertThat(sent.status()).isNotZero();
                assertThat(sent.stderr()).contains("keyserver send failed");
                assertThat(keyserver.has(SampleCertificates.fingerprint(9))).isFalse();
                Finished unknown = gnupg.receive(keyserver, List.of("0123456789ABCDEF0123456789ABCDEF01234567"));
                assertThat(unknown.stderr()).contains("No data");
            }
        }
    }

    private static int status(Keyserver keyserver) {
        try {
            HttpResponse<String> answer =
                    keyserver.get("/pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(1));
            return answer.statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
