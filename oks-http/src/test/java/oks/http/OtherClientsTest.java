package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.openpgp.Armor;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients besides gpg: sq as Debian packages it, and what fetches keys by plain HTTP, as rpm does with curl. */
@Timeout(240)
final class OtherClientsTest {
    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

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
            ClientCommand found = sq("get", search);
            assertThat(found.status()).as(found.err()).isZero();
            assertThat(found.out()).contains("BEGIN PGP PUBLIC KEY BLOCK", SampleCertificates.email(1));
        }
        ClientCommand none = sq("get", "0123456789ABCDEF0123456789ABCDEF01234567");
        assertThat(none.status()).isNotZero();
        assertThat(none.err()).contains("not found");
    }

    @Test
    void sqSends() throws Exception {
        Path file = Files.write(
                directory.resolve("two.asc"), Armor.certificates(List.of(SampleCertificates.certificate(2))));
        ClientCommand sent = sq("send", file.toString());
        assertThat(sent.status()).as(sent.err()).isZero();
        assertThat(gateway.keyserver().fingerprints())
                .extracting(Object::toString)
                .contains(SampleCertificates.fingerprint(2));
    }

    @Test
    void curlFetchesAKeyringThatEndsInANewlineAndFailsForWhatIsNotThere() throws Exception {
        String url = "http://127.0.0.1:" + gateway.port() + "/pks/lookup?op=get&options=mr&search=0x";
        for (String protocol : List.of("--http1.0", "--http1.1")) {
            ClientCommand fetched = ClientCommand.run(
                    "curl", List.of("curl", "-fsS", protocol, url + SampleCertificates.fingerprint(1)));
            assertThat(fetched.status()).as(fetched.err()).isZero();
            assertThat(fetched.out())
                    .startsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
                    .endsWith("-----END PGP PUBLIC KEY BLOCK-----\n");
        }
        assertThat(ClientCommand.run("curl", List.of("curl", "-fsS", url + "0".repeat(40)))
                        .status())
                .isEqualTo(22);
    }

    private static ClientCommand sq(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("sq", "keyserver", "--policy", "insecure", "--server", "hkp://127.0.0.1:" + gateway.port()));
        command.addAll(List.of(arguments));
        return ClientCommand.run("sq", command);
    }
}
