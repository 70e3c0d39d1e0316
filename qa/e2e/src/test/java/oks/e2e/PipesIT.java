package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.testing.ExternalProgram;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** oks-restore between other programs, in the shell. */
class PipesIT {
    private static final int CERTIFICATES = 12;

    @TempDir
    private Path scratch;

    private Keyserver keyserver;
    private Gnupg gnupg;
    private String digest;

    @BeforeEach
    void make() throws IOException {
        keyserver = Keyserver.in(Files.createDirectory(scratch.resolve("oks")));
        gnupg = Gnupg.create();
        try (SampleDatabase database = SampleDatabase.create(keyserver.database(), 1)) {
            database.put(LongStream.rangeClosed(1, CERTIFICATES).toArray()).update(3, 1);
            digest = database.digest().hex();
        }
    }

    @AfterEach
    void stop() throws IOException {
        keyserver.close();
        gnupg.close();
    }

    private Finished shell(String line) throws IOException, InterruptedException {
        ExternalProgram.require("bash", "bash");
        return Finished.run(scratch, "bash", "-c", "set -o pipefail; " + line);
    }

    private String gpg(String arguments) {
        return "gpg --batch --no-tty --quiet --homedir '" + gnupg.home()
                + "' --pinentry-mode loopback --passphrase secret " + arguments;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "none"})
    void anEncryptedArchiveIsRestoredFromAPipe(String compression) throws Exception {
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        keyserver
                .oksBackup(
                        "full",
                        "--out",
                        backups.toString(),
                        "--compress",
                        compression,
                        "--conf",
                        keyserver.conf("oksd"))
                .done();
        Path archive;
        try (Stream<Path> files = Files.list(backups)) {
            archive = files.filter(file -> file.getFileName().toString().matches(".*\\.full\\.tar(\\.gz|\\.zst)?"))
                    .findFirst()
                    .orElseThrow();
        }
        shell(gpg("--symmetric -o secret.gpg '" + archive + "'")).done();
        Path directory = scratch.resolve("restored");
        String restore =
                Keyserver.shell("oks.restore.OksRestore", "from", "-", "--db", directory.toString(), "-q", "--json");
        Finished done = shell(gpg("-d secret.gpg") + " | " + restore).done();
        assertThat(Keyserver.json(done.stdout()).path("digest").asText()).isEqualTo(digest);
        assertThat(Keyserver.json(done.stdout()).path("archive").isNull()).isTrue();

        Finished wrong = shell(gpg("-d secret.gpg").replace("passphrase secret", "passphrase wrong") + " | "
                + restore.replace(directory.toString(), scratch.resolve("wrong").toString()));
        assertThat(wrong.status()).isEqualTo(5);
        assertThat(scratch.resolve("wrong")).doesNotExist();
        assertThat(scratch.resolve("wrong.restoring")).doesNotExist();
    }

    @Test
    void theRecoveryFilesAreAKeyringForGpg() throws Exception {
        String files = String.join(
                " ", keyserver.recoveryFiles().stream().map(Path::toString).toList());
        String show = Keyserver.shell("oks.restore.OksRestore", "show", "--export", "-");
        shell(show + " " + files + " | " + gpg("--import")).done();
        List<String> expected = LongStream.rangeClosed(1, CERTIFICATES)
                .mapToObj(SampleCertificates::fingerprint)
                .toList();
        assertThat(gnupg.fingerprints()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(gnupg.gpg("--list-keys", SampleCertificates.fingerprint(3))
                        .done()
                        .stdout())
                .contains("Name 3 update 1");

        Path one = scratch.resolve("one.pgp");
        keyserver
                .oksRestore(Stream.concat(
                                Stream.of(
                                        "show",
                                        "--fingerprint",
                                        SampleCertificates.fingerprint(3),
                                        "--export",
                                        one.toString()),
                                keyserver.recoveryFiles().stream().map(Path::toString))
                        .toArray(String[]::new))
                .done();
        assertThat(gnupg.gpg("--show-keys", "--with-colons", one.toString())
                        .done()
                        .stdout())
                .contains(SampleCertificates.fingerprint(3))
                .doesNotContain(SampleCertificates.fingerprint(4));
    }
}
