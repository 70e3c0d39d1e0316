package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import oks.testing.SampleCertificates;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same as {@link ManualPageIT} in the toolkit's own commands. */
class ToolkitIT {
    @TempDir
    private Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "none"})
    void aHotBackupAndTheCopiedRecoveryFilesRestoreEveryAcknowledgedUpload(String compression) throws Exception {
        Path prefix = Files.createDirectory(scratch.resolve("oks"));
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = Keyserver.in(prefix).startOksd().startHttp()) {
            String conf = keyserver.conf("oksd");
            Uploader uploads = Uploader.start(keyserver, 3, 2_000_000);
            try (uploads) {
                Await.until("uploads run", () -> uploads.acknowledged().size() > 50);
                int before = uploads.acknowledged().size();
                keyserver
                        .oksBackup("full", "--out", backups.toString(), "--compress", compression, "--conf", conf)
                        .done();
                assertThat(uploads.acknowledged().size()).as("uploads went on").isGreaterThan(before);
            }
            Set<String> acknowledged = uploads.acknowledged();
            long next = uploads.nextSeed();
            assertThat(keyserver.add(SampleCertificates.certificate(next)).statusCode())
                    .isEqualTo(200);
            keyserver
                    .oksBackup("recovery", "--out", backups.toString(), "--rotate", "--conf", conf)
                    .done();

            JsonNode before = keyserver.status();
            keyserver.killHard();
            FileUtils.deleteDirectory(keyserver.database().toFile());
            Finished restored = keyserver
                    .oksRestore(
                            "from",
                            archiveIn(backups).toString(),
                            "--db",
                            keyserver.database().toString(),
                            "--recovery",
                            backups.toString(),
                            "--json")
                    .done();
            JsonNode proof = Keyserver.json(restored.stdout());
            assertThat(proof.at("/result/digest").asText(proof.path("digest").asText()))
                    .isEqualTo(before.path("digest").asText());

            keyserver.startOksd();
            assertThat(keyserver.status().path("certificates").asLong()).isEqualTo(acknowledged.size() + 1L);
            keyserver.oksctl("check", "--conf", conf).done();
            keyserver.awaitGateway();
            assertThat(keyserver.has(SampleCertificates.fingerprint(next))).isTrue();
            for (String fingerprint : acknowledged) {
                assertThat(keyserver.has(fingerprint)).as(fingerprint).isTrue();
            }
        }
    }

    @Test
    void backupsWorkWithOksdStoppedUnderTheDirectorysLock() throws Exception {
        Path prefix = Files.createDirectory(scratch.resolve("oks"));
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = Keyserver.in(prefix).startOksd().startHttp()) {
            String conf = keyserver.conf("oksd");
            for (int seed = 1; seed <= 20; seed++) {
                assertThat(keyserver.add(SampleCertificates.certificate(seed)).statusCode())
                        .isEqualTo(200);
            }
            keyserver.kill("TERM");
            assertThat(keyserver.awaitEnd()).isZero();
            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", conf)
                    .done();
            keyserver
                    .oksBackup("recovery", "--out", backups.toString(), "--conf", conf)
                    .done();
            Path target = scratch.resolve("restored");
            keyserver
                    .oksRestore(
                            "from",
                            archiveIn(backups).toString(),
                            "--db",
                            target.toString(),
                            "--recovery",
                            backups.toString())
                    .done();
            FileUtils.deleteDirectory(keyserver.database().toFile());
            Files.move(target, keyserver.database());
            keyserver.startOksd();
            assertThat(keyserver.status().path("certificates").asLong()).isEqualTo(20);
        }
    }

    @Test
    void theTimeOfTheNewestVerifiedArchiveIsInStatusAndFigures() throws Exception {
        String backups = Files.createDirectory(scratch.resolve("backups")).toString();
        String figure = "\noks_oksd_archive_verified_timestamp_seconds ";
        try (Keyserver keyserver = Keyserver.in(Files.createDirectory(scratch.resolve("oks")))
                .startOksd()
                .startHttp()) {
            String conf = keyserver.conf("oksd");
            assertThat(keyserver.get("/metrics").body()).doesNotContain(figure);
            String first = created(keyserver
                    .oksBackup("full", "--out", backups, "--conf", conf, "--json")
                    .done());
            assertThat(keyserver.status().path("archive_verified").asText()).isEqualTo(first);
            keyserver.killHard();
            keyserver.startOksd();
            assertThat(keyserver.status().path("archive_verified").asText())
                    .as("after kill -9")
                    .isEqualTo(first);
            Await.until(
                    "the gateway knows", () -> keyserver.get("/metrics").body().contains(figure));

            keyserver.oksctl("stop", "--conf", conf).done();
            assertThat(keyserver.awaitEnd()).isZero();
            String second = created(keyserver
                    .oksBackup("full", "--out", backups, "--conf", conf, "--json")
                    .done());
            keyserver.oksBackup("verify", backups, "--conf", conf).done();
            keyserver.startOksd();
            assertThat(keyserver.status().path("archive_verified").asText())
                    .as("nobody could be told")
                    .isEqualTo(first);
            keyserver.oksBackup("verify", backups, "--conf", conf).done();
            assertThat(keyserver.oksctl("status", "--conf", conf).done().stdout())
                    .contains("\nverified       archive of "
                            + Instant.parse(second).truncatedTo(ChronoUnit.SECONDS) + "\n");
        }
    }

    private static String created(Finished full) throws IOException {
        return Keyserver.json(full.stdout()).path("created").asText();
    }

    @Test
    void pauseRotateDumpResumeAndStopDoWhatTheSignalsDo() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd().startHttp()) {
            String conf = keyserver.conf("oksd");
            assertThat(keyserver.add(SampleCertificates.certificate(7)).statusCode())
                    .isEqualTo(200);
            List<Path> files = keyserver.recoveryFiles();
            keyserver.oksctl("rotate", "--conf", conf).done();
            assertThat(keyserver.recoveryFiles()).hasSize(files.size() + 1);
            assertThat(keyserver.oksctl("rotate", "--conf", conf).done().stdout())
                    .contains("nothing was written");
            keyserver.oksctl("pause", "--max", "1m", "--conf", conf).done();
            assertThat(keyserver.oksctl("status", "--conf", conf).done().stdout())
                    .contains("paused");
            assertThat(keyserver.add(SampleCertificates.certificate(8)).statusCode())
                    .isEqualTo(503);
            assertThat(keyserver.has(SampleCertificates.fingerprint(7))).isTrue();
            keyserver.oksctl("rotate", "--conf", conf).ended(4);
            keyserver.oksctl("resume", "--conf", conf).done();
            assertThat(keyserver.add(SampleCertificates.certificate(8)).statusCode())
                    .isEqualTo(200);
            keyserver.oksctl("dump", "--conf", conf).done();
            assertThat(keyserver.status().at("/flushed_lsn").asLong()).isEqualTo(2);
            keyserver.oksctl("stop", "--conf", conf).done();
            assertThat(keyserver.awaitEnd()).isZero();
            keyserver.oksctl("status", "--conf", conf).ended(3);
        }
    }

    /**
     * The store has everything then, but a recovery directory that is not mounted looks the same: oksd does not guess.
     */
    @Test
    void afterACleanStopALostRecoveryFileIsAGapWithAWayOut() throws Exception {
        Path prefix = Files.createDirectory(scratch.resolve("oks"));
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = Keyserver.in(prefix).startOksd().startHttp()) {
            String conf = keyserver.conf("oksd");
            assertThat(keyserver.add(SampleCertificates.certificate(1)).statusCode())
                    .isEqualTo(200);
            keyserver.oksctl("stop", "--conf", conf).done();
            assertThat(keyserver.awaitEnd()).isZero();
            Files.delete(keyserver.recoveryFiles().get(0));
            Finished start = keyserver.oksdOnce(conf).ended(6);
            assertThat(start.stderr()).contains("is missing").contains("oks-backup full");

            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", conf)
                    .done();
            keyserver
                    .oksRestore(
                            "from",
                            archiveIn(backups).toString(),
                            "--db",
                            keyserver.database().toString(),
                            "--move-aside")
                    .done();
            keyserver.startOksd();
            keyserver.awaitGateway();
            assertThat(keyserver.has(SampleCertificates.fingerprint(1))).isTrue();
            keyserver.oksctl("check", "--conf", conf).done();
        }
    }

    private static Path archiveIn(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(".*\\.full\\.tar(\\.(gz|zst))?"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
