package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import oks.archive.SidecarFile;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.GnuPg;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code full --sign} and {@code full --encrypt}, with gpg at the other end. */
final class SignedAndEncryptedTest {
    private static final String USER_ID = "backup@example.org";

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1, 2).flush().rotate().put(3);
        }
    }

    private CommandRun full(Object... more) {
        List<String> line =
                new ArrayList<>(List.of("full", "--out", out.toString(), "--conf", conf.toString(), "-q", "--json"));
        for (Object argument : more) {
            line.add(argument.toString());
        }
        return run(line.toArray(String[]::new));
    }

    private static CommandRun run(String... line) {
        return CommandRun.of("oks-backup", OksBackup::new, line);
    }

    private CommandRun verify(Object... more) {
        List<String> line = new ArrayList<>(List.of("verify", "-q"));
        for (Object argument : more) {
            line.add(argument.toString());
        }
        return run(line.toArray(String[]::new));
    }

    /** A file that only its owner reads. */
    private Path secret(String name, byte[] contents) throws IOException {
        Path file = Files.write(scratch.resolve(name), contents);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static Path archive(CommandRun full) {
        assertThat(full.status()).as(full.stderr() + full.stdout()).isZero();
        return Path.of(full.json().path("path").asText());
    }

    private List<String> names() throws IOException {
        return new RealDisk()
                .list(out).stream()
                        .map(file -> file.getFileName().toString())
                        .filter(name -> !name.endsWith(".lock"))
                        .toList();
    }

    @Test
    void aSignedArchiveCountsForThoseWhoTrustTheKeyAndIsCheckedByGpgAlone() throws Exception {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(
                    new byte[0],
                    "--passphrase",
                    "a secret",
                    "--quick-generate-key",
                    USER_ID,
                    "ed25519",
                    "sign",
                    "never");
            Path key = secret(
                    "key.asc", gpg.run(new byte[0], "--passphrase", "a secret", "--armor", "--export-secret-keys"));
            Path passphrase = secret("passphrase", "a secret\n".getBytes(StandardCharsets.UTF_8));
            Path trusted = Files.write(scratch.resolve("trusted.asc"), gpg.run(new byte[0], "--armor", "--export"));
            Path other = Files.write(scratch.resolve("other.pgp"), SampleCertificates.certificate(9));

            CommandRun full = full("--sign", key, "--sign-passphrase", passphrase);
            Path archive = archive(full);
            Path signature = SidecarFile.SIGNATURE.of(archive);
            assertThat(full.json().path("signed_by").asText()).matches("[0-9A-F]{40}");
            assertThat(verify("--trusted-keys", trusted, out).stdout())
                    .startsWith("ok ")
                    .contains("; every byte, every block and the content; signed by "
                            + full.json().path("signed_by").asText());
            assertThat(verify(out).stdout()).startsWith("ok ").contains("by whom was not asked");
            assertThat(run("list", out.toString()).stdout())
                    .contains("restores LSN 3 to 3, signed, proven ", ": blocks\n");

            // As oks-archive(5) says that it is done without OKS.
            byte[] line =
                    shell("tar xzOf '" + archive + "' sample/MANIFEST.json | head -n -2 | sha256sum | cut -c -64");
            GnuPg.Outcome verified = gpg.tryRun(line, "--verify", signature.toString(), "-");
            assertThat(verified.status()).as(verified.err()).isZero();

            CommandRun untrusted = verify("--trusted-keys", other, out);
            assertThat(untrusted.status()).isEqualTo(5);
            assertThat(untrusted.stdout()).startsWith("BAD ").contains("was not made by a trusted key");

            Path unsigned = archive(full());
            assertThat(unsigned).isNotEqualTo(archive);
            assertThat(verify("--trusted-keys", trusted, unsigned).stdout())
                    .startsWith("BAD ")
                    .contains("has no signature");
            Files.copy(signature, SidecarFile.SIGNATURE.of(unsigned));
            assertThat(verify("--trusted-keys", trusted, unsigned).stdout())
                    .as("a signature of another archive")
                    .startsWith("BAD ")
                    .contains("made it for something else");
        }
    }

    @Test
    void aSignatureFileThatIsCutShortDoesNotCount() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            Path trusted = Files.write(scratch.resolve("trusted.pgp"), gpg.generate(USER_ID, "ed25519"));
            Path key = secret("key", gpg.run(new byte[0], "--export-secret-keys"));
            Path archive = archive(full("--sign", key));
            Path signature = SidecarFile.SIGNATURE.of(archive);
            byte[] whole = Files.readAllBytes(signature);
            Files.write(signature, java.util.Arrays.copyOf(whole, whole.length / 2));
            assertThat(verify("--trusted-keys", trusted, archive).status()).isEqualTo(5);
            Files.write(signature, new byte[0]);
            assertThat(verify("--trusted-keys", trusted, archive).status()).isEqualTo(5);
            Files.write(signature, whole);
            assertThat(verify("--trusted-keys", trusted, archive).status()).isZero();
        }
    }

    @Test
    void anEncryptedArchiveIsReadByGpgAndVerifiedAsFarAsThatGoesWithoutTheKey() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            Path certificate = Files.write(scratch.resolve("cert.pgp"), gpg.generate(USER_ID, "default"));
            Path key = secret("key", gpg.run(new byte[0], "--export-secret-keys"));
            CommandRun full = full("--encrypt", certificate, "--sign", key, "--compress", "zstd");
            Path archive = archive(full);
            String name = archive.getFileName().toString();
            assertThat(name).endsWith("-3.full.tar.zst.pgp");
            assertThat(full.json().path("encrypted_for")).hasSize(1);
            assertThat(names())
                    .containsExactly(
                            name,
                            name + ".manifest.asc",
                            name + ".manifest.json",
                            name + ".proof.json",
                            name + ".sha256");

            CommandRun verified = verify("--trusted-keys", certificate, out);
            assertThat(verified.stdout())
                    .startsWith("ok ")
                    .contains("encrypted: every byte; what it holds was proven ", "; signed by");
            assertThat(run("list", out.toString(), "--json")
                            .json()
                            .at("/archives/0/encrypted")
                            .asBoolean())
                    .isTrue();

            byte[] decrypted = gpg.run(new byte[0], "--decrypt", archive.toString());
            CommandRun piped = withStandardInput(
                    decrypted,
                    () -> verify("--trusted-keys", certificate, "--signature", SidecarFile.SIGNATURE.of(archive), "-"));
            assertThat(piped.stdout())
                    .startsWith(
                            "ok   standard input: LSN 3, 3 certificates; every file, every block and the content; signed by");

            CommandRun testRestore = verify("--restore", out);
            assertThat(testRestore.status()).isEqualTo(1);
            assertThat(testRestore.stdout()).contains("is encrypted, so that only its recipients can restore it");
        }
    }

    @Test
    void whatIsWrongWithAnEncryptedArchiveIsFoundWithoutTheKey() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            Path certificate = Files.write(scratch.resolve("cert.pgp"), gpg.generate(USER_ID, "default"));
            Path archive = archive(full("--encrypt", certificate));
            byte[] whole = Files.readAllBytes(archive);
            for (int at = 0; at < whole.length; at += whole.length / 40) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 4;
                Files.write(archive, flipped);
                assertThat(verify(archive).status()).as("byte %d", at).isEqualTo(5);
            }
            Files.write(archive, whole);
            assertThat(verify(archive).status()).isZero();
            Path manifest = SidecarFile.MANIFEST.of(archive);
            byte[] said = Files.readAllBytes(manifest);
            said[said.length / 2] ^= 1;
            Files.write(manifest, said);
            assertThat(verify(archive).status()).isEqualTo(5);
            Files.delete(manifest);
            assertThat(verify(archive).stdout())
                    .contains("nothing can be verified", manifest.getFileName().toString());

            Path plain = archive(full());
            Path renamed = Files.move(archive, plain.resolveSibling("renamed.tar.gz"));
            CommandRun mistaken = verify(renamed);
            assertThat(mistaken.status()).isEqualTo(2);
            assertThat(mistaken.stdout()).contains("is encrypted");
        }
    }

    @Test
    void expireCountsEncryptedArchivesAndTakesWhatStandsBesideThem() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            Path certificate = Files.write(scratch.resolve("cert.pgp"), gpg.generate(USER_ID, "default"));
            archive(full());
            Path older = archive(full("--encrypt", certificate));
            Path newer = archive(full("--encrypt", certificate));
            CommandRun expired = run("expire", "--keep-full", "1", "--confirm", out.toString(), "-q");
            assertThat(expired.status()).as(expired.stderr()).isZero();
            assertThat(older).doesNotExist();
            assertThat(names())
                    .hasSize(4)
                    .allMatch(name -> name.startsWith(newer.getFileName().toString()));
        }
    }

    @Test
    void secretsAndCertificatesThatCannotBeUsedAreNamedBeforeAnythingIsWritten() throws IOException {
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(
                    new byte[0],
                    "--passphrase",
                    "a secret",
                    "--quick-generate-key",
                    USER_ID,
                    "ed25519",
                    "sign",
                    "never");
            Path key = secret(
                    "key.asc", gpg.run(new byte[0], "--passphrase", "a secret", "--armor", "--export-secret-keys"));
            Path wrong = secret("wrong", "wrong".getBytes(StandardCharsets.UTF_8));
            refused("its key has a passphrase", "--sign", key);
            refused("does not unlock its key", "--sign", key, "--sign-passphrase", wrong);
            refused("but not --sign", "--sign-passphrase", wrong);
            refused("does not exist", "--sign", scratch.resolve("none"));
            refused(
                    "no version 4 key for encryption",
                    "--encrypt",
                    Files.write(scratch.resolve("cert.pgp"), SampleCertificates.certificate(9)));
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            refused("everybody may read it", "--sign", key);
        }
    }

    private void refused(String said, Object... arguments) throws IOException {
        CommandRun run = full(arguments);
        assertThat(run.status()).as(run.stdout()).isEqualTo(2);
        assertThat(run.json().at("/error/what").asText()).contains(said);
        assertThat(names()).isEmpty();
    }

    private static CommandRun withStandardInput(byte[] bytes, java.util.function.Supplier<CommandRun> command) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(bytes));
        try {
            return command.get();
        } finally {
            System.setIn(before);
        }
    }

    private byte[] shell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectError(scratch.resolve("err").toFile())
                .start();
        byte[] said = process.getInputStream().readAllBytes();
        assertThat(process.waitFor())
                .as(Files.readString(scratch.resolve("err")))
                .isZero();
        return said;
    }
}
