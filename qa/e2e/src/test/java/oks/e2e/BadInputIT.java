package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong from the first day on: a clear error with its status; nothing stored, nothing left behind. */
class BadInputIT {
    @TempDir
    private Path scratch;

    @Test
    void uploadsAndQueriesThatAreWrongAreRefusedAndStoreNothing() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd().startHttp()) {
            assertRefused(keyserver.addText("hello"), 422);
            assertRefused(
                    keyserver.addText(
                            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"),
                    422);
            assertRefused(keyserver.addText("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ"), 422);
            assertRefused(keyserver.addText("x".repeat(34 << 20)), 413);
            assertThat(keyserver
                            .get("/pks/lookup?op=get&search=0x" + "AB".repeat(20))
                            .statusCode())
                    .isEqualTo(404);
            assertThat(keyserver
                            .get("/pks/lookup?op=get&search=0x" + "A".repeat(39))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(keyserver.get("/pks/lookup?op=get").statusCode()).isEqualTo(400);
            assertThat(keyserver.get("/pks/lookup?op=fly&search=alice").statusCode())
                    .isEqualTo(501);
            assertThat(keyserver.get("/nowhere").statusCode()).isEqualTo(404);
            assertNothingStored(keyserver.status());
        }
    }

    @Test
    void aCertificateThatCostsTooMuchToVerifyIsRefusedWithItsReason() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch)
                .with("[upload]\nmax_certificate_cost = 6\n")
                .startOksd()
                .startHttp()) {
            HttpResponse<String> answer =
                    keyserver.add(SampleCertificates.updated(1, 1)); // two signatures of four units
            assertRefused(answer, 413);
            assertThat(answer.body()).contains("costs more than 6 RSA-2048 verifications");
            assertNothingStored(keyserver.status());
            assertThat(keyserver.add(SampleCertificates.certificate(1)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPrivateKeyIsRefusedAndWrittenNowhere() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd().startHttp();
                Gnupg gnupg = Gnupg.create()) {
            String key = gnupg.makeKey("Careless <careless@example.org>");
            String secret = gnupg.gpg(
                            "--pinentry-mode", "loopback", "--passphrase", "", "--armor", "--export-secret-keys", key)
                    .done()
                    .stdout();
            assertThat(secret).contains("PRIVATE KEY BLOCK");
            HttpResponse<String> answer = keyserver.addText(secret);
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).containsIgnoringCase("private key");
            String disguised = secret.replace("PRIVATE KEY BLOCK", "PUBLIC KEY BLOCK");
            assertThat(keyserver.addText(disguised).statusCode()).isEqualTo(422);
            assertNothingStored(keyserver.status());
            String line = secret.lines().skip(2).findFirst().orElseThrow();
            assertThat(filesContaining(line)).as("files with a line of the key").isEmpty();
        }
    }

    private List<Path> filesContaining(String text) throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSocketThatIsNotThereIsStatusThree() throws Exception {
        Finished status = Keyserver.in(scratch)
                .oksctl("status", "--socket", scratch.resolve("none.ctl").toString())
                .ended(3);
        assertThat(status.stderr()).contains("none.ctl").contains("next:");
    }

    @Test
    void aConfigurationWithAnUnknownKeyStopsTheStartAndNamesIt() throws Exception {
        Keyserver keyserver = Keyserver.in(scratch);
        Files.writeString(scratch.resolve("etc/oksd.conf"), "[database]\nnmae = \"sample\"\n");
        Finished start = keyserver.oksdOnce(keyserver.conf("oksd")).ended(2);
        assertThat(start.stderr()).contains("oksd.conf").contains("line 2").contains("nmae");
        assertThat(scratch.resolve("var")).doesNotExist();
    }

    @Test
    void aDatabaseThatIsOpenAlreadyIsStatusFour() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            Finished second = keyserver.oksdOnce(keyserver.conf("oksd")).ended(4);
            assertThat(second.stderr()).contains("open already").contains("oksd pid");
            assertThat(keyserver.status().path("state").asText()).isEqualTo("running");
        }
    }

    @Test
    void anArchiveCutShortIsRefusedAndTheTargetIsNotMade() throws Exception {
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = withOneCertificate()) {
            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", keyserver.conf("oksd"))
                    .done();
            Path archive = onlyFileIn(backups);
            byte[] bytes = Files.readAllBytes(archive);
            Files.write(archive, Arrays.copyOf(bytes, bytes.length - 100));
            Path target = scratch.resolve("target");
            Finished restore = keyserver
                    .oksRestore("from", archive.toString(), "--db", target.toString())
                    .ended(5);
            assertThat(restore.stderr()).contains("kept:").contains("next:");
            assertThat(target).doesNotExist();
            assertThat(scratch.resolve("target.restoring")).doesNotExist();
        }
    }

    @Test
    void aRecoveryFileWithAFlippedByteIsRefusedAndTheTargetIsNotMade() throws Exception {
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = withOneCertificate()) {
            String conf = keyserver.conf("oksd");
            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", conf)
                    .done();
            assertThat(keyserver.add(SampleCertificates.certificate(2)).statusCode())
                    .isEqualTo(200);
            Path archive = onlyFileIn(backups);
            keyserver
                    .oksBackup("recovery", "--out", backups.toString(), "--rotate", "--conf", conf)
                    .done();
            try (Stream<Path> files = Files.list(backups)) {
                Path last = files.filter(file -> file.toString().endsWith(".recovery"))
                        .sorted()
                        .reduce((a, b) -> b)
                        .orElseThrow();
                byte[] bytes = Files.readAllBytes(last);
                bytes[4200] ^= 1;
                Files.setPosixFilePermissions(last, PosixFilePermissions.fromString("rw-------"));
                Files.write(last, bytes);
            }
            Path target = scratch.resolve("target");
            Finished restore = keyserver
                    .oksRestore("from", archive.toString(), "--db", target.toString(), "--recovery", backups.toString())
                    .ended(5);
            assertThat(restore.stderr()).contains("offset").contains("LSN");
            assertThat(target).doesNotExist();
        }
    }

    @Test
    void aTargetThatIsNotEmptyIsLeftAlone() throws Exception {
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = withOneCertificate()) {
            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", keyserver.conf("oksd"))
                    .done();
            Path target = Files.createDirectory(scratch.resolve("target"));
            Files.writeString(target.resolve("precious"), "mine");
            Finished restore = keyserver.oksRestore("from", onlyFileIn(backups).toString(), "--db", target.toString());
            assertThat(restore.status()).isNotZero();
            assertThat(restore.stderr()).contains("not empty");
            assertThat(target.resolve("precious")).hasContent("mine");
            try (Stream<Path> files = Files.list(target)) {
                assertThat(files).hasSize(1);
            }
        }
    }

    private Keyserver withOneCertificate() throws Exception {
        Keyserver keyserver = Keyserver.in(Files.createDirectory(scratch.resolve("oks")))
                .startOksd()
                .startHttp();
        assertThat(keyserver.add(SampleCertificates.certificate(1)).statusCode())
                .isEqualTo(200);
        return keyserver;
    }

    private static Path onlyFileIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches(".*\\.full\\.tar(\\.(gz|zst))?"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void assertRefused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).isNotBlank().doesNotContain("<html");
    }

    private static void assertNothingStored(JsonNode status) {
        assertThat(status.path("certificates").asLong()).isZero();
        assertThat(status.at("/durable_lsn").asLong()).isZero();
        assertThat(status.at("/recovery/changes").asLong()).isZero();
    }
}
