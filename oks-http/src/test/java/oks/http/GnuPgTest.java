package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.testing.ExternalProgram;
import oks.testing.GnuPgHome;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real gpg, through its dirmngr, against the gateway. */
@Timeout(300)
final class GnuPgTest {
    @TempDir
    private static Path directory;

    private static RunningGateway gateway;
    private static final List<GnuPgHome> HOMES = new ArrayList<>();

    @BeforeAll
    static void begin() throws IOException {
        ExternalProgram.require("dirmngr", "dirmngr");
        gateway = new RunningGateway(directory, "");
    }

    @AfterAll
    static void end() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        for (GnuPgHome home : HOMES) {
            home.close();
        }
    }

    @Test
    void sendsSearchesReceivesAndRefreshes() throws Exception {
        Path alice = newHome();
        ok(
                alice,
                "--passphrase",
                "",
                "--quick-generate-key",
                "Alice Test <alice@example.org>",
                "ed25519",
                "cert,sign",
                "0");
        String fingerprint = fingerprint(alice, "alice@example.org");
        ok(alice, "--send-keys", fingerprint);
        assertThat(gateway.keyserver().fingerprints())
                .extracting(Object::toString)
                .contains(fingerprint);

        Path bob = newHome();
        for (String search :
                List.of("alice@example.org", "Alice Test", "0x" + fingerprint, "0x" + fingerprint.substring(24))) {
            ClientCommand found = gpg(bob, "--with-colons", "--search-keys", search);
            assertThat(found.out())
                    .as(search + found.err())
                    .contains("pub:" + fingerprint, "Alice Test <alice@example.org>");
        }
        ok(bob, "--recv-keys", fingerprint);
        assertThat(fingerprint(bob, "alice@example.org")).isEqualTo(fingerprint);

        ok(alice, "--passphrase", "", "--quick-add-uid", fingerprint, "Alice Later <later@example.org>");
        ok(alice, "--send-keys", fingerprint);
        ok(bob, "--refresh-keys");
        assertThat(fingerprint(bob, "later@example.org")).isEqualTo(fingerprint);
    }

    @Test
    void locatesByAddressAndReceivesByKeyId() throws Exception {
        gateway.keyserver().put(SampleCertificates.certificate(7));
        Path home = newHome();
        ok(home, "--auto-key-locate", "clear,keyserver", "--locate-keys", SampleCertificates.email(7));
        assertThat(fingerprint(home, SampleCertificates.email(7))).isEqualTo(SampleCertificates.fingerprint(7));
        Path other = newHome();
        ok(other, "--recv-keys", SampleCertificates.fingerprint(7).substring(24));
        assertThat(fingerprint(other, SampleCertificates.email(7))).isEqualTo(SampleCertificates.fingerprint(7));
    }

    @Test
    void theHelpPagesCommandsImportGpgsOwnRevocationAndGpgAloneRefusesIt() throws Exception {
        Path home = newHome();
        ok(home, "--passphrase", "", "--quick-generate-key", "Rev <rev@example.org>", "ed25519", "cert,sign", "0");
        String fingerprint = fingerprint(home, "rev@example.org");
        Path file = home.resolve("openpgp-revocs.d").resolve(fingerprint + ".rev");
        assertThat(gpg(home, "--import", file.toString()).status()).isNotZero();
        String help = gateway.get("/help", "Accept", "text/html")
                .body()
                .replace("&#39;", "'")
                .replace("&gt;", ">");
        String command = help.lines()
                .filter(line -> line.contains("FINGERPRINT.rev"))
                .findFirst()
                .orElseThrow()
                .replace("<pre><code>", "")
                .replace("FINGERPRINT.rev", file.toString());
        ClientCommand revoked = ClientCommand.run("gnupg", List.of("env", "GNUPGHOME=" + home, "sh", "-c", command));
        assertThat(revoked.status()).as(command + "\n" + revoked.err()).isZero();
        assertThat(ok(home, "--with-colons", "--list-keys", fingerprint).out()).contains("pub:r:");
    }

    @Test
    void anUnknownFingerprintIsReportedAsNoData() throws Exception {
        ClientCommand unknown = gpg(newHome(), "--recv-keys", "0123456789ABCDEF0123456789ABCDEF01234567");
        assertThat(unknown.status()).isNotZero();
        assertThat(unknown.err()).contains("No data");
    }

    @Test
    void failsWhileOksdIsAwayAndWorksWhenItIsBack() throws Exception {
        gateway.keyserver().put(SampleCertificates.certificate(8));
        Path home = newHome();
        gateway.goAway();
        try {
            assertThat(gpg(home, "--recv-keys", SampleCertificates.fingerprint(8))
                            .status())
                    .isNotZero();
        } finally {
            gateway.comeBack();
        }
        ok(home, "--recv-keys", SampleCertificates.fingerprint(8));
        assertThat(fingerprint(home, SampleCertificates.email(8))).isEqualTo(SampleCertificates.fingerprint(8));
    }

    private static Path newHome() throws IOException {
        GnuPgHome home = GnuPgHome.create();
        HOMES.add(home);
        return home.directory();
    }

    private static String fingerprint(Path home, String userId) throws Exception {
        return ok(home, "--with-colons", "--list-keys", userId)
                .out()
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .findFirst()
                .orElseThrow()
                .split(":")[9];
    }

    private static ClientCommand ok(Path home, String... arguments) throws Exception {
        ClientCommand outcome = gpg(home, arguments);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return outcome;
    }

    private static ClientCommand gpg(Path home, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "gpg",
                "--homedir",
                home.toString(),
                "--batch",
                "--no-tty",
                "--keyserver",
                "hkp://127.0.0.1:" + gateway.port()));
        command.addAll(List.of(arguments));
        return ClientCommand.run("gnupg", command);
    }
}
