package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import oks.openpgp.Armor;
import oks.testing.ExternalProgram;
import oks.testing.SampleCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients besides gpg: sq as Debian packages it, and what fetches keys by plain HTTP, as rpm does with curl. */
@Timeout(240)
final class OtherClientsTest {
    @TempDir private static Path directory;
    private static RunningGateway gateway;

    private record Outcome(int status, String out, String err) { }

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "");
        gateway.keyserver().put(SampleCertificates.certificate(1));
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @Test
    void sqGetsByFingerprintKeyIdAndAddressAndIsToldWhatIsNotThere() throws Exception {
        String fingerprint = SampleCertificates.fingerprint(1);
        for (String search : List.of(fingerprint, fingerprint.substring(24), SampleCertificates.email(1))) {
            Outcome found = sq("get", search);
            assertThat(found.status()).as(found.err()).isZero();
            assertThat(found.out()).contains("BEGIN PGP PUBLIC KEY BLOCK", SampleCertificates.email(1));
        }
        Outcome none = sq("get", "0123456789ABCDEF0123456789ABCDEF01234567");
        assertThat(none.status()).isNotZero();
        assertThat(none.err()).contains("not found");
    }

    @Test
    void sqSends() throws Exception {
        Path file = Files.write(directory.resolve("two.asc"), Armor.certificates(List.of(SampleCertificates.certificate(2))));
        Outcome sent = sq("send", file.toString());
        assertThat(sent.status()).as(sent.err()).isZero();
        assertThat(gateway.keyserver().fingerprints()).extracting(Object::toString).contains(SampleCertificates.fingerprint(2));
    }

    @Test
    void curlFetchesAKeyringThatEndsInANewlineAndFailsForWhatIsNotThere() throws Exception {
        String url = "http://127.0.0.1:" + gateway.port() + "/pks/lookup?op=get&options=mr&search=0x";
        Path curl = ExternalProgram.require("curl", "curl");
        for (String protocol : List.of("--http1.0", "--http1.1")) {
            Outcome fetched = run(List.of(curl.toString(), "-fsS", protocol, url + SampleCertificates.fingerprint(1)));
            assertThat(fetched.status()).as(fetched.err()).isZero();
            assertThat(fetched.out()).startsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----").endsWith("-----END PGP PUBLIC KEY BLOCK-----\n");
        }
        assertThat(run(List.of(curl.toString(), "-fsS", url + "0".repeat(40))).status()).isEqualTo(22);
    }

    private static Outcome sq(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(ExternalProgram.require("sq", "sq").toString(), "keyserver", "--policy", "insecure",
                "--server", "hkp://127.0.0.1:" + gateway.port()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static Outcome run(List<String> command) throws Exception {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("not in time: " + command);
        }
        return new Outcome(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
